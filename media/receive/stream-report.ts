import type { ReceptionCounters } from '../rtcp/reception-report.ts';
import { packetWord } from './packet-word.ts';
import type { SequenceBreaks } from './sequence-breaks.ts';
import {
  DOUBLE_JITTER,
  DOUBLE_JITTER_MAX,
  DOUBLE_JITTER_SUM,
  MARK_DISTINCT,
  MARK_DUPLICATES,
  MARK_EXPECTED,
  MARK_LOSS_RUNS,
  MARK_PACKETS,
  MARK_REORDERED,
  MARK_WORDS,
  RECORD_DOUBLES,
  RECORD_WORDS,
  WORD_BASE_SEQUENCE,
  WORD_BYTES,
  WORD_CLOCK_RATE_HZ,
  WORD_DUPLICATES,
  WORD_HIGHEST_SEQUENCE,
  WORD_JITTER_PACKETS,
  WORD_LOSS_RUNS,
  WORD_PACKETS,
  WORD_REORDERED,
  WORD_SYNCHRONIZATION_SOURCE,
} from './stream-record.ts';

/**
 * One stream in one interval. Interval values cover what arrived since the report before; cumulative values
 * the whole stream.
 */
export interface StreamReport {
  readonly synchronizationSource: number;
  readonly clockRateHz: number;
  /** As received: duplicates, strays, telephone-events and comfort noise included. */
  readonly packets: number;
  /** RTP header + payload. */
  readonly bytes: number;
  /** What the sequence numbers say was sent. */
  readonly expected: number;
  /** Expected − distinct received, never below zero. */
  readonly lost: number;
  readonly duplicates: number;
  readonly reordered: number;
  /** Runs of missing packets that `lost` falls into. */
  readonly lossRuns: number;
  /** Mean burst length over that of random loss (ITU-T G.107 §3.6); null without loss. */
  readonly burstRatio: number | null;
  /** Mean of the running jitter over `jitterPackets`; null where no packet entered it. */
  readonly jitterUs: number | null;
  readonly jitterMaxUs: number | null;
  /** Weight of `jitterUs` when intervals are put together. */
  readonly jitterPackets: number;
  readonly expectedCumulative: number;
  /** Mended by late packets, never below zero. */
  readonly lostCumulative: number;
  /** Times the sender began its sequence anew, cumulative. */
  readonly restarts: number;
}

/** The memory of `ReceiveStreams`, as a report reads it. */
export interface StreamRecords {
  readonly words: Int32Array;
  readonly doubles: Float64Array;
  readonly breaks: SequenceBreaks;
}

/** With the marks of those that were reported; all before the last report. */
export interface MarkedRecords extends StreamRecords {
  readonly marks: Int32Array;
}

/** Packets the sequence numbers say were sent since the stream began. */
export function expectedPackets(words: Int32Array, breaks: SequenceBreaks, slot: number): number {
  const record = slot * RECORD_WORDS;
  if (words[record + WORD_PACKETS] === 0) return 0;
  const highest = words[record + WORD_HIGHEST_SEQUENCE] as number;
  const base = words[record + WORD_BASE_SEQUENCE] as number;
  return (breaks.find(slot)?.expectedBefore ?? 0) + highest - base + 1;
}

/** The first of their sequence number, since the stream began. */
export function distinctPackets(words: Int32Array, breaks: SequenceBreaks, slot: number): number {
  const record = slot * RECORD_WORDS;
  const packets = words[record + WORD_PACKETS] as number;
  return packets - (words[record + WORD_DUPLICATES] as number) - (breaks.find(slot)?.strays ?? 0);
}

/** Of so many expected, where so many different ones arrived. */
export function missing(expected: number, distinct: number): number {
  return Math.max(0, expected - distinct);
}

/** Cumulative: expected − distinct received, never below zero. */
export function lostPackets({ words, breaks }: StreamRecords, slot: number): number {
  return missing(expectedPackets(words, breaks, slot), distinctPackets(words, breaks, slot));
}

/**
 * What one interval counted, as sums: those of two neighboring intervals, added, are what one interval in
 * their place would have counted.
 */
export interface IntervalCounters {
  readonly packets: number;
  readonly bytes: number;
  readonly expected: number;
  /** The first of their sequence number. */
  readonly distinct: number;
  readonly duplicates: number;
  readonly reordered: number;
  /** Below zero where late packets ended more runs than began. */
  readonly lossRuns: number;
  readonly jitterPackets: number;
  readonly jitterSumUs: number;
  readonly jitterMaxUs: number;
}

/** Some of them since the stream began; bytes and jitter of the interval. */
export function readCounters(records: StreamRecords, slot: number): IntervalCounters {
  const { words, doubles, breaks } = records;
  const record = slot * RECORD_WORDS;
  const base = slot * RECORD_DOUBLES;
  const unitUs = 1e6 / (words[record + WORD_CLOCK_RATE_HZ] as number);
  return {
    packets: words[record + WORD_PACKETS] as number,
    bytes: (words[record + WORD_BYTES] as number) >>> 0,
    expected: expectedPackets(words, breaks, slot),
    distinct: distinctPackets(words, breaks, slot),
    duplicates: words[record + WORD_DUPLICATES] as number,
    reordered: words[record + WORD_REORDERED] as number,
    lossRuns: words[record + WORD_LOSS_RUNS] as number,
    jitterPackets: words[record + WORD_JITTER_PACKETS] as number,
    jitterSumUs: (doubles[base + DOUBLE_JITTER_SUM] as number) * unitUs,
    jitterMaxUs: (doubles[base + DOUBLE_JITTER_MAX] as number) * unitUs,
  };
}

/** The interval so far, as it is summed up. */
function readIntervalCounters(records: MarkedRecords, slot: number): IntervalCounters {
  const { marks } = records;
  const counters = readCounters(records, slot);
  const mark = (place: number): number => marks[slot * MARK_WORDS + place] ?? 0;
  return {
    ...counters,
    packets: counters.packets - mark(MARK_PACKETS),
    expected: counters.expected - mark(MARK_EXPECTED),
    distinct: counters.distinct - mark(MARK_DISTINCT),
    duplicates: counters.duplicates - mark(MARK_DUPLICATES),
    reordered: counters.reordered - mark(MARK_REORDERED),
    lossRuns: counters.lossRuns - mark(MARK_LOSS_RUNS),
  };
}

export type IntervalFigures = Pick<
  StreamReport,
  | 'packets'
  | 'bytes'
  | 'expected'
  | 'lost'
  | 'duplicates'
  | 'reordered'
  | 'lossRuns'
  | 'burstRatio'
  | 'jitterUs'
  | 'jitterMaxUs'
  | 'jitterPackets'
>;

function deriveFigures(counters: IntervalCounters): IntervalFigures {
  const { packets, bytes, expected, distinct, duplicates, reordered, jitterPackets } = counters;
  const lost = missing(expected, distinct);
  const lossRuns = Math.max(0, counters.lossRuns);
  return {
    packets,
    bytes,
    expected,
    lost,
    duplicates,
    reordered,
    lossRuns,
    burstRatio: burstRatio(expected, lost, lossRuns),
    jitterUs: meanJitterUs(counters),
    jitterMaxUs: jitterPackets > 0 ? counters.jitterMaxUs : null,
    jitterPackets,
  };
}

/** Null where it was measured of no packet. */
export function meanJitterUs({
  jitterPackets,
  jitterSumUs,
}: Pick<IntervalCounters, 'jitterPackets' | 'jitterSumUs'>): number | null {
  return jitterPackets > 0 ? jitterSumUs / jitterPackets : null;
}

/** The interval so far. */
export function readStreamReport(records: MarkedRecords, slot: number): StreamReport {
  const { words, breaks } = records;
  const record = slot * RECORD_WORDS;
  return {
    synchronizationSource: packetWord(words[record + WORD_SYNCHRONIZATION_SOURCE] as number) >>> 0,
    clockRateHz: words[record + WORD_CLOCK_RATE_HZ] as number,
    ...deriveFigures(readIntervalCounters(records, slot)),
    expectedCumulative: expectedPackets(words, breaks, slot),
    lostCumulative: lostPackets(records, slot),
    restarts: breaks.find(slot)?.restarts ?? 0,
  };
}

/** From here the next interval is counted, by who has read the counters of this one and keeps them. */
export function endInterval({ words, doubles }: StreamRecords, slot: number): void {
  const record = slot * RECORD_WORDS;
  const base = slot * RECORD_DOUBLES;
  words[record + WORD_JITTER_PACKETS] = 0;
  words[record + WORD_BYTES] = 0;
  doubles[base + DOUBLE_JITTER_SUM] = 0;
  doubles[base + DOUBLE_JITTER_MAX] = 0;
}

/** Where the counters stand; the marks have room for them. */
export function markCounters(records: MarkedRecords, slot: number): void {
  const { marks } = records;
  const counters = readCounters(records, slot);
  const mark = slot * MARK_WORDS;
  marks[mark + MARK_PACKETS] = counters.packets;
  marks[mark + MARK_DISTINCT] = counters.distinct;
  marks[mark + MARK_DUPLICATES] = counters.duplicates;
  marks[mark + MARK_REORDERED] = counters.reordered;
  marks[mark + MARK_LOSS_RUNS] = counters.lossRuns;
  marks[mark + MARK_EXPECTED] = counters.expected;
}

export function readReceptionCounters(records: StreamRecords, slot: number): ReceptionCounters {
  const { words, doubles, breaks } = records;
  const record = slot * RECORD_WORDS;
  // RFC 3550 A.3 counts from the packet that arrived first, even if that one had overtaken others.
  const sentBefore = breaks.find(slot)?.sentBefore ?? 0;
  return {
    synchronizationSource: packetWord(words[record + WORD_SYNCHRONIZATION_SOURCE] as number) >>> 0,
    extendedHighestSequenceNumber: (words[record + WORD_HIGHEST_SEQUENCE] as number) >>> 0,
    expected: expectedPackets(words, breaks, slot) - sentBefore,
    received: distinctPackets(words, breaks, slot) + (words[record + WORD_DUPLICATES] as number),
    jitter: Math.floor(doubles[slot * RECORD_DOUBLES + DOUBLE_JITTER] as number),
  };
}

/**
 * BurstR of ITU-T G.107 §3.6: the mean length of the bursts observed, over 1/(1 − p), what random loss with the
 * same probability p would give. Null without loss.
 */
export function burstRatio(expected: number, lost: number, lossRuns: number): number | null {
  if (lost <= 0 || lossRuns <= 0 || expected <= 0) return null;
  return (lost / lossRuns) * (1 - Math.min(1, lost / expected));
}
