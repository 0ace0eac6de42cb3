import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { CaptureDefect } from '../../../media/capture/capture-format.ts';
import { readCapture } from '../../../media/capture/read-capture.ts';
import { RtpCapture } from '../../../media/capture/rtp-capture.ts';
import { NO_IMPAIRMENT } from '../../../media/impairment/impair.ts';
import { ReceiveStreams } from '../../../media/receive/receive-stream.ts';
import { writeRtpHeader } from '../../../media/rtp/packet.ts';
import { buildPcap, type UdpFrame } from '../../support/pcap-file.ts';
import { type ArrivedPacket, receiveAll, sendImpaired } from '../../support/rtp-stream.ts';

const directory = await mkdtemp(join(tmpdir(), 'carillon-capture-'));
afterAll(() => rm(directory, { recursive: true }));

function frame(ssrc: number, packet: ArrivedPacket, payloadType = 0): UdpFrame {
  const payload = new Uint8Array(172);
  const { isMarked, sequenceNumber, timestamp } = packet;
  writeRtpHeader(new DataView(payload.buffer), 0, isMarked, payloadType, sequenceNumber, timestamp, ssrc);
  const atUs = packet.arrivalUs;
  return {
    atUs,
    sourceAddress: 1,
    destinationAddress: 2,
    sourcePort: 10_000 + ssrc,
    destinationPort: 4000,
    payload,
  };
}

const network = {
  ...NO_IMPAIRMENT,
  lossBeginProbability: 0.01,
  lossEndProbability: 0.5,
  duplicateProbability: 0.01,
  jitterMeanUs: 2000,
  spikeProbability: 0.01,
  spikeUs: 50_000,
};
const arrived = [1, 2, 3].map(
  (seed) =>
    sendImpaired(
      { packets: 1000, firstSequenceNumber: 65_000 + seed, firstTimestamp: 0xffff_f000, driftPpm: 0 },
      { ...network, seed },
    ).packets,
);
const frames = arrived
  .flatMap((packets, index) => packets.map((packet) => frame(index + 1, packet)))
  .sort((a, b) => a.atUs - b.atUs);

async function capture(name: string, bytes: Uint8Array): Promise<RtpCapture> {
  const path = join(directory, name);
  await writeFile(path, bytes);
  const rtp = new RtpCapture();
  await readCapture(path, rtp);
  rtp.settle();
  return rtp;
}

describe('RtpCapture', () => {
  it.each([
    ['plain', (bytes: Buffer) => bytes],
    ['gzip', gzipSync],
  ])('reports as the live path would: %s', async (name, pack) => {
    const rtp = await capture(name, pack(buildPcap(frames)));
    expect(rtp.table.size).toBe(3);
    for (const [index, packets] of arrived.entries()) {
      const live = new ReceiveStreams();
      receiveAll(live, live.create(index + 1, 8000), packets);
      const slot = rtp.table.find(1, 2, ((10_001 + index) << 16) | 4000, index + 1);
      expect(rtp.streams.report(slot)).toEqual(live.report(0));
      expect(live.report(0).lost).toBeGreaterThan(0);
    }
  });

  it('begins the jitter anew with the clock of another codec, in the middle of a run', async () => {
    const packets = Array.from({ length: 60 }, (_, index): ArrivedPacket => {
      const jitterUs = (index % 7) * 300;
      const times = { timestamp: index * 160, arrivalUs: 1e15 + index * 20_000 + jitterUs };
      return { sequenceNumber: index, isMarked: false, ...times };
    });
    const [before, behind] = [packets.slice(0, 40), packets.slice(40)];
    const rtp = await capture(
      'clocks',
      buildPcap([
        ...before.map((packet) => frame(1, packet, 0)),
        ...behind.map((packet) => frame(1, packet, 6)),
      ]),
    );
    const live = new ReceiveStreams();
    const slot = live.create(1, 8000);
    receiveAll(live, slot, before);
    live.setClockRate(slot, 16_000);
    receiveAll(live, slot, behind);
    expect(rtp.streams.report(0)).toEqual(live.report(slot));
    expect(live.report(slot).jitterPackets).toBe(19);
  });

  it('tells RTCP, other UDP and telephone-events from audio', async () => {
    const packet: ArrivedPacket = { sequenceNumber: 1, timestamp: 160, arrivalUs: 1e15, isMarked: false };
    const other = (payload: number[]): UdpFrame => ({
      ...frame(9, packet),
      payload: Uint8Array.from(payload),
    });
    const rtp = await capture(
      'mixed',
      buildPcap([
        frame(9, packet),
        frame(9, { ...packet, sequenceNumber: 2, arrivalUs: 1e15 + 77_000 }, 101),
        frame(9, { ...packet, sequenceNumber: 3, timestamp: 480, arrivalUs: 1e15 + 40_000 }),
        other([0x80, 201, 0, 1, 0, 0, 0, 9, 0, 0, 0, 0]),
        other([0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42, 0, 0, 0, 0]),
        other([0x80, 0]),
      ]),
    );
    expect([rtp.packets, rtp.rtpPackets, rtp.rtcpPackets, rtp.table.size]).toEqual([6, 3, 1, 1]);
    expect(rtp.streams.report(0)).toMatchObject({ packets: 3, lost: 0, jitterPackets: 1, jitterUs: 0 });
  });
});

describe('readCapture', () => {
  it('counts what is there before a cut', async () => {
    const path = join(directory, 'cut');
    const bytes = buildPcap(frames);
    await writeFile(path, bytes.subarray(0, bytes.length - 10));
    const rtp = new RtpCapture();
    await expect(readCapture(path, rtp)).rejects.toThrow(CaptureDefect);
    expect(rtp.rtpPackets).toBe(frames.length - 1);
  });

  it.each([
    ['a directory', directory, /EISDIR/],
    ['a file that is not there', join(directory, 'none'), /ENOENT/],
  ])('leaves it to the file system to say what is wrong with %s', async (_, path, message) => {
    await expect(readCapture(path, new RtpCapture())).rejects.toThrow(message);
  });
});
