import { describe, expect, it } from 'vitest';
import { PacketSender } from '../../../media/engine/packet-sender.ts';
import { createRtpHeader, readRtpHeader } from '../../../media/rtp/packet.ts';

interface Sent {
  readonly halfFrame: number;
  readonly sequenceNumber: number;
  readonly timestamp: number;
  readonly isMarked: boolean;
  readonly payload: readonly number[];
}

function createSender(packetTimeMs: number): PacketSender {
  const sender = new PacketSender({
    synchronizationSource: 7,
    firstSequenceNumber: 65_535,
    firstTimestamp: 2 ** 32 - 160,
  });
  sender.configure(8, packetTimeMs);
  return sender;
}

/** Runs `frames` frames, each filled with its number, in half frames as the worker does. */
function run(sender: PacketSender, frames: number, from = 0): Sent[] {
  const sent: Sent[] = [];
  for (let halfFrame = from * 2; halfFrame < (from + frames) * 2; halfFrame++) {
    const isHalfFrame = halfFrame % 2 === 1;
    if (!isHalfFrame) sender.append(new Uint8Array(160).fill(halfFrame / 2));
    for (
      let packet = sender.takePacket(isHalfFrame);
      packet !== null;
      packet = sender.takePacket(isHalfFrame)
    ) {
      const header = createRtpHeader();
      const view = new DataView(packet.buffer, packet.byteOffset, packet.length);
      expect(readRtpHeader(view, 0, packet.length, header)).toBe(true);
      expect(header).toMatchObject({ synchronizationSource: 7, payloadType: 8 });
      const { sequenceNumber, timestamp, isMarked } = header;
      sent.push({ halfFrame, sequenceNumber, timestamp, isMarked, payload: [...packet.subarray(12)] });
    }
  }
  return sent;
}

describe.each([10, 20, 30, 40, 50, 60])('packets of %i ms', (packetTimeMs) => {
  it('leave evenly and carry every sample once', () => {
    const sender = createSender(packetTimeMs);
    const sent = run(sender, 60);
    const intervals = sent.slice(1).map(({ halfFrame }, index) => (halfFrame - sent[index]!.halfFrame) * 10);
    expect(new Set(intervals)).toEqual(new Set([packetTimeMs]));
    const samples = sent.flatMap(({ payload }) => payload);
    expect(samples.every((sample, index) => sample === Math.floor(index / 160))).toBe(true);
    sent.forEach(({ sequenceNumber, timestamp, isMarked }, index) => {
      expect(sequenceNumber).toBe((65_535 + index) & 0xffff);
      expect(timestamp).toBe((2 ** 32 - 160 + index * packetTimeMs * 8) % 2 ** 32);
      expect(isMarked).toBe(index === 0);
    });
    expect(sender.sentPackets).toBe(sent.length);
    expect(sender.sentBytes).toBe(sent.length * (12 + packetTimeMs * 8));
    expect(sender.counters.octets).toBe(sent.length * packetTimeMs * 8);
  });
});

it('goes on in time after a hold, with a mark', () => {
  const sender = createSender(20);
  const [before] = run(sender, 1);
  sender.skip(10);
  const [after] = run(sender, 1, 11);
  expect(after!.sequenceNumber).toBe((before!.sequenceNumber + 1) & 0xffff);
  expect((after!.timestamp - before!.timestamp) >>> 0).toBe(11 * 160);
  expect(after!.isMarked).toBe(true);
});

it('keeps its clock when the packet time changes', () => {
  const sender = createSender(20);
  const [before] = run(sender, 1);
  sender.configure(8, 40);
  const [after] = run(sender, 2, 1);
  expect(after!.payload).toHaveLength(320);
  expect((after!.timestamp - before!.timestamp) >>> 0).toBe(160);
});

it('bounds the packet time to 10 to 60 ms', () => {
  expect(run(createSender(5), 1)).toHaveLength(2);
  expect(run(createSender(500), 3)).toHaveLength(1);
});

it('makes each frame of a framed codec a packet, and passes over those without octets', () => {
  const sender = new PacketSender({ synchronizationSource: 7, firstSequenceNumber: 1, firstTimestamp: 0 });
  sender.configure(111, 20, { isFramed: true, clockRateHz: 48_000 });
  const sent = [3, 0, 1275].map((length) => {
    sender.append(new Uint8Array(length));
    return sender.takePacket(false);
  });
  expect(sent.map((packet) => packet?.length ?? null)).toEqual([15, null, 1287]);
  expect(sender.counters).toEqual({ packets: 2, octets: 1278, rtpTimestamp: 3 * 960 });
});

it('sends a key instead of its frames, in the memory of all packets and with room behind it', () => {
  const sender = createSender(20);
  sender.keys.configure({ payloadType: 8, clockRateHz: 8000 });
  run(sender, 1);
  sender.keys.press('5', 40);
  sender.append(new Uint8Array(160));
  const packet = sender.takePacket(false)!;
  expect(packet.buffer).toBe(sender.memory.buffer);
  expect(packet.byteOffset + packet.length + 24).toBeLessThanOrEqual(sender.memory.length);
  expect([packet.length, packet[12]]).toEqual([16, 5]);
  expect(sender.takePacket(false)).toBeNull();
  const [, , , sound] = [...run(sender, 3, 2), ...run(sender, 1, 5)];
  expect(sound).toMatchObject({ isMarked: true, sequenceNumber: 4, payload: new Array(160).fill(5) });
});
