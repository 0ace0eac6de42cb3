/** What `analyze` knows of the streams of one capture. */
import type { MediaDigit } from '../engine/media-leg.ts';
import type { CodecImpairment } from '../quality/codec-impairment.ts';
import type { LegQuality } from '../quality/leg-quality.ts';
import type { IntervalFigures } from '../receive/stream-report.ts';
import type { TsharkReport } from '../receive/tshark-statistics.ts';
import type { VoipMetricsBlock } from '../rtcp/voip-metrics-block.ts';
import type { RemoteReception } from './rtcp-sources.ts';

/** How a stream was told from other UDP: named by signaling, by a port given, or by its looks alone. */
export type StreamEvidence = 'signaling' | 'port' | 'heuristic';

/** Bursts and gaps by RFC 3611 §4.7.2, with Gmin = 16; a packet that came too late is not heard either. */
export interface BurstGapFigures {
  readonly bursts: number;
  /** Share of the packets not heard within bursts, and outside of them. */
  readonly burstDensityPercent: number;
  readonly gapDensityPercent: number;
  /** Means. */
  readonly burstDurationMs: number;
  readonly gapDurationMs: number;
}

/** The figures of a span of time, with the score they give. */
export interface CapturedSpan extends IntervalFigures, LegQuality {
  /** Microseconds since the Unix epoch. */
  readonly beginUs: number;
  /** Came, but too late for a jitter buffer of one packet and twice the running jitter. */
  readonly late: number;
  /** 95 of 100 packets had a running jitter below. */
  readonly jitterP95Us: number | null;
  /** The longest time between two packets that follow each other in speech. */
  readonly deltaMaxUs: number | null;
  /** By how much more the sender's clock went on than that of the capture. */
  readonly skewUs: number;
  /** Time the timestamps pass over without a packet: nobody spoke, or the sender was on hold. */
  readonly silenceUs: number;
  /** Sound in one packet; the last one where it changed. Null while it is not known. */
  readonly packetTimeUs: number | null;
  readonly packetTimeChanges: number;
  /** Null where every packet was heard. */
  readonly burstGap: BurstGapFigures | null;
  /** Mean; null where no RTCP answered a report that is in the capture. */
  readonly roundTripTimeUs: number | null;
  /** What a jitter buffer would add, taken for the score: the time of one packet and twice the mean jitter. */
  readonly jitterBufferDelayMs: number | null;
}

export interface CapturedStream extends CapturedSpan {
  readonly endUs: number;
  readonly sourceAddress: string;
  readonly sourcePort: number;
  readonly destinationAddress: string;
  readonly destinationPort: number;
  readonly synchronizationSource: number;
  readonly evidence: StreamEvidence;
  /** SRTP: counted by its headers. */
  readonly isEncrypted: boolean;
  /** Of the sound; null where there was none, or none with a known clock. */
  readonly payloadType: number | null;
  /** Null for a dynamic type that nothing in the capture describes. */
  readonly codec: string | null;
  /** Where the codec's Ie and Bpl are from, and whether they are an estimate; null where it cannot be rated. */
  readonly codecSource: Pick<CodecImpairment, 'source' | 'isEstimate'> | null;
  readonly clockRateHz: number;
  readonly isClockGuessed: boolean;
  /** Times the sender began its sequence anew. */
  readonly restarts: number;
  /** 2 where the ways to both ends are in the round-trip time, 1 where only that to one end is. */
  readonly roundTripHalves: 0 | 1 | 2;
  /** What the receiver said about the stream; null where it said nothing. */
  readonly remote: RemoteReception | null;
  /** The same from its extended reports (RFC 3611 §4.7). */
  readonly remoteMetrics: VoipMetricsBlock | null;
  readonly digits: readonly MediaDigit[];
  /** One for each minute of the capture in which something arrived. */
  readonly minutes: readonly CapturedSpan[];
  /** The same by the interval of the capture, where that is shorter than a minute; else as `minutes`. */
  readonly intervals: readonly CapturedSpan[];
  readonly tshark: TsharkReport | null;
}
