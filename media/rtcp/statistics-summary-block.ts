/**
 * Statistics Summary: what one source's packets were like between two sequence numbers (RFC 3611 §4.6).
 *
 *    |     BT=6      |L|D|J|ToH|rsvd.|       block length = 9        |
 *    |                        SSRC of source                         |
 *    |          begin_seq            |             end_seq           |
 *    |                        lost_packets                           |
 *    |                        dup_packets                            |
 *    |                         min_jitter                            |
 *    |                         max_jitter                            |
 *    |                         mean_jitter                           |
 *    |                         dev_jitter                            |
 *    | min_ttl_or_hl | max_ttl_or_hl |mean_ttl_or_hl | dev_ttl_or_hl |
 */
export const STATISTICS_SUMMARY_BLOCK = 6;
export const STATISTICS_SUMMARY_LENGTH = 40;

const LOSS_FLAG = 0x80;
const DUPLICATE_FLAG = 0x40;
const JITTER_FLAG = 0x20;
const HOP_SHIFT = 3;
const HOP_MASK = 0x3;

/** Least, greatest, mean, standard deviation. */
interface Spread {
  readonly minimum: number;
  readonly maximum: number;
  readonly mean: number;
  readonly deviation: number;
}

/** What its sender did not measure is null. */
export interface StatisticsSummaryBlock {
  readonly type: 'statistics-summary';
  readonly source: number;
  /** The first sequence number, and the one behind the last. */
  readonly beginSequenceNumber: number;
  readonly endSequenceNumber: number;
  readonly lost: number | null;
  readonly duplicates: number | null;
  /** In timestamp units. */
  readonly jitter: Spread | null;
  /** TTL of IPv4 (1) or hop limit of IPv6 (2); the reserved 3 is kept as it came. */
  readonly hops: (Spread & { readonly kind: number }) | null;
}

export function readStatisticsSummary(view: DataView, offset: number): StatisticsSummaryBlock {
  const flags = view.getUint8(offset + 1);
  const hopKind = (flags >>> HOP_SHIFT) & HOP_MASK;
  return {
    type: 'statistics-summary',
    source: view.getUint32(offset + 4),
    beginSequenceNumber: view.getUint16(offset + 8),
    endSequenceNumber: view.getUint16(offset + 10),
    lost: (flags & LOSS_FLAG) === 0 ? null : view.getUint32(offset + 12),
    duplicates: (flags & DUPLICATE_FLAG) === 0 ? null : view.getUint32(offset + 16),
    jitter:
      (flags & JITTER_FLAG) === 0 ? null : readSpread((index) => view.getUint32(offset + 20 + 4 * index)),
    hops:
      hopKind === 0 ? null : { kind: hopKind, ...readSpread((index) => view.getUint8(offset + 36 + index)) },
  };
}

export function writeStatisticsSummary(view: DataView, offset: number, block: StatisticsSummaryBlock): void {
  const { lost, duplicates, jitter, hops } = block;
  const flags =
    (lost === null ? 0 : LOSS_FLAG) |
    (duplicates === null ? 0 : DUPLICATE_FLAG) |
    (jitter === null ? 0 : JITTER_FLAG) |
    ((hops?.kind ?? 0) << HOP_SHIFT);
  view.setUint8(offset, STATISTICS_SUMMARY_BLOCK);
  view.setUint8(offset + 1, flags);
  view.setUint32(offset + 4, block.source);
  view.setUint16(offset + 8, block.beginSequenceNumber);
  view.setUint16(offset + 10, block.endSequenceNumber);
  // RFC 3611 §4.6: what was not measured is zero.
  view.setUint32(offset + 12, lost ?? 0);
  view.setUint32(offset + 16, duplicates ?? 0);
  for (const [index, value] of spreadValues(jitter).entries()) view.setUint32(offset + 20 + 4 * index, value);
  for (const [index, value] of spreadValues(hops).entries()) view.setUint8(offset + 36 + index, value);
}

function readSpread(read: (index: number) => number): Spread {
  return { minimum: read(0), maximum: read(1), mean: read(2), deviation: read(3) };
}

function spreadValues(spread: Spread | null): number[] {
  return spread === null ? [] : [spread.minimum, spread.maximum, spread.mean, spread.deviation];
}
