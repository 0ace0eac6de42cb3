import { describe, expect, it } from 'vitest';
import { Retransmission } from '../../../signaling/sip/retransmission.ts';
import { createTimers } from '../../../signaling/sip/timers.ts';
import { FakeClock } from '../../support/sip-memory-network.ts';

/** When things happened, in ms since the start. */
function watch(
  longestIntervalMs: number,
  forMs: number,
  stopAtMs = Number.POSITIVE_INFINITY,
): (number | string)[] {
  const clock = new FakeClock();
  const startMs = clock.nowMs();
  const seen: (number | string)[] = [];
  const retransmission = new Retransmission(clock, createTimers(), longestIntervalMs, {
    onRetransmit: () => seen.push(clock.nowMs() - startMs),
    onGiveUp: () => seen.push(`gave up at ${clock.nowMs() - startMs}`),
  });
  for (let passedMs = 0; passedMs < forMs; passedMs += 10) {
    if (passedMs === stopAtMs) retransmission.stop();
    clock.step(10);
  }
  expect(clock.wheel.size).toBe(0);
  return seen;
}

describe('Retransmission', () => {
  it('of a 2xx doubles up to T2 and gives up after 64*T1 (RFC 3261 §13.3.1.4)', () => {
    const times = [500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500];
    expect(watch(4000, 40_000)).toEqual([...times, 'gave up at 32000']);
  });

  it('of a reliable provisional doubles without bound (RFC 3262 §3)', () => {
    const times = [500, 1500, 3500, 7500, 15_500, 31_500];
    expect(watch(Number.POSITIVE_INFINITY, 40_000)).toEqual([...times, 'gave up at 32000']);
  });

  it('ends when it is stopped', () => {
    expect(watch(4000, 40_000, 4000)).toEqual([500, 1500, 3500]);
  });
});
