import { describe, expect, it } from 'vitest';
import { ArrivalClock } from '../../../../media/engine/kernel/arrival-clock.ts';

/** Two clocks that a test sets; each look at them takes `lookUs`. */
class FakeClocks {
  monotonicUs = 1_000_000;
  dateAheadUs = 7_000_000_000.25;
  lookUs = 0.5;

  readMonotonicUs(): number {
    this.monotonicUs += this.lookUs;
    return this.monotonicUs;
  }

  readDateUs(): number {
    this.monotonicUs += this.lookUs;
    return this.monotonicUs + this.dateAheadUs;
  }

  pass(us: number): void {
    this.monotonicUs += us;
  }
}

function start() {
  const clocks = new FakeClocks();
  const clock = new ArrivalClock(clocks);
  /** What the clock makes of a packet stamped `ageUs` ago, relative to that moment. */
  const errorUs = (ageUs: number): number => {
    const { monotonicUs } = clocks;
    const arrivalUs = clock.arrivalUs(monotonicUs - ageUs + clocks.dateAheadUs, monotonicUs);
    return arrivalUs - (monotonicUs - ageUs);
  };
  return { clocks, clock, errorUs };
}

describe('an arrival by the date', () => {
  it('is brought to our clock with an error that never changes', () => {
    const { clocks, clock, errorUs } = start();
    const first = errorUs(1000);
    expect(Math.abs(first)).toBeLessThan(1);
    for (let second = 0; second < 100; second++) {
      clocks.pass(1_000_000);
      clocks.lookUs = 0.1 + (second % 7);
      clock.check(clocks.monotonicUs);
      expect(errorUs(500)).toBeCloseTo(first, 5);
    }
  });

  it.each([-3_600_000_000, -900, 900, 3_600_000_000])('survives a date set by %d µs', (stepUs) => {
    const { clocks, clock, errorUs } = start();
    clocks.dateAheadUs += stepUs;
    clocks.pass(1_000_001);
    clock.check(clocks.monotonicUs);
    expect(Math.abs(errorUs(100))).toBeLessThan(1);
  });

  it.each([
    ['the future', 3_600_000_000],
    ['long ago', -3_600_000_000],
  ])('never comes from %s, even before the next check', (_, stepUs) => {
    const { clocks, errorUs } = start();
    clocks.dateAheadUs += stepUs;
    expect(Math.abs(errorUs(100))).toBeLessThan(10);
  });

  it('is not disturbed by a check that was interrupted', () => {
    const { clocks, clock, errorUs } = start();
    const before = errorUs(10);
    clocks.pass(2_000_000);
    clocks.lookUs = 5000;
    clock.check(clocks.monotonicUs);
    clocks.lookUs = 0.5;
    expect(errorUs(10)).toBeCloseTo(before, 5);
  });

  it('may be stamped after the round of reading began', () => {
    const { clocks, clock } = start();
    const nowUs = clocks.monotonicUs;
    clocks.pass(300);
    const arrivalUs = clock.arrivalUs(clocks.monotonicUs + clocks.dateAheadUs - 100, nowUs);
    expect(Math.abs(arrivalUs - (nowUs + 200))).toBeLessThan(1);
  });
});
