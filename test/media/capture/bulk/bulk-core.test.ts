import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BulkCore, createBulkCore } from '../../../../media/capture/bulk/bulk-core.ts';
import { FILE_BYTES } from '../../../../media/capture/bulk/memory-layout.ts';
import { CaptureDecoder } from '../../../../media/capture/capture-decoder.ts';
import { CaptureDefect } from '../../../../media/capture/capture-format.ts';
import { reportCapture } from '../../../../media/capture/capture-report.ts';
import type { PortRange } from '../../../../media/capture/known-media.ts';
import { RtpCapture } from '../../../../media/capture/rtp-capture.ts';
import { NO_IMPAIRMENT } from '../../../../media/impairment/impair.ts';
import { RECORD_WORDS } from '../../../../media/receive/stream-record.ts';
import { framesOf, impairments, streamParameters } from '../../../support/arbitrary-streams.ts';
import {
  BEGIN_US,
  fromBob,
  receiverReport,
  rtpFrame,
  senderReport,
  udpFrame,
} from '../../../support/media-frames.ts';
import { buildPcap, buildPcapng, type UdpFrame } from '../../../support/pcap-file.ts';

/** So many streams that the core fetches their records early. */
const crowd = Array.from({ length: 600 }, (_, index) =>
  rtpFrame({
    atUs: BEGIN_US - 1000 + index,
    sequenceNumber: index,
    timestamp: 0,
    synchronizationSource: 1_000_000 + index,
  }),
);

/** What is known of the streams beside their packets. */
interface Known {
  readonly rtpPorts?: readonly PortRange[];
  /** Payload type 96 at the port of all, told by signaling before this piece of the capture. */
  readonly describedBefore?: number | null | undefined;
}

function describeReceiver(capture: RtpCapture): void {
  const address = capture.udp.addresses.parse('10.0.0.2') ?? 0;
  const formats = new Map([[96, { encodingName: 'opus', clockRateHz: 48_000 }]]);
  capture.describe(address, 30_000, { protocol: 'SDP', formats, isEncrypted: false });
}

/** Everything there is, with the records bit by bit. */
function count(bytes: Uint8Array, core: BulkCore | null, splits: readonly number[], known: Known = {}) {
  const capture = new RtpCapture({ intervalUs: 2_000_000, rtpPorts: known.rtpPorts ?? [] }, core);
  const decoder = new CaptureDecoder(capture, core);
  let defect = '';
  try {
    const edges = [
      0,
      ...splits.map((at) => at % bytes.length).sort((one, other) => one - other),
      bytes.length,
    ];
    for (const [index, edge] of edges.slice(1).entries()) {
      if (index === known.describedBefore) describeReceiver(capture);
      decoder.push(bytes.subarray(edges[index], edge));
    }
    decoder.end();
  } catch (error) {
    if (!(error instanceof CaptureDefect)) throw error;
    defect = error.message;
  }
  const { streams, packets, rtpPackets, rtcpPackets } = capture;
  // How long a run of plain packets stays unsettled depends on who counts.
  capture.settle();
  const words = [...streams.words.subarray(0, streams.slots * RECORD_WORDS)];
  const classes = [...capture.course.classes.subarray(0, streams.slots * 32)];
  capture.end();
  return { defect, packets, rtpPackets, rtcpPackets, words, classes, streams: [...reportCapture(capture)] };
}

function expectEqual(bytes: Uint8Array, splits: readonly number[] = [], known: Known = {}): void {
  const core = createBulkCore();
  if (core === null) throw new Error('core.wasm was not built: npm run prepare');
  expect(count(bytes, core, splits, known)).toEqual(count(bytes, null, splits, known));
}

function encode(frames: readonly UdpFrame[], format: string): Buffer {
  const sorted = frames.toSorted((one, other) => one.atUs - other.atUs);
  return format === 'pcap' ? buildPcap(sorted) : buildPcapng(sorted);
}

function inOtherByteOrder(pcap: Buffer): Buffer {
  const bytes = Buffer.from(pcap);
  bytes.subarray(0, 4).swap32();
  bytes.subarray(4, 8).swap16();
  bytes.subarray(8, 24).swap32();
  for (let at = 24; at < bytes.length; at += 16 + pcap.readUInt32LE(at + 8)) {
    bytes.subarray(at, at + 16).swap32();
  }
  return bytes;
}

describe('the AssemblyScript core', { timeout: 60_000 }, () => {
  it.each(['pcap', 'pcapng'])('counts %s as TypeScript does, to the last bit', (format) => {
    const several = fc.array(fc.tuple(streamParameters, impairments), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(several, fc.array(fc.nat(), { maxLength: 4 }), fc.boolean(), (list, splits, isCrowded) => {
        const frames = list.flatMap(([parameters, network], index) =>
          framesOf(parameters, network, index + 1),
        );
        expectEqual(encode(isCrowded ? [...crowd, ...frames] : frames, format), splits);
      }),
      { numRuns: 60 },
    );
  });

  it.each(['pcap', 'pcapng'])('goes as far as TypeScript does in %s with bytes changed', (format) => {
    const quiet = {
      seed: 3,
      lossBeginProbability: 0.02,
      lossEndProbability: 0.5,
      duplicateProbability: 0.01,
    };
    const network = {
      ...quiet,
      duplicateDelayUs: 100,
      jitterMeanUs: 2000,
      spikeProbability: 0.01,
      spikeUs: 50_000,
    };
    const parameters = {
      packets: 60,
      first: 65_500,
      firstTimestamp: 0,
      packetUnits: 160,
      payloadType: 0,
      markEvery: 0,
    };
    const sample = encode(
      [
        ...framesOf(parameters, network, 1),
        ...framesOf(parameters, network, 2).map(fromBob),
        udpFrame(BEGIN_US + 500_000, 10_003, 30_001, senderReport(BEGIN_US, 1)),
        ...[600_000, 700_000, 800_000].map((atUs) =>
          fromBob(udpFrame(BEGIN_US + atUs, 10_003, 30_001, receiverReport(9, 1, BEGIN_US, 50_000))),
        ),
        udpFrame(BEGIN_US + 900_000, 10_003, 30_001, senderReport(BEGIN_US + 900_000, 1)),
      ],
      format,
    );
    const changes = fc.array(fc.tuple(fc.nat(sample.length - 1), fc.nat(255)), {
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(changes, fc.nat(sample.length), fc.boolean(), (list, split, isCrowded) => {
        const bytes = Buffer.from(sample);
        for (const [at, value] of list) bytes[at] = value;
        // Behind the header of the file there may be other packets.
        const others = isCrowded && format === 'pcap' ? encode(crowd, format) : bytes.subarray(0, 24);
        expectEqual(Buffer.concat([others, bytes.subarray(24)]), [split]);
      }),
      { numRuns: 100 },
    );
  });

  it('counts RTCP between and behind the packets as TypeScript does', () => {
    const network = fc.record({
      every: fc.integer({ min: 1, max: 12 }),
      sources: fc.integer({ min: 1, max: 3 }),
    });
    fc.assert(
      fc.property(
        streamParameters,
        impairments,
        network,
        fc.array(fc.nat(), { maxLength: 3 }),
        (one, two, rtcp, splits) => {
          const media = framesOf(one, two, 1);
          const reports = media
            .filter((_, index) => index % rtcp.every === 0)
            .flatMap(({ atUs }, index) => {
              const source = 1 + (index % rtcp.sources);
              const report = udpFrame(atUs + index, 10_003, 30_001, senderReport(atUs, source));
              // Told of whoever reported, and now and then of a report that nobody sent.
              const sentUs = index % 5 === 4 ? 0 : atUs - (index % 3);
              const lost = { cumulativeLost: index % 7, jitter: index };
              const answer = receiverReport(99, source, sentUs, 1000 * (index % 40), lost);
              return [report, fromBob(udpFrame(atUs + index + 30_000, 10_003, 30_001, answer))];
            });
          expectEqual(encode([...crowd, ...media, ...reports], 'pcap'), splits);
          expectEqual(encode([...media, ...reports], 'pcapng'), splits);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('counts captures of the other byte order no differently', () => {
    const sent = {
      packets: 300,
      first: 65_400,
      firstTimestamp: 0,
      packetUnits: 160,
      payloadType: 0,
      markEvery: 0,
    };
    const network = { ...NO_IMPAIRMENT, seed: 5, lossBeginProbability: 0.02, jitterMeanUs: 3000 };
    const bytes = encode(framesOf(sent, network, 1), 'pcap');
    expectEqual(inOtherByteOrder(bytes));
    const { streams } = count(bytes, createBulkCore(), []);
    expect(count(inOtherByteOrder(bytes), createBulkCore(), []).streams).toEqual(streams);
  });

  it('counts a short packet that ends where the memory for the file does', () => {
    const filling = (at: number, length: number) =>
      rtpFrame({
        atUs: BEGIN_US + at,
        sequenceNumber: at,
        timestamp: at * 160,
        payload: new Uint8Array(length),
      });
    const frames = Array.from({ length: Math.floor(FILE_BYTES / 30_100) - 1 }, (_, at) =>
      filling(at, 30_000),
    );
    const report = Buffer.from([0x80, 201, 0, 1, 0, 0, 0, 9]);
    const shortest = fromBob(udpFrame(BEGIN_US + 40, 10_003, 30_001, report));
    const left = FILE_BYTES - buildPcap([...frames, filling(frames.length, 0), shortest]).length;
    const bytes = buildPcap([...frames, filling(frames.length, left), shortest]);
    expect(bytes.length).toBe(FILE_BYTES);
    expectEqual(bytes);
  });

  it('opens streams as TypeScript does, whatever is known of them', () => {
    const hints: readonly PortRange[][] = [
      [],
      [{ first: 10_000, last: 10_003 }],
      [{ first: 30_000, last: 30_000 }],
    ];
    const known = fc.record({ rtpPorts: fc.constantFrom(...hints), describedBefore: fc.option(fc.nat(3)) });
    const others = fc.array(fc.tuple(streamParameters, impairments), { minLength: 1, maxLength: 5 });
    const splits = fc.array(fc.nat(), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(others, splits, known, fc.boolean(), (list, at, knowledge, isCrowded) => {
        const frames = list.flatMap(([parameters, network], index) =>
          framesOf(parameters, network, index + 1),
        );
        expectEqual(encode(isCrowded ? [...crowd, ...frames] : frames, 'pcap'), at, knowledge);
      }),
      { numRuns: 40 },
    );
  });

  it('counts more streams, and sources of RTCP, than the cache and the first tables hold as TypeScript does', () => {
    const frames = Array.from({ length: 4 * 21_000 }, (_, index) => {
      const stream = index % 21_000;
      const number = Math.floor(index / 21_000);
      const times = {
        atUs: BEGIN_US + number * 20_000 + stream,
        sequenceNumber: number,
        timestamp: number * 160,
      };
      return rtpFrame({ ...times, synchronizationSource: stream, payload: new Uint8Array(4) });
    });
    const reports = Array.from({ length: 3 * 9000 }, (_, index) => {
      const source = index % 9000;
      const atUs = BEGIN_US + 9000 + index;
      if (index < 9000) return udpFrame(atUs, 10_003, 30_001, senderReport(atUs, source));
      return fromBob(udpFrame(atUs, 10_003, 30_001, receiverReport(99, source, atUs - 9000, 1000)));
    });
    expectEqual(encode([...frames, ...reports], 'pcap'));
  });
});
