import { describe, expect, it } from 'vitest';
import { EarlyPackets } from '../../../media/engine/early-packets.ts';

/** Packets that came at those times. */
function kept(...arrivalsMs: readonly number[]): EarlyPackets {
  const early = new EarlyPackets();
  for (const arrivalMs of arrivalsMs) {
    early.keep(Uint8Array.of(arrivalMs), 1, '127.0.0.1', 4000, arrivalMs, arrivalMs * 1000);
  }
  return early;
}

const timesOf = (early: EarlyPackets, agreedAtMs: number) =>
  early.take(agreedAtMs).map(({ arrivalMs }) => arrivalMs);

describe('packets that overtake the answer', () => {
  it('are all there, however late the worker learns of the answer', () => {
    expect(timesOf(kept(1_000, 1_020, 1_600), 1_010)).toEqual([1_000, 1_020, 1_600]);
  });

  it('are left out where they belong to the time of ringing', () => {
    expect(timesOf(kept(800, 899, 900, 1_000), 1_000)).toEqual([900, 1_000]);
  });

  it('are taken once', () => {
    const early = kept(1_000);
    expect(timesOf(early, 1_000)).toEqual([1_000]);
    expect(timesOf(early, 1_000)).toEqual([]);
  });

  it('are the newest hundred', () => {
    const times = Array.from({ length: 130 }, (_, index) => index);
    expect(timesOf(kept(...times), 0)).toEqual(times.slice(30));
  });
});
