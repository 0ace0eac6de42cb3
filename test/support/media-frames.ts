/** Captures of media made by hand: packets of RTP and RTCP between two addresses. */
import { serializeCompound } from '../../media/rtcp/compound.ts';
import { middleOfNtpTimestamp, toNtpTimestamp, usToShortUnits } from '../../media/rtcp/ntp.ts';
import type { ReportBlock } from '../../media/rtcp/report-block.ts';
import { writeRtpHeader } from '../../media/rtp/packet.ts';
import { buildPcap, type UdpFrame } from './pcap-file.ts';

export const BEGIN_US = 1_700_000_000_000_000;
const ALICE = 0x0a00_0001;
const BOB = 0x0a00_0002;

interface RtpFrame {
  readonly atUs: number;
  readonly sequenceNumber: number;
  readonly timestamp: number;
  readonly payloadType?: number;
  readonly synchronizationSource?: number;
  readonly isMarked?: boolean;
  readonly payload?: Uint8Array;
  /** Of both ends; 10000 to 30000 when left out. */
  readonly ports?: readonly [source: number, destination: number];
}

/** From 10.0.0.1 to 10.0.0.2. */
export function rtpFrame(frame: RtpFrame): UdpFrame {
  const body = frame.payload ?? new Uint8Array(160);
  const payload = new Uint8Array(12 + body.length);
  writeRtpHeader(
    new DataView(payload.buffer),
    0,
    frame.isMarked ?? false,
    frame.payloadType ?? 0,
    frame.sequenceNumber & 0xffff,
    frame.timestamp,
    frame.synchronizationSource ?? 0x1234,
  );
  payload.set(body, 12);
  const [sourcePort, destinationPort] = frame.ports ?? [10_000, 30_000];
  return udpFrame(frame.atUs, sourcePort, destinationPort, payload);
}

/** `count` packets of 20 ms by a clock of `clockRateHz`, numbers and times from `first` on. */
export function rtpFrames(
  count: number,
  {
    clockRateHz = 8000,
    first = 0,
    ...frame
  }: Partial<RtpFrame> & { clockRateHz?: number; first?: number } = {},
): UdpFrame[] {
  return Array.from({ length: count }, (_, index) =>
    rtpFrame({
      ...frame,
      atUs: BEGIN_US + (first + index) * 20_000,
      sequenceNumber: first + index,
      timestamp: ((first + index) * clockRateHz) / 50,
    }),
  );
}

export function udpFrame(
  atUs: number,
  sourcePort: number,
  destinationPort: number,
  payload: Uint8Array,
): UdpFrame {
  return { atUs, sourceAddress: ALICE, destinationAddress: BOB, sourcePort, destinationPort, payload };
}

/** The other way round. */
export function fromBob(frame: UdpFrame): UdpFrame {
  const { sourcePort, destinationPort } = frame;
  return {
    ...frame,
    sourceAddress: BOB,
    destinationAddress: ALICE,
    sourcePort: destinationPort,
    destinationPort: sourcePort,
  };
}

export function senderReport(atUs: number, synchronizationSource: number): Uint8Array {
  return serializeCompound([
    {
      type: 'sender-report',
      synchronizationSource,
      ntpTimestamp: toNtpTimestamp(atUs),
      rtpTimestamp: 0,
      packetCount: 1,
      octetCount: 160,
      reportBlocks: [],
      profileExtension: new Uint8Array(0),
    },
  ]);
}

/** A report of `reporter` about `about`, whose sender report bore the time `sentUs`. */
export function receiverReport(
  reporter: number,
  about: number,
  sentUs: number,
  delayUs: number,
  block: Partial<ReportBlock> = {},
): Uint8Array {
  return serializeCompound([
    {
      type: 'receiver-report',
      synchronizationSource: reporter,
      reportBlocks: [
        {
          synchronizationSource: about,
          fractionLost: 0,
          cumulativeLost: 0,
          extendedHighestSequenceNumber: 0,
          jitter: 0,
          lastSenderReport: middleOfNtpTimestamp(toNtpTimestamp(sentUs)),
          delaySinceLastSenderReport: usToShortUnits(delayUs),
          ...block,
        },
      ],
      profileExtension: new Uint8Array(0),
    },
  ]);
}

export function captureOf(...frames: readonly (readonly UdpFrame[])[]): Buffer {
  return buildPcap(frames.flat().sort((one, other) => one.atUs - other.atUs));
}
