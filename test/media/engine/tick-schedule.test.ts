import { expect, it } from 'vitest';
import { TickSchedule } from '../../../media/engine/tick-schedule.ts';

it('keeps its deadlines however late the ticks are', () => {
  const schedule = new TickSchedule(1000, 20);
  const due: (number | null)[] = [];
  for (const nowMs of [1000, 1010, 1023, 1041.5, 1060]) due.push(schedule.takeDue(nowMs));
  expect(due).toEqual([1000, null, 1020, 1040, 1060]);
  expect(schedule.takeLateness()).toEqual({ ticks: 4, skippedTicks: 0, meanMs: 4.5 / 4, maxMs: 3 });
  expect(schedule.takeLateness()).toEqual({ ticks: 0, skippedTicks: 0, meanMs: 0, maxMs: 0 });
});

it('catches up after a short stall', () => {
  const schedule = new TickSchedule(0, 20);
  expect(schedule.takeSkipped(70)).toBe(0);
  expect([70, 70, 70, 70, 70].map((nowMs) => schedule.takeDue(nowMs))).toEqual([0, 20, 40, 60, null]);
});

it('skips what is overdue beyond that after a long one', () => {
  const schedule = new TickSchedule(0, 20);
  expect(schedule.takeSkipped(1000)).toBe(45);
  expect(schedule.takeDue(1000)).toBe(900);
  expect(schedule.nextMs).toBe(920);
  expect(schedule.takeLateness()).toMatchObject({ skippedTicks: 45, maxMs: 100 });
});
