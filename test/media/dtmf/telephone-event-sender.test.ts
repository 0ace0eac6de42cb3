import { expect, it } from 'vitest';
import { createTelephoneEventPackets } from '../../../media/dtmf/telephone-event-sender.ts';

const OPTIONS = { packetTimeMs: 20, clockRateHz: 8000 };

it('marks the first packet, tells the growing duration, and sends the end three times', () => {
  const packets = createTelephoneEventPackets('#', { ...OPTIONS, durationMs: 60, volume: 7 });
  expect(packets.map(({ atMs, isMarked, payload }) => [atMs, isMarked, ...payload])).toEqual([
    [0, true, 11, 0x07, 0, 160],
    [20, false, 11, 0x07, 1, 64],
    [40, false, 11, 0x87, 1, 224],
    [60, false, 11, 0x87, 1, 224],
    [80, false, 11, 0x87, 1, 224],
  ]);
  expect(packets.every(({ timestampOffset }) => timestampOffset === 0)).toBe(true);
});

it('cuts a long key into segments (RFC 4733 §2.5.1.3)', () => {
  const packets = createTelephoneEventPackets('1', { ...OPTIONS, durationMs: 9000 });
  expect([...new Set(packets.map(({ timestampOffset }) => timestampOffset))]).toEqual([0, 0xffff]);
  expect(packets.filter(({ isMarked }) => isMarked)).toHaveLength(1);
  const last = packets.at(-1)!.payload;
  expect(last[2]! * 256 + last[3]!).toBe(72_000 - 0xffff);
});

it('refuses what is no key', () => {
  expect(() => createTelephoneEventPackets('x', { ...OPTIONS, durationMs: 60 })).toThrow('"x" is not a key');
});
