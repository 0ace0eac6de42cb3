import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NO_IMPAIRMENT } from '../../media/impairment/impair.ts';
import { seededRandom } from '../../media/impairment/random.ts';
import { ReceiveStreams } from '../../media/receive/receive-stream.ts';
import { TsharkStatistics } from '../../media/receive/tshark-statistics.ts';
import { writeRtpHeader } from '../../media/rtp/packet.ts';
import { buildPcap, type UdpFrame } from '../support/pcap-file.ts';
import { type ArrivedPacket, receiveAll, sendImpaired } from '../support/rtp-stream.ts';
import { readRtpStreams } from '../support/tshark.ts';

/** tshark prints what we count; each stream is told by its SSRC. */
interface TypedPacket extends ArrivedPacket {
  readonly payloadType: number;
}

const CLOCKS: Readonly<Record<number, number>> = { 0: 8000, 8: 8000, 11: 44_100, 13: 8000, 18: 8000 };
const directory = await mkdtemp(join(tmpdir(), 'carillon-oracle-'));
afterAll(() => rm(directory, { recursive: true }));

function frame(ssrc: number, packet: TypedPacket): UdpFrame {
  const payload = new Uint8Array(172);
  const view = new DataView(payload.buffer);
  writeRtpHeader(view, 0, packet.isMarked, packet.payloadType, packet.sequenceNumber, packet.timestamp, ssrc);
  return {
    atUs: packet.arrivalUs,
    sourceAddress: 0x0a00_0001,
    destinationAddress: 0x0a00_0002,
    sourcePort: 10_000 + (ssrc % 1000) * 2,
    destinationPort: 30_000 + (ssrc % 1000) * 2,
    payload,
  };
}

async function compare(name: string, streams: ReadonlyMap<number, readonly TypedPacket[]>): Promise<void> {
  const frames = [...streams]
    .flatMap(([ssrc, packets]) => packets.map((packet) => frame(ssrc, packet)))
    .sort((a, b) => a.atUs - b.atUs);
  const path = join(directory, `${name}.pcap`);
  await writeFile(path, buildPcap(frames));
  const beginUs = frames[0]?.atUs ?? 0;
  const printed = await readRtpStreams(path);
  expect(printed).toHaveLength(streams.size);
  const statistics = new TsharkStatistics();
  for (const [slot, [ssrc, packets]] of [...streams].entries()) {
    for (const packet of packets) {
      const { sequenceNumber, timestamp, isMarked, payloadType, arrivalUs } = packet;
      const clockRateHz = CLOCKS[payloadType] ?? 0;
      const arrivalMs = (arrivalUs - beginUs) / 1000;
      statistics.receive(slot, sequenceNumber, timestamp, isMarked, payloadType, clockRateHz, arrivalMs);
    }
    const ours = statistics.report(slot);
    const line = printed.find(({ synchronizationSource }) => synchronizationSource === ssrc);
    expect({
      stream: `${name} ${ssrc}`,
      packets: ours.packets,
      lost: ours.lost,
      meanJitterMs: ours.meanJitterMs.toFixed(3),
      maxJitterMs: ours.maxJitterMs.toFixed(3),
    }).toEqual({
      stream: `${name} ${ssrc}`,
      packets: line?.packets,
      lost: line?.lost,
      meanJitterMs: line?.meanJitterMs,
      maxJitterMs: line?.maxJitterMs,
    });
  }
}

const random = seededRandom(2024);
const between = (low: number, high: number): number => low + Math.floor(random() * (high - low));

/** Streams, each impaired in its own way, that begin anywhere. */
function impairedStreams(count: number, packets: number): Map<number, TypedPacket[]> {
  const streams = new Map<number, TypedPacket[]>();
  for (let ssrc = 1; ssrc <= count; ssrc++) {
    const sent = {
      packets,
      firstSequenceNumber: ssrc % 3 === 0 ? 65_500 : between(0, 65_536),
      firstTimestamp: ssrc % 4 === 0 ? 0xffff_0000 : between(0, 2 ** 32),
      driftPpm: between(-200, 200),
    };
    const network = {
      ...NO_IMPAIRMENT,
      seed: ssrc,
      lossBeginProbability: random() * 0.02,
      lossEndProbability: 0.5,
      duplicateProbability: random() * 0.01,
      jitterMeanUs: between(0, 4000),
      spikeProbability: random() * 0.02,
      spikeUs: between(0, 90_000),
    };
    streams.set(
      ssrc,
      sendImpaired(sent, network).packets.map((packet) => ({
        ...packet,
        payloadType: ssrc % 2 === 0 ? 0 : 8,
      })),
    );
  }
  return streams;
}

describe('tshark -z rtp,streams prints what we compute by its definitions', () => {
  it('for lossy, duplicated, overtaken, drifting streams', async () => {
    await compare('impaired', impairedStreams(200, 1000));
  });

  it('with markers, comfort noise, telephone-events and a clock of odd units', async () => {
    const streams = impairedStreams(40, 500);
    for (const [ssrc, packets] of streams) {
      streams.set(
        ssrc,
        packets.map((packet, index) => ({
          ...packet,
          isMarked: index % (20 + ssrc) === 0,
          payloadType: payloadTypeAt(ssrc, index),
        })),
      );
    }
    await compare('mixed', streams);
  });
});

function payloadTypeAt(ssrc: number, index: number): number {
  if (ssrc % 4 === 0 && index % 50 < 5) return 13;
  if (ssrc % 4 === 1 && index % 70 < 7) return 101;
  return ssrc % 4 === 2 ? 11 : 0;
}

describe('tshark agrees with our own definition', () => {
  const sent = { packets: 3000, firstSequenceNumber: 1000, firstTimestamp: 5, driftPpm: 0 };
  const lossy = { ...NO_IMPAIRMENT, lossBeginProbability: 0.01, lossEndProbability: 0.5, jitterMeanUs: 1000 };
  const spiky = { ...lossy, spikeProbability: 0.01, spikeUs: 60_000 };
  let printed: Awaited<ReturnType<typeof readRtpStreams>> = [];
  const arrived = [
    sendImpaired(sent, { ...lossy, seed: 3 }).packets,
    sendImpaired(sent, { ...spiky, seed: 4 }).packets,
  ];

  beforeAll(async () => {
    const frames = arrived.flatMap((packets, ssrc) =>
      packets.map((packet) => frame(ssrc, { ...packet, payloadType: 0 })),
    );
    const path = join(directory, 'own.pcap');
    await writeFile(path, buildPcap(frames.sort((a, b) => a.atUs - b.atUs)));
    printed = await readRtpStreams(path);
  });

  it('on packets, loss and jitter where nothing is overtaken or doubled', () => {
    const streams = new ReceiveStreams();
    const slot = streams.create(0, 8000);
    receiveAll(streams, slot, arrived[0] ?? []);
    const report = streams.report(slot);
    const line = printed.find(({ synchronizationSource }) => synchronizationSource === 0);
    expect(report.reordered).toBe(0);
    expect({
      packets: report.packets,
      lost: report.lost,
      meanJitterMs: ((report.jitterUs ?? 0) / 1000).toFixed(3),
      maxJitterMs: ((report.jitterMaxUs ?? 0) / 1000).toFixed(3),
    }).toEqual({
      packets: line?.packets,
      lost: line?.lost,
      meanJitterMs: line?.meanJitterMs,
      maxJitterMs: line?.maxJitterMs,
    });
  });

  it('on packets and loss where packets overtake', () => {
    const streams = new ReceiveStreams();
    const slot = streams.create(1, 8000);
    receiveAll(streams, slot, arrived[1] ?? []);
    const line = printed.find(({ synchronizationSource }) => synchronizationSource === 1);
    expect(streams.report(slot).reordered).toBeGreaterThan(10);
    expect(streams.report(slot)).toMatchObject({ packets: line?.packets, lost: line?.lost });
  });
});
