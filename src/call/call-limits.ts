import { CallFailure } from '../../signaling/call-failure.ts';
import { TokenBucket } from './token-bucket.ts';

export interface CallLimitValues {
  readonly maxCalls: number;
  readonly maxCallsPerSecond: number;
}

/** Refuses what the service is configured not to carry; the refusal names the limit and when to try again. */
export class CallLimits {
  readonly #values: CallLimitValues;
  readonly #rate: TokenBucket;

  constructor(values: CallLimitValues) {
    this.#values = values;
    this.#rate = new TokenBucket(values.maxCallsPerSecond);
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
    if (!this.#rate.take(nowMs)) {
      throw new CallFailure(
        'too-many-calls-per-second',
        `More than ${maxCallsPerSecond} calls in a second, as many as limits.maxCallsPerSecond allows.`,
        1,
      );
    }
  }
}
