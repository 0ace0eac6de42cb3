/** What must change nothing: where numbers begin and wrap, who else has the same SSRC, where a capture is cut. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { CaptureDecoder } from '../../../media/capture/capture-decoder.ts';
import { reportCapture } from '../../../media/capture/capture-report.ts';
import type { CapturedStream } from '../../../media/capture/captured-stream.ts';
import { RtpCapture } from '../../../media/capture/rtp-capture.ts';
import { type Impairments, impair, NO_IMPAIRMENT } from '../../../media/impairment/impair.ts';
import { analyzeParts } from '../../../src/analyze/analyze-file.ts';
import { BEGIN_US, captureOf, fromBob, rtpFrame } from '../../support/media-frames.ts';
import { buildPcap, type UdpFrame } from '../../support/pcap-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'carillon-properties-'));
afterAll(() => rmSync(folder, { recursive: true }));

const PACKETS = 500;
const network: fc.Arbitrary<Impairments> = fc.record({
  seed: fc.integer(),
  lossBeginProbability: fc.double({ min: 0, max: 0.05, noNaN: true }),
  lossEndProbability: fc.double({ min: 0.2, max: 1, noNaN: true }),
  duplicateProbability: fc.double({ min: 0, max: 0.02, noNaN: true }),
  duplicateDelayUs: fc.nat(30_000),
  jitterMeanUs: fc.nat(5000),
  spikeProbability: fc.double({ min: 0, max: 0.02, noNaN: true }),
  spikeUs: fc.nat(200_000),
});

interface Start {
  readonly sequenceNumber: number;
  readonly timestamp: number;
  readonly synchronizationSource?: number;
  readonly ports?: readonly [number, number];
}

function framesOf(impairments: Impairments, start: Start): UdpFrame[] {
  const sentUs = Array.from({ length: PACKETS }, (_, index) => BEGIN_US + index * 20_000);
  return impair(sentUs, impairments).arrivals.map(({ index, arrivalUs }) =>
    rtpFrame({
      ...start,
      atUs: Math.round(arrivalUs),
      sequenceNumber: (start.sequenceNumber + index) & 0xffff,
      timestamp: (start.timestamp + index * 160) >>> 0,
      payload: new Uint8Array(8),
    }),
  );
}

function report(bytes: Uint8Array): CapturedStream[] {
  const capture = new RtpCapture();
  new CaptureDecoder(capture).push(bytes);
  capture.end();
  return [...reportCapture(capture)];
}

/** Even packets by a clock that is off, in captures of 10,000 each; made from one packet for speed. */
function* longCapture(start: Start, packets: number, driftPpm: number): Generator<Buffer> {
  const whole = buildPcap([rtpFrame({ ...start, atUs: BEGIN_US, payload: new Uint8Array(8) })]);
  const [header, record] = [whole.subarray(0, 24), whole.subarray(24)];
  const rtpAt = record.length - 20;
  for (let from = 0; from < packets; from += 10_000) {
    const count = Math.min(10_000, packets - from);
    const records = Buffer.alloc(count * record.length, record);
    for (let index = 0; index < count; index++) {
      const at = index * record.length;
      const place = from + index;
      const atUs = Math.round(BEGIN_US + place * 20_000 * (1 + driftPpm * 1e-6));
      records.writeUInt32LE(Math.floor(atUs / 1e6), at);
      records.writeUInt32LE(atUs % 1e6, at + 4);
      records.writeUInt16BE((start.sequenceNumber + place) & 0xffff, at + rtpAt + 2);
      records.writeUInt32BE((start.timestamp + place * 160) >>> 0, at + rtpAt + 4);
    }
    yield Buffer.concat([header, records]);
  }
}

const ZERO: Start = { sequenceNumber: 0, timestamp: 0 };

describe('a captured stream', () => {
  it('is told the same wherever its sequence numbers and timestamps begin, and wrap', () => {
    const starts = fc.record({ sequenceNumber: fc.nat(0xffff), timestamp: fc.nat(0xffff_ffff) });
    fc.assert(
      fc.property(network, starts, (impairments, start) => {
        const [moved] = report(captureOf(framesOf(impairments, start)));
        const [plain] = report(captureOf(framesOf(impairments, ZERO)));
        expect(moved).toEqual(plain);
      }),
      { numRuns: 60 },
    );
  });

  it('is told the same beside others with its SSRC, from other ports and the other end', () => {
    fc.assert(
      fc.property(network, network, network, (first, second, third) => {
        const streams = [
          framesOf(first, { ...ZERO, sequenceNumber: 9 }),
          framesOf(second, { sequenceNumber: 60_000, timestamp: 77, ports: [10_002, 30_000] }),
          framesOf(third, { sequenceNumber: 3, timestamp: 1 }).map(fromBob),
        ];
        const key = ({ sourceAddress, sourcePort }: CapturedStream) => `${sourceAddress}:${sourcePort}`;
        const together = report(captureOf(...streams)).sort((a, b) => key(a).localeCompare(key(b)));
        const alone = streams
          .flatMap((frames) => report(captureOf(frames)))
          .sort((a, b) => key(a).localeCompare(key(b)));
        // Minutes are those of the capture, which begins with its first packet; all else is the stream's own.
        const own = ({ intervals, minutes, ...stream }: CapturedStream) => stream;
        expect(together.map(own)).toEqual(alone.map(own));
      }),
      { numRuns: 40 },
    );
  });

  it('loses nothing where its sender begins anew', () => {
    const before = framesOf(NO_IMPAIRMENT, ZERO);
    const after = framesOf(NO_IMPAIRMENT, { sequenceNumber: 40_000, timestamp: 123_456_789 }).map(
      (frame) => ({
        ...frame,
        atUs: frame.atUs + PACKETS * 20_000,
      }),
    );
    expect(report(captureOf(before, after))).toMatchObject([
      { packets: 2 * PACKETS, lost: 0, duplicates: 0, restarts: 1, mosConversational: 4.4 },
    ]);
  });

  it('is told the same from any number of files, cut at any packet', async () => {
    const readOptions = { onProgress: () => undefined };
    const path = (name: string, frames: readonly UdpFrame[]): string => {
      writeFileSync(join(folder, name), buildPcap(frames));
      return join(folder, name);
    };
    const cuts = fc.array(fc.nat(PACKETS), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(network, cuts, async (impairments, places) => {
        const frames = framesOf(impairments, { ...ZERO, sequenceNumber: 65_400 });
        const edges = [0, ...places.sort((a, b) => a - b), frames.length];
        const parts = edges
          .slice(1)
          .map((edge, index) => path(`part-${index}`, frames.slice(edges[index], edge)));
        const whole = await analyzeParts([path('whole', frames)], {}, readOptions);
        const joined = await analyzeParts(parts, {}, readOptions);
        expect({ ...joined, path: '' }).toEqual({ ...whole, path: '' });
      }),
      { numRuns: 40 },
    );
  });

  it('of ten hours, by a clock 200 ppm slow, is as good in its last minute as in its first', () => {
    const capture = new RtpCapture();
    for (const part of longCapture({ sequenceNumber: 65_000, timestamp: 0xffff_0000 }, 1_800_000, 200)) {
      new CaptureDecoder(capture).push(part);
    }
    capture.end();
    const [stream] = reportCapture(capture);
    expect(stream).toMatchObject({
      packets: 1_800_000,
      expected: 1_800_000,
      lost: 0,
      late: 0,
      duplicates: 0,
      reordered: 0,
      restarts: 0,
      silenceUs: 0,
      packetTimeUs: 20_000,
      packetTimeChanges: 0,
      mosListening: 4.4,
      mosConversational: 4.4,
    });
    expect(stream?.minutes).toHaveLength(601);
    expect(new Set(stream?.minutes.map(({ mosConversational }) => mosConversational))).toEqual(
      new Set([4.4]),
    );
    expect(stream?.jitterUs).toBeCloseTo(4, 1);
    // Ten hours less a packet, of which the sender's clock missed 200 millionths.
    expect(stream?.skewUs).toBeCloseTo(-1_799_999 * 20_000 * 200e-6, -2);
  });
});
