import { createBulkCore } from '../../media/capture/bulk/bulk-core.ts';
import { CaptureDecoder } from '../../media/capture/capture-decoder.ts';
import { CaptureDefect } from '../../media/capture/capture-format.ts';
import { reportCapture } from '../../media/capture/capture-report.ts';
import { RtpCapture } from '../../media/capture/rtp-capture.ts';
import { SignalingWatch } from '../../src/analyze/signaling-watch.ts';
import { type RawPacket, rawPcap, rawPcapng } from '../support/raw-frames.ts';
import { createNoise, mutate } from './h323-mutation.ts';

/** Packets of one link type. */
export interface CaptureSeed {
  readonly linkType: number;
  readonly packets: readonly RawPacket[];
}

export interface CaptureFuzzReport {
  readonly rounds: number;
  /** Files that could be read to their end. */
  readonly whole: number;
  /** Files in which a stream was found, and a message of signaling. */
  readonly withStreams: number;
  readonly withSignaling: number;
  /** Most memory that one file made the streams and the decoder take. */
  readonly mostBytes: number;
  /** The first file that threw or was read differently in two ways, in hex. */
  readonly failure: { readonly file: string; readonly error: string } | null;
}

/** One in so many is read by the AssemblyScript core too, whose memory is costly to set up. */
const CORE_ROUNDS = 256;
const SHAPES = [
  { isBigEndian: false, isNanoseconds: false },
  { isBigEndian: true, isNanoseconds: true },
  { isBigEndian: true, isNanoseconds: false },
  { isBigEndian: false, isNanoseconds: true },
] as const;

/** Reads `rounds` captures with packets or bytes of the file changed. Stops at the first failure. */
export function fuzzCaptures(seeds: readonly CaptureSeed[], rounds: number, seed: number): CaptureFuzzReport {
  const noise = createNoise(seed);
  const report = { whole: 0, withStreams: 0, withSignaling: 0, mostBytes: 0 };
  for (let round = 0; round < rounds; round++) {
    const file = createMutant(seeds, noise);
    try {
      const read = readMutant(file, false);
      report.whole += Number(read.isWhole);
      report.withStreams += Number(read.streams.length > 0);
      report.withSignaling += Number(read.signaling > 0);
      report.mostBytes = Math.max(report.mostBytes, read.bytes);
      if (round % CORE_ROUNDS === 0) {
        const [ours, cores] = [JSON.stringify(read.streams), JSON.stringify(readMutant(file, true).streams)];
        if (ours !== cores) throw new Error(`the cores differ: ${ours} / ${cores}`);
      }
    } catch (error) {
      const failure = { file: file.toString('hex'), error: String((error as Error).stack ?? error) };
      return { rounds: round, ...report, failure };
    }
  }
  return { rounds, ...report, failure: null };
}

/** Half have packets changed inside a sound file, so that what is behind the file format is reached. */
function createMutant(seeds: readonly CaptureSeed[], noise: (below: number) => number): Buffer {
  const { linkType, packets } = seeds[noise(seeds.length)] as CaptureSeed;
  const isPacketChanged = noise(2) === 0;
  const changed = isPacketChanged
    ? packets.map((packet): RawPacket => {
        if (noise(4) > 0) return packet;
        const other = (packets[noise(packets.length)] as RawPacket).bytes;
        return { ...packet, bytes: Buffer.from(mutate(packet.bytes, other, noise)) };
      })
    : packets;
  const shape = { ...(SHAPES[noise(SHAPES.length)] ?? SHAPES[0]), linkType };
  const file = noise(2) === 0 ? rawPcap(changed, shape) : rawPcapng(changed, shape);
  return isPacketChanged ? file : Buffer.from(mutate(file, file, noise));
}

function readMutant(file: Buffer, hasCore: boolean) {
  const core = hasCore ? createBulkCore() : null;
  const capture = new RtpCapture({ intervalUs: 5_000_000 }, core);
  const signaling = new SignalingWatch(capture);
  capture.signaling = signaling;
  const decoder = new CaptureDecoder(capture, core);
  let isWhole = true;
  try {
    decoder.push(file);
    decoder.end();
  } catch (error) {
    if (!(error instanceof CaptureDefect)) throw error;
    if (error.offset > file.length) throw new Error(`a defect at ${error.offset} of ${file.length} bytes`);
    isWhole = false;
  }
  capture.end();
  const streams = [...reportCapture(capture)];
  for (const { lost, mosListening, mosConversational } of streams) {
    if (lost < 0) throw new Error(`${lost} packets lost`);
    if ((mosConversational ?? 1) > (mosListening ?? 1)) throw new Error('CQ above LQ');
  }
  return {
    isWhole,
    streams,
    signaling: signaling.sip.messages + signaling.h323.messages,
    bytes: capture.stateBytes + decoder.space.buffer.byteLength,
  };
}
