import { describe, expect, it } from 'vitest';
import { ReceiveStreams } from '../../../media/receive/receive-stream.ts';
import { AUDIO } from '../../../media/receive/reception.ts';

function receive(...sequenceNumbers: number[]) {
  const streams = new ReceiveStreams();
  const slot = streams.create(0xdead_beef, 8000);
  for (const number of sequenceNumbers) {
    streams.receive(slot, number & 0xffff, number * 160, 172, false, number * 20_000, AUDIO);
  }
  return streams.receptionCounters(slot);
}

describe('receptionCounters (RFC 3550 A.3)', () => {
  it.each([
    ['duplicates count as received', [1, 2, 4, 4, 4], { expected: 4, received: 5 }],
    ['counting begins at the packet that came first', [11, 10, 12], { expected: 2, received: 3 }],
    [
      'with the wraps above 16 bits',
      [65_535, 65_536],
      { extendedHighestSequenceNumber: 65_536, expected: 2 },
    ],
  ])('%s', (_, sequenceNumbers, counters) => {
    expect(receive(...sequenceNumbers)).toMatchObject({ synchronizationSource: 0xdead_beef, ...counters });
  });
});

describe('records', () => {
  it('are kept when the table grows, and clean when given out again', () => {
    const streams = new ReceiveStreams(1);
    const slots = Array.from({ length: 100 }, (_, index) => streams.create(index, 8000));
    for (const slot of slots) streams.receive(slot, slot, 0, 10, false, 0, AUDIO);
    streams.takeReport(50);
    streams.create(1000, 8000);
    expect(slots.map((slot) => streams.receptionCounters(slot).extendedHighestSequenceNumber)).toEqual(slots);
    streams.release(50);
    expect(streams.create(7, 16_000)).toBe(50);
    expect(streams.report(50)).toMatchObject({
      synchronizationSource: 7,
      clockRateHz: 16_000,
      packets: 0,
      expected: 0,
    });
    expect(streams.slots).toBe(101);
  });
});
