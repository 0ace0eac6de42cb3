import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TICK_MS, TimerWheel, WheelTimer } from '../../../signaling/sip/timer-wheel.ts';

class Bell extends WheelTimer {
  readonly rungAtMs: number[] = [];
  onRing: (nowMs: number) => void = () => {};

  override onTimer(nowMs: number): void {
    this.rungAtMs.push(nowMs);
    this.onRing(nowMs);
  }
}

/** Advances tick by tick, as the clock at the edge does at its finest. */
function run(wheel: TimerWheel, fromMs: number, toMs: number): void {
  for (let nowMs = fromMs; nowMs <= toMs; nowMs += TICK_MS) wheel.advance(nowMs);
}

describe('TimerWheel', () => {
  it('fires once, never early and at most a tick late', () => {
    const wheel = new TimerWheel();
    const bell = new Bell();
    wheel.schedule(bell, 503, 0);
    run(wheel, 0, 2_000);
    expect(bell.rungAtMs).toEqual([510]);
    expect(wheel.size).toBe(0);
    expect(bell.isScheduled).toBe(false);
  });

  it('fires a timer longer than a turn of the wheel in its own turn', () => {
    const wheel = new TimerWheel();
    const bell = new Bell();
    wheel.schedule(bell, 100_000, 0);
    run(wheel, 0, 99_990);
    expect(bell.rungAtMs).toEqual([]);
    run(wheel, 100_000, 100_000);
    expect(bell.rungAtMs).toEqual([100_000]);
  });

  it('fires everything due after a sleep of many turns', () => {
    const wheel = new TimerWheel();
    const bells = [5, 40_000, 90_000, 200_000].map((delayMs) => {
      const bell = new Bell();
      wheel.schedule(bell, delayMs, 0);
      return bell;
    });
    wheel.advance(150_000);
    expect(bells.map((bell) => bell.rungAtMs.length)).toEqual([1, 1, 1, 0]);
  });

  it('moves a timer that is scheduled again, and forgets one that is canceled', () => {
    const wheel = new TimerWheel();
    const moved = new Bell();
    const canceled = new Bell();
    wheel.schedule(moved, 100, 0);
    wheel.schedule(moved, 300, 0);
    wheel.schedule(canceled, 100, 0);
    wheel.cancel(canceled);
    wheel.cancel(canceled);
    run(wheel, 0, 1_000);
    expect(moved.rungAtMs).toEqual([300]);
    expect(canceled.rungAtMs).toEqual([]);
  });

  it('lets a timer cancel another of the same tick, and schedule itself', () => {
    const wheel = new TimerWheel();
    const first = new Bell();
    const second = new Bell();
    for (const [bell, other] of [
      [first, second],
      [second, first],
    ] as const) {
      bell.onRing = (nowMs) => {
        wheel.cancel(other);
        if (bell.rungAtMs.length < 3) wheel.schedule(bell, 20, nowMs);
      };
      wheel.schedule(bell, 50, 0);
    }
    run(wheel, 0, 1_000);
    expect([first.rungAtMs, second.rungAtMs].sort((a, b) => a.length - b.length)).toEqual([[], [50, 70, 90]]);
  });

  it('keeps the timers that were due when one of them threw', () => {
    const wheel = new TimerWheel();
    const bells = [new Bell(), new Bell(), new Bell()];
    for (const bell of bells) {
      bell.onRing = () => {
        throw new Error('bug');
      };
      wheel.schedule(bell, 10, 0);
    }
    for (let round = 0; round < 3; round++) expect(() => wheel.advance(10)).toThrow('bug');
    expect(bells.map((bell) => bell.rungAtMs)).toEqual([[10], [10], [10]]);
  });

  it('tells when it is next worth advancing', () => {
    const wheel = new TimerWheel();
    expect(wheel.nextDeadlineMs()).toBeNull();
    const bell = new Bell();
    wheel.schedule(bell, 32_000, 0);
    expect(wheel.nextDeadlineMs()).toBe(32_000);
    wheel.schedule(new Bell(), 495, 0);
    expect(wheel.nextDeadlineMs()).toBe(500);
    wheel.advance(500);
    expect(wheel.nextDeadlineMs()).toBe(32_000);
    wheel.cancel(bell);
    expect(wheel.nextDeadlineMs()).toBeNull();
  });

  it('agrees with a sorted list on any program of delays, cancels and leaps', () => {
    const action = fc.oneof(
      fc.record({ kind: fc.constant('schedule' as const), bell: fc.nat(9), delayMs: fc.nat(90_000) }),
      fc.record({ kind: fc.constant('cancel' as const), bell: fc.nat(9) }),
      fc.record({ kind: fc.constant('sleep' as const), ms: fc.nat(60_000) }),
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        const wheel = new TimerWheel();
        const bells = Array.from({ length: 10 }, () => new Bell());
        const dueMs = new Map<number, number>();
        let nowMs = 0;
        const expected = bells.map(() => 0);
        for (const step of actions) {
          if (step.kind === 'schedule') {
            wheel.schedule(bells[step.bell]!, step.delayMs, nowMs);
            dueMs.set(
              step.bell,
              Math.max(Math.ceil((nowMs + step.delayMs) / TICK_MS), Math.floor(nowMs / TICK_MS) + 1) *
                TICK_MS,
            );
          } else if (step.kind === 'cancel') {
            wheel.cancel(bells[step.bell]!);
            dueMs.delete(step.bell);
          } else {
            nowMs += step.ms;
            wheel.advance(nowMs);
            for (const [bell, atMs] of dueMs) {
              if (atMs > nowMs) continue;
              expected[bell]!++;
              dueMs.delete(bell);
            }
          }
          expect(wheel.size).toBe(dueMs.size);
          const nextMs = wheel.nextDeadlineMs();
          if (nextMs !== null) expect(nextMs).toBeLessThanOrEqual(Math.min(...dueMs.values()));
        }
        expect(bells.map((bell) => bell.rungAtMs.length)).toEqual(expected);
      }),
    );
  });
});
