import { describe, expect, it } from 'vitest';
import { LegRelay } from '../../../media/engine/leg-relay.ts';
import type { TransportAddress } from '../../../media/engine/media-leg.ts';
import { PacketSender } from '../../../media/engine/packet-sender.ts';
import { createRtpHeader, readRtpHeader, writeRtpHeader } from '../../../media/rtp/packet.ts';
import { mediaSession } from './rtp-caller.ts';

const event = (payloadType: number) => ({
  payloadType,
  encodingName: 'telephone-event',
  clockRateHz: 8000,
  channels: 1,
  parameters: '0-15',
});

const IDLE = { sendRtp: () => undefined, sendDatagram: () => undefined };

const destination = (remote: TransportAddress | null) => ({
  remote,
  socketForm: (address: TransportAddress | null) => address,
});

/** One leg fed by another, and what it sends. */
class RelayRig {
  readonly sent: { header: ReturnType<typeof createRtpHeader>; payload: Uint8Array }[] = [];
  readonly datagrams: string[] = [];
  nowMs = 0;
  readonly sender = new PacketSender({
    synchronizationSource: 7,
    firstSequenceNumber: 65_534,
    firstTimestamp: 0xffff_ff00,
  });
  readonly source: LegRelay;
  readonly target: LegRelay;

  constructor(random = () => 0.5) {
    const idle = new PacketSender({ synchronizationSource: 1, firstSequenceNumber: 0, firstTimestamp: 0 });
    this.source = new LegRelay(idle, IDLE, destination(null), random);
    this.target = new LegRelay(
      this.sender,
      {
        sendRtp: (packet) => this.#note(packet),
        sendDatagram: (datagram, to) => this.datagrams.push(`${datagram.join(' ')} to ${to.port}`),
      },
      destination({ address: '127.0.0.1', port: 4002 }),
      random,
    );
    this.source.update(mediaSession(4000, { telephoneEvent: event(101) }));
    this.target.update(mediaSession(4002, { telephoneEvent: event(96) }));
  }

  pass(sequenceNumber: number, timestamp: number, payloadType = 0, synchronizationSource = 99): void {
    const packet = new Uint8Array(172).fill(sequenceNumber & 0xff, 12);
    const view = new DataView(packet.buffer);
    writeRtpHeader(view, 0, false, payloadType, sequenceNumber, timestamp, synchronizationSource);
    const header = createRtpHeader();
    readRtpHeader(view, 0, packet.length, header);
    this.source.pass(header, packet, new DataView(packet.buffer), this.nowMs);
  }

  #note(packet: Uint8Array): void {
    const header = createRtpHeader();
    const copy = packet.slice();
    readRtpHeader(new DataView(copy.buffer), 0, copy.length, header);
    this.sent.push({ header, payload: copy.subarray(header.payloadOffset) });
  }
}

describe('packets relayed from one leg to another', () => {
  it('go on with the numbers of the leg, and keep gap and order', () => {
    const rig = new RelayRig();
    rig.source.to(rig.target);
    for (const number of [100, 101, 103, 102, 105]) rig.pass(number, number * 160);
    const numbers = rig.sent.map(({ header }) => (header.sequenceNumber - 65_534) & 0xffff);
    expect(numbers).toEqual([0, 1, 3, 2, 5]);
    const ticks = rig.sent.map(({ header }) => (header.timestamp - 0xffff_ff00) >>> 0);
    expect(ticks).toEqual([0, 160, 480, 320, 800]);
    expect(new Set(rig.sent.map(({ header }) => header.synchronizationSource))).toEqual(new Set([7]));
    expect(rig.sent.map(({ payload }) => [payload.length, payload[0]])).toEqual(
      [100, 101, 103, 102, 105].map((octet) => [160, octet]),
    );
    expect([rig.sender.sentPackets, rig.sender.sentBytes]).toEqual([5, 5 * 172]);
  });

  it('lose what the source put between header and payload, and behind it', () => {
    const rig = new RelayRig();
    rig.source.to(rig.target);
    // One contributing source, an extension of one word, two octets of payload, two of padding (RFC 3550 §5.1).
    const packet = Uint8Array.of(
      0xb1,
      0,
      0,
      9,
      0,
      0,
      1,
      0,
      0,
      0,
      0,
      99,
      ...[1, 1, 1, 1],
      ...[0, 0, 0, 1],
      ...[2, 2, 2, 2],
      7,
      8,
      0,
      2,
    );
    const view = new DataView(packet.buffer);
    const header = createRtpHeader();
    expect(readRtpHeader(view, 0, packet.length, header)).toBe(true);
    rig.source.pass(header, packet, view, 0);
    expect([...(rig.sent[0]?.payload ?? [])]).toEqual([7, 8]);
    expect(rig.sent[0]?.header).toMatchObject({ payloadOffset: 12, contributingSourceCount: 0 });
  });

  it('go on without a jump when the source begins a new stream', () => {
    const rig = new RelayRig();
    rig.source.to(rig.target);
    rig.pass(100, 16_000);
    rig.pass(7, 5, 0, 1234);
    const [first, second] = rig.sent.map(({ header }) => header);
    expect(((second?.sequenceNumber ?? 0) - (first?.sequenceNumber ?? 0)) & 0xffff).toBe(1);
  });

  it('have the payload type that the other side gave the format', () => {
    const rig = new RelayRig();
    rig.source.to(rig.target);
    rig.pass(1, 160, 101);
    rig.pass(2, 320, 0);
    rig.pass(3, 480, 55);
    expect(rig.sent.map(({ header }) => header.payloadType)).toEqual([96, 0]);
  });

  it('leave out keys that the other side did not agree on', () => {
    const rig = new RelayRig();
    rig.target.update(mediaSession(4002, { telephoneEvent: null }));
    rig.source.to(rig.target);
    rig.pass(1, 160, 101);
    expect(rig.sent).toEqual([]);
  });

  it('are dropped on purpose, which shows as a gap', () => {
    const chances = [0.9, 0.1, 0.9];
    const rig = new RelayRig(() => chances.shift() ?? 0.9);
    rig.source.to(rig.target, { lossPercent: 20, jitterMs: 0 });
    for (const number of [1, 2, 3]) rig.pass(number, number * 160);
    expect(rig.sent.map(({ header }) => (header.sequenceNumber - 65_534) & 0xffff)).toEqual([0, 2]);
  });

  it('feed the leg until the relay ends', () => {
    const rig = new RelayRig();
    expect(rig.target.isFed).toBe(false);
    rig.source.to(rig.target);
    expect(rig.target.isFed).toBe(true);
    rig.source.to(null);
    expect(rig.target.isFed).toBe(false);
    rig.pass(1, 160);
    expect(rig.sent).toEqual([]);
  });

  it('come back to their own leg as an echo', () => {
    const rig = new RelayRig();
    rig.target.to(rig.target);
    expect(rig.target.isFed).toBe(true);
  });
});

describe('packets held back on purpose', () => {
  it('leave when their time has come, and overtake each other', () => {
    const lateness = [0.9, 0.1, 0.5];
    const rig = new RelayRig(() => lateness.shift() ?? 0);
    rig.source.to(rig.target, { lossPercent: 0, jitterMs: 100 });
    for (const number of [100, 101, 102]) {
      rig.pass(number, number * 160);
      rig.nowMs += 20;
    }
    const left: number[][] = [];
    for (let nowMs = 0; nowMs <= 120; nowMs += 20) {
      rig.source.advance(nowMs);
      left.push(rig.sent.splice(0).map(({ payload }) => payload[0] ?? 0));
    }
    // Sent at 0, 20 and 40 ms, late by 90, 10 and 50 ms.
    expect(left).toEqual([[], [], [101], [], [], [100, 102], []]);
  });

  it('are forgotten when the relay ends', () => {
    const rig = new RelayRig(() => 0.5);
    rig.source.to(rig.target, { lossPercent: 0, jitterMs: 100 });
    rig.pass(1, 160);
    rig.source.to(null);
    rig.source.advance(1_000);
    expect(rig.sent).toEqual([]);
  });
});

describe('what is not RTP', () => {
  const at = (port: number) => ({ address: '127.0.0.1', port });

  it('is passed on as it is, from the one place to the other', () => {
    const rig = new RelayRig();
    rig.source.to(rig.target);
    rig.source.carryDatagrams(at(4000));
    rig.target.carryDatagrams(at(4002));
    expect(rig.source.passDatagram(Uint8Array.of(1, 2, 3, 4), 3, '127.0.0.1', 4000)).toBe(true);
    expect(rig.source.passDatagram(Uint8Array.of(9), 1, '127.0.0.1', 4444)).toBe(true);
    expect(rig.datagrams).toEqual(['1 2 3 to 4002']);
    expect(rig.sent).toEqual([]);
  });

  it('is RTP where nothing else was agreed on', () => {
    const rig = new RelayRig();
    rig.source.to(rig.target);
    rig.source.carryDatagrams(at(4000));
    rig.source.carryDatagrams(null);
    expect(rig.source.passDatagram(Uint8Array.of(1), 1, '127.0.0.1', 4000)).toBe(false);
  });
});
