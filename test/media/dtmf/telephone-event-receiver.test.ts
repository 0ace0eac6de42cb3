import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { serializeTelephoneEvent } from '../../../media/dtmf/telephone-event.ts';
import { TelephoneEventReceiver } from '../../../media/dtmf/telephone-event-receiver.ts';
import { createTelephoneEventPackets } from '../../../media/dtmf/telephone-event-sender.ts';
import type { MediaDigit } from '../../../media/engine/media-leg.ts';

interface Packet {
  readonly atMs: number;
  readonly timestamp: number;
  readonly payload: Uint8Array;
  readonly sequenceNumber: number;
}

/** The packets of a key of 100 ms that begins at `atMs`: updates at 0, 20, 40, 60 and three ends from 80 on. */
function key(digit: string, atMs: number, durationMs = 100): Packet[] {
  const options = { durationMs, packetTimeMs: 20, clockRateHz: 8000 };
  return createTelephoneEventPackets(digit, options).map((packet, index) => ({
    atMs: atMs + packet.atMs,
    timestamp: (atMs * 8 + packet.timestampOffset) >>> 0,
    payload: packet.payload,
    // Wraps within the key.
    sequenceNumber: (65_533 + index) & 0xffff,
  }));
}

/** Runs the clock in steps of 20 ms until a second after the last packet. */
function hear(packets: readonly Packet[]): MediaDigit[] {
  const receiver = new TelephoneEventReceiver();
  const digits: (MediaDigit | null)[] = [];
  const lastMs = Math.max(0, ...packets.map(({ atMs }) => atMs));
  for (let nowMs = 0; nowMs <= lastMs + 1000; nowMs += 20) {
    for (const { atMs, timestamp, payload, sequenceNumber } of packets) {
      if (atMs !== nowMs) continue;
      digits.push(receiver.receive(payload, 0, payload.length, timestamp, 8000, nowMs, sequenceNumber));
    }
    digits.push(receiver.advance(8000, nowMs));
  }
  return digits.filter((digit) => digit !== null);
}

const ONE = {
  digit: '1',
  source: 'rfc4733',
  durationMs: 100,
  volumeDbm0: -10,
  packets: 7,
  packetsLost: 0,
  atMs: 1000,
};

describe('a key', () => {
  const packets = key('1', 1000);
  it.each<[string, readonly Packet[], object]>([
    ['sent whole', packets, ONE],
    ['whose first, marked packet is lost', packets.slice(1), { ...ONE, packets: 6, atMs: 1020 }],
    ['with one end only', packets.slice(0, 5), { ...ONE, packets: 5 }],
    ['whose ends are lost', packets.slice(0, 4), { ...ONE, packets: 4, durationMs: 80 }],
    ['of which only an end arrives', packets.slice(6), { ...ONE, packets: 1, atMs: 1120 }],
    [
      'with an update after its end',
      [...packets.slice(0, 3), ...packets.slice(4), { ...packets[3]!, atMs: 1140 }],
      // It counts as lost: the key is over, and told of, before it comes.
      { ...ONE, packets: 6, packetsLost: 1 },
    ],
    ['with every packet twice', packets.flatMap((packet) => [packet, packet]), { ...ONE, digit: '1' }],
  ])('%s is heard once', (_, arriving, expected) => {
    const digits = hear(arriving);
    expect(digits).toHaveLength(1);
    const { packets: counted, ...rest } = digits[0]!;
    const { packets: expectedPackets, ...expectedRest } = expected as MediaDigit;
    expect(rest).toEqual(expectedRest);
    expect(counted).toBeGreaterThanOrEqual(expectedPackets);
  });

  it('pressed again is heard again, and keys without a gap stay apart', () => {
    const digits = hear([...key('5', 0), ...key('5', 200), ...key('#', 400).slice(0, 4), ...key('9', 480)]);
    expect(digits.map(({ digit }) => digit).join('')).toBe('55#9');
    expect(digits[2]).toMatchObject({ durationMs: 80, atMs: 400 });
  });

  it('held for ten seconds comes in segments and is one key', () => {
    expect(hear(key('*', 0, 10_000))).toMatchObject([{ digit: '*', durationMs: 10_000 }]);
  });

  it('that is no key is ignored', () => {
    const payload = serializeTelephoneEvent({ event: 16, isEnd: true, volume: 0, duration: 800 });
    expect(hear([{ atMs: 0, timestamp: 0, payload, sequenceNumber: 0 }])).toEqual([]);
  });

  it('held at the end of the call is told', () => {
    const receiver = new TelephoneEventReceiver();
    for (const { payload, timestamp } of packets.slice(0, 2))
      receiver.receive(payload, 0, 4, timestamp, 8000, 0, 0);
    expect(receiver.close(8000)).toMatchObject({ digit: '1', durationMs: 40 });
    expect(receiver.close(8000)).toBeNull();
  });

  it('of a new source counts, whatever its timestamp', () => {
    const receiver = new TelephoneEventReceiver();
    const press = (timestamp: number) =>
      packets
        .map(({ payload }) => receiver.receive(payload, 0, 4, timestamp, 8000, 0, 0))
        .filter((digit) => digit !== null);
    expect(press(5000)).toHaveLength(1);
    expect(press(4000)).toHaveLength(0);
    receiver.restart(8000);
    expect(press(4000)).toHaveLength(1);
  });
});

it.each([
  ['none', [], 0],
  ['one update', [2], 1],
  ['the first, which nobody can know of, and two others', [0, 3, 4], 2],
  ['all but the first and the last', [1, 2, 3, 4, 5], 5],
])('counts the packets missing between those that came: %s', (_name, lost, packetsLost) => {
  const arriving = key('7', 100).filter((_, index) => !lost.includes(index));
  expect(hear(arriving)).toMatchObject([{ packets: arriving.length, packetsLost }]);
});

it('does not count packets as missing that overtook each other', () => {
  const packets = key('7', 100);
  const swapped = packets.map((packet, index) => ({
    ...packet,
    atMs: packets[index < 2 ? 1 - index : index]!.atMs,
  }));
  expect(hear(swapped)).toMatchObject([{ packets: 7, packetsLost: 0 }]);
});

it('no loss makes two keys of one, nor loses a key of which anything arrives', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { minLength: 7, maxLength: 7 }), (isLost) => {
      const arriving = key('7', 100).filter((_, index) => !isLost[index]);
      expect(hear(arriving)).toHaveLength(arriving.length === 0 ? 0 : 1);
    }),
  );
});

it('never throws on rubbish', () => {
  const receiver = new TelephoneEventReceiver();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 8 }), fc.nat(), fc.nat(10_000), (payload, timestamp, nowMs) => {
      receiver.receive(payload, 0, payload.length, timestamp, 8000, nowMs, timestamp & 0xffff);
      receiver.advance(8000, nowMs);
    }),
  );
});
