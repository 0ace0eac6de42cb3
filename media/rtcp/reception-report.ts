/** What we say about a stream we receive (RFC 3550 §6.4.1, A.3). */
import { holdCumulativeLost, type ReportBlock } from './report-block.ts';

/** Counters of a received stream; duplicates count as received. */
export interface ReceptionCounters {
  readonly synchronizationSource: number;
  readonly extendedHighestSequenceNumber: number;
  /** Cumulative. */
  readonly expected: number;
  /** Cumulative. */
  readonly received: number;
  /** In timestamp units. */
  readonly jitter: number;
}

/** The sender report that the block refers back to; zeros where none came. */
export interface LastSenderReport {
  readonly lastSenderReport: number;
  readonly delaySinceLastSenderReport: number;
}

/**
 * The block for `now`, where `previous` is what the last block about the same source was made of, null for the
 * first.
 */
export function deriveReportBlock(
  now: ReceptionCounters,
  previous: ReceptionCounters | null,
  last: LastSenderReport,
): ReportBlock {
  const expected = now.expected - (previous?.expected ?? 0);
  const received = now.received - (previous?.received ?? 0);
  return {
    synchronizationSource: now.synchronizationSource,
    fractionLost: fractionLost(expected, expected - received),
    cumulativeLost: holdCumulativeLost(now.expected - now.received),
    extendedHighestSequenceNumber: now.extendedHighestSequenceNumber,
    jitter: now.jitter,
    lastSenderReport: last.lastSenderReport,
    delaySinceLastSenderReport: last.delaySinceLastSenderReport,
  };
}

// RFC 3550 A.3: in 1/256; zero where duplicates outnumber losses.
function fractionLost(expected: number, lost: number): number {
  return expected === 0 || lost <= 0 ? 0 : Math.min(255, Math.floor((lost * 256) / expected));
}
