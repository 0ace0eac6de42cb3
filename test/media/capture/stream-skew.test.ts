import { describe, expect, it } from 'vitest';
import { StreamSkew } from '../../../media/capture/stream-skew.ts';
import { ReceiveStreams } from '../../../media/receive/receive-stream.ts';
import { AUDIO } from '../../../media/receive/reception.ts';

/** Of packets of 20 ms by a clock of 8 kHz that is a thousandth fast: each comes 20 µs early. */
const EARLY_US = 19_980;

function begun(firstUs: number) {
  const streams = new ReceiveStreams();
  const slot = streams.create(1, 8000);
  const skew = new StreamSkew(streams);
  skew.begin(slot, firstUs);
  const receive = (number: number, arrivalUs: number) =>
    streams.receive(slot, number, number * 160, 172, false, arrivalUs, AUDIO);
  return { slot, skew, receive };
}

describe('the skew of a stream', () => {
  it.each([0, 1, 1_700_000_000_000_000])(
    'is counted from the first packet, and from interval to interval (%i µs)',
    (at) => {
      const { slot, skew, receive } = begun(at);
      receive(0, at);
      skew.refer(slot, 0, at);
      receive(10, at + 10 * EARLY_US);
      const first = skew.take(slot);
      expect(first).toEqual({ fromUs: at, skewUs: 200 });
      receive(15, at + 15 * EARLY_US);
      expect(skew.take(slot)).toEqual({ fromUs: at + 10 * EARLY_US, skewUs: 100 });
      expect(skew.beginUs(slot, first.fromUs)).toBe(at);
    },
  );

  it('leaves the beginning where it was, when sound comes later or begins anew', () => {
    const { slot, skew, receive } = begun(0);
    expect(skew.beginUs(slot)).toBe(0);
    receive(0, 5000);
    skew.refer(slot, 0, 5000);
    skew.refer(slot, 160, 9000);
    const first = skew.take(slot);
    expect(first.fromUs).toBe(9000);
    skew.refer(slot, 320, 12_000);
    skew.refer(slot, 480, 15_000);
    expect(skew.take(slot).fromUs).toBe(15_000);
    expect(skew.beginUs(slot, first.fromUs)).toBe(0);
  });

  it('keeps the beginning of a stream that begins anew before its first row, and after it', () => {
    const { slot, skew } = begun(7);
    skew.refer(slot, 0, 7);
    skew.refer(slot, 160, 9);
    expect(skew.beginUs(slot, skew.take(slot).fromUs)).toBe(7);
    const other = begun(7);
    other.skew.refer(other.slot, 0, 7);
    const { fromUs } = other.skew.take(other.slot);
    other.skew.refer(other.slot, 160, 9);
    other.skew.refer(other.slot, 320, 11);
    expect(other.skew.beginUs(other.slot, fromUs)).toBe(7);
  });

  it('is none without sound', () => {
    const { slot, skew } = begun(3);
    expect(skew.take(slot)).toEqual({ fromUs: Number.POSITIVE_INFINITY, skewUs: 0 });
    expect(skew.beginUs(slot, Number.POSITIVE_INFINITY)).toBe(3);
  });
});
