/**
 * What a capture held, as numbers in a few arrays: a hundred thousand streams are no million objects, which kept the
 * garbage collector busy for longer than all the counting, and a thread hands them to another one without a copy.
 * `CapturedStreams` makes the streams of them that somebody looks at.
 */
import type { MediaDigit } from '../engine/media-leg.ts';
import type { QualityModel } from '../quality/leg-quality.ts';
import type { TsharkReport } from '../receive/tshark-statistics.ts';
import type { VoipMetricsBlock } from '../rtcp/voip-metrics-block.ts';
import type { StreamEvidence } from './captured-stream.ts';
import type { RowArrays } from './interval-rows.ts';

/** Numbers of one stream in `facts`, in 64-bit floats. */
export const FACT_DOUBLES = 22;
/** The key, as the stream table has it. */
export const FACT_SOURCE = 0;
export const FACT_DESTINATION = 1;
export const FACT_PORTS = 2;
export const FACT_SYNCHRONIZATION_SOURCE = 3;
export const FACT_BEGIN_US = 4;
export const FACT_END_US = 5;
/** In `EVIDENCES`. */
export const FACT_EVIDENCE = 6;
/** 0 or 1. */
export const FACT_IS_ENCRYPTED = 7;
export const FACT_IS_CLOCK_GUESSED = 8;
/** −1 where there is none. */
export const FACT_PAYLOAD_TYPE = 9;
/** In `codecs`; −1 where there is no payload type. */
export const FACT_CODEC = 10;
export const FACT_CLOCK_RATE_HZ = 11;
export const FACT_RESTARTS = 12;
export const FACT_ROUND_TRIP_SUM_US = 13;
export const FACT_ROUND_TRIPS = 14;
export const FACT_ROUND_TRIP_HALVES = 15;
/** NaN where the receiver said nothing. */
export const FACT_REMOTE_LOST = 16;
export const FACT_REMOTE_FRACTION = 17;
export const FACT_REMOTE_JITTER = 18;
/** The others follow it in `nextRows`. */
export const FACT_FIRST_ROW = 19;
/** What streams are judged and sorted by; `NOT_RATED_YET` lost while nobody asked, NaN for what cannot be rated. */
export const FACT_LOST = 20;
export const FACT_RATING_CONVERSATIONAL = 21;

export const NOT_RATED_YET = -1;

export const EVIDENCES: readonly StreamEvidence[] = ['signaling', 'port', 'heuristic'];

/** Streams are known by their places in `facts`. */
export interface CapturedColumns {
  readonly model: QualityModel;
  readonly intervalUs: number;
  /** Arrival of the first packet of the capture. */
  readonly beginUs: number;
  readonly facts: Float64Array<ArrayBuffer>;
  /** The streams in the order in which they began. */
  readonly order: Uint32Array<ArrayBuffer>;
  readonly rows: RowArrays;
  /** By row: that of the same stream which comes next. */
  readonly nextRows: Int32Array<ArrayBuffer>;
  readonly codecs: readonly (string | null)[];
  /** Of IPv6, see `AddressNumbers`. */
  readonly addresses: readonly bigint[];
  /** Of the streams that have any. */
  readonly digits: ReadonlyMap<number, readonly MediaDigit[]>;
  readonly remoteMetrics: ReadonlyMap<number, VoipMetricsBlock>;
  /** Of all streams, or of none. */
  readonly tshark: readonly TsharkReport[];
}

/** What may be moved to another thread. */
export function buffersOf({ facts, order, rows, nextRows }: CapturedColumns): ArrayBuffer[] {
  return [facts.buffer, order.buffer, rows.doubles.buffer, rows.classes.buffer, nextRows.buffer];
}
