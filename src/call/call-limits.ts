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

  /** Why there is no room for a call more; null where there is. */
  fullness(activeCalls: number): CallFailure | null {
    const { maxCalls } = this.#values;
    if (activeCalls < maxCalls) return null;
    return new CallFailure(
      'too-many-calls',
      `${maxCalls} calls are under way, as many as limits.maxCalls allows.`,
      10,
    );
  }

  /**
   * @param activeCalls the call to be admitted among them.
   * @throws CallFailure `too-many-calls`, `too-many-calls-per-second`, both with Retry-After.
   */
  admit(activeCalls: number, nowMs: number): void {
    const { maxCallsPerSecond } = this.#values;
    const full = this.fullness(activeCalls - 1);
    if (full !== null) throw full;
    if (!this.#rate.take(nowMs)) {
      throw new CallFailure(
        'too-many-calls-per-second',
        `More than ${maxCallsPerSecond} calls in a second, as many as limits.maxCallsPerSecond allows.`,
        1,
      );
    }
  }
}
