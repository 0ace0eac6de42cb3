import { describe, expect, it } from 'vitest';
import { PlayoutDelay } from '../../../media/receive/playout-delay.ts';

const BOUNDS = { minimumMs: 20, maximumMs: 200, initialMs: 40 };

/** Packets of 20 ms with the given delays in ms, repeated; the clocks are 1,000,000 samples apart. */
function observe(delay: PlayoutDelay, count: number, delayMs: (packet: number) => number, from = 0): void {
  for (let packet = from; packet < from + count; packet++) {
    const arrival = 1_000_000 + packet * 160 + delayMs(packet) * 8;
    delay.observe(arrival, arrival - packet * 160);
  }
}

describe('the playout delay', () => {
  it('begins with what it was told', () => {
    expect(new PlayoutDelay(BOUNDS, 8).targetSamples).toBe(40 * 8);
  });

  it('sinks to its minimum on a network without jitter', () => {
    const delay = new PlayoutDelay(BOUNDS, 8);
    observe(delay, 5000, () => 5);
    expect(delay.targetSamples).toBeCloseTo(20 * 8, 0);
    expect(delay.leastTransit).toBe(1_000_040);
  });

  it('grows at once with a late packet, and forgets it slowly', () => {
    const delay = new PlayoutDelay(BOUNDS, 8);
    observe(delay, 3000, () => 0);
    observe(delay, 1, () => 100, 3000);
    expect(delay.targetSamples).toBeCloseTo(120 * 8, 0);
    observe(delay, 50, () => 0, 3001);
    expect(delay.targetSamples).toBeGreaterThan(100 * 8);
    observe(delay, 3000, () => 0, 3051);
    expect(delay.targetSamples).toBeLessThan(25 * 8);
  });

  it('never exceeds its maximum', () => {
    const delay = new PlayoutDelay(BOUNDS, 8);
    observe(delay, 100, (packet) => (packet % 2) * 900);
    expect(delay.targetSamples).toBe(200 * 8);
  });

  it('follows a clock that drifts by 200 ppm without taking it for jitter', () => {
    const delay = new PlayoutDelay(BOUNDS, 8);
    observe(delay, 6000, (packet) => packet * 20 * 0.0002);
    expect(delay.leastTransit).toBeGreaterThan(1_000_000 + 6000 * 20 * 0.0002 * 8 - 20);
    expect(delay.targetSamples).toBeLessThan(23 * 8);
  });
});
