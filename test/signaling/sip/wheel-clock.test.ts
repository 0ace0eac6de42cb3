import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { WheelTimer } from '../../../signaling/sip/timer-wheel.ts';
import { WheelClock } from '../../../signaling/sip/wheel-clock.ts';

class Bell extends WheelTimer {
  readonly rungAtMs: number[] = [];

  override onTimer(nowMs: number): void {
    this.rungAtMs.push(nowMs);
  }
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

it('wakes for the earliest timer, and sleeps while nothing waits', () => {
  const clock = new WheelClock();
  const late = new Bell();
  const early = new Bell();
  clock.schedule(late, 32_000);
  clock.schedule(early, 500);
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(520);
  expect(early.rungAtMs).toHaveLength(1);
  expect(late.rungAtMs).toEqual([]);
  vi.advanceTimersByTime(31_520);
  expect(late.rungAtMs).toHaveLength(1);
  expect(vi.getTimerCount()).toBe(0);
});

it('wakes seldom for a timer far away', () => {
  const clock = new WheelClock();
  clock.schedule(new Bell(), 600_000);
  const wake = vi.spyOn(globalThis, 'setTimeout');
  vi.advanceTimersByTime(700_000);
  expect(wake.mock.calls.length).toBeLessThan(20);
  expect(clock.size).toBe(0);
});

it('fires nothing and keeps nothing alive once stopped', () => {
  const clock = new WheelClock();
  const bell = new Bell();
  clock.schedule(bell, 100);
  clock.stop();
  clock.schedule(bell, 100);
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(1_000);
  expect(bell.rungAtMs).toEqual([]);
});
