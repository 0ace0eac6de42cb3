import { type Impairments, impair } from '../../media/impairment/impair.ts';
import type { ReceiveStreams } from '../../media/receive/receive-stream.ts';
import { AUDIO } from '../../media/receive/reception.ts';

/** One packet as it arrives. */
export interface ArrivedPacket {
  readonly sequenceNumber: number;
  readonly timestamp: number;
  readonly arrivalUs: number;
  readonly isMarked: boolean;
}

export interface SentStream {
  readonly packets: number;
  readonly firstSequenceNumber: number;
  readonly firstTimestamp: number;
  /** Clock of the sender against ours. */
  readonly driftPpm: number;
}

const START_US = 1_700_000_000_000_000;
const PACKET_BYTES = 172;

/** G.711 at 20 ms, sent through an impaired network; with the truth beside what arrives. */
export function sendImpaired(sent: SentStream, impairments: Impairments) {
  const sentUs = Array.from({ length: sent.packets }, (_, index) =>
    Math.round(START_US + index * 20_000 * (1 + sent.driftPpm * 1e-6)),
  );
  const { arrivals, lost, duplicates } = impair(sentUs, impairments);
  const packets = arrivals.map(
    ({ index, arrivalUs }): ArrivedPacket => ({
      sequenceNumber: (sent.firstSequenceNumber + index) & 0xffff,
      timestamp: (sent.firstTimestamp + index * 160) >>> 0,
      arrivalUs,
      isMarked: false,
    }),
  );
  return { packets, lost, duplicates };
}

export function receiveAll(streams: ReceiveStreams, slot: number, packets: readonly ArrivedPacket[]): void {
  for (const { sequenceNumber, timestamp, isMarked, arrivalUs } of packets) {
    streams.receive(slot, sequenceNumber, timestamp, PACKET_BYTES, isMarked, arrivalUs, AUDIO);
  }
}
