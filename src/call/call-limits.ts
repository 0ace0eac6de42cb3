import { CallFailure } from '../../signaling/call-failure.ts';

export interface CallLimitValues {
  readonly maxCalls: number;
  readonly maxCallsPerSecond: number;
}

/** Refuses what the service is configured not to carry; the refusal names the limit and when to try again. */
export class CallLimits {
  readonly #values: CallLimitValues;
  /** Token bucket, one second deep. */
  #tokens: number;
  #refilledAtMs = 0;

  constructor(values: CallLimitValues) {
    this.#values = values;
    this.#tokens = values.maxCallsPerSecond;
  }

  /** @throws CallFailure `too-many-calls`, `too-many-calls-per-second`, both with Retry-After. */
  admit(activeCalls: number, nowMs: number): void {
    const { maxCalls, maxCallsPerSecond } = this.#values;
    if (activeCalls > maxCalls) {
      throw new CallFailure(
        'too-many-calls',
        `${maxCalls} calls are under way, as many as limits.maxCalls allows.`,
        10,
      );
    }
    const refill = ((nowMs - this.#refilledAtMs) / 1000) * maxCallsPerSecond;
    this.#tokens = Math.min(maxCallsPerSecond, this.#tokens + Math.max(0, refill));
    this.#refilledAtMs = nowMs;
    if (this.#tokens < 1) {
      throw new CallFailure(
        'too-many-calls-per-second',
        `More than ${maxCallsPerSecond} calls in a second, as many as limits.maxCallsPerSecond allows.`,
        1,
      );
    }
    this.#tokens -= 1;
  }
}
