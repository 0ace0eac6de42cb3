import { describe, expect, it } from 'vitest';
import { CallFailure } from '../../../signaling/call-failure.ts';
import { CallLimits } from '../../../src/call/call-limits.ts';

const outcome = (limits: CallLimits, activeCalls: number, nowMs: number): string => {
  try {
    limits.admit(activeCalls, nowMs);
    return 'admitted';
  } catch (error) {
    return error instanceof CallFailure
      ? `${error.reason}, retry after ${error.retryAfterSeconds} s`
      : String(error);
  }
};

describe('CallLimits', () => {
  it('admits as many calls at once as allowed and names the limit beyond', () => {
    const limits = new CallLimits({ maxCalls: 2, maxCallsPerSecond: 100 });
    expect(outcome(limits, 2, 0)).toBe('admitted');
    expect(outcome(limits, 3, 0)).toBe('too-many-calls, retry after 10 s');
    expect(() => limits.admit(3, 0)).toThrow(/limits\.maxCalls/);
  });

  it('lets a burst of one second through and then the steady rate', () => {
    const limits = new CallLimits({ maxCalls: 100, maxCallsPerSecond: 2 });
    const outcomes = [0, 0, 0, 499, 500, 501, 1000].map((nowMs) => outcome(limits, 1, nowMs));
    expect(outcomes.map((text) => text.split(',')[0])).toEqual([
      'admitted',
      'admitted',
      'too-many-calls-per-second',
      'too-many-calls-per-second',
      'admitted',
      'too-many-calls-per-second',
      'admitted',
    ]);
  });

  it('does not lose tokens when the clock steps back', () => {
    const limits = new CallLimits({ maxCalls: 100, maxCallsPerSecond: 1 });
    expect(outcome(limits, 1, 5000)).toBe('admitted');
    expect(outcome(limits, 1, 4000)).toContain('too-many-calls-per-second');
    expect(outcome(limits, 1, 5000)).toBe('admitted');
  });
});
