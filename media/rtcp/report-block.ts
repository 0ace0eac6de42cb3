/**
 * What a receiver says about one source, inside sender and receiver reports (RFC 3550 §6.4.1):
 *
 *     0                   1                   2                   3
 *     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *    +=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+
 *    |                 SSRC of the source told about                 |
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *    | fraction lost |       cumulative number of packets lost       |
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *    |           extended highest sequence number received           |
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *    |                      interarrival jitter                      |
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *    |                         last SR (LSR)                         |
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *    |                   delay since last SR (DLSR)                  |
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 */
export const REPORT_BLOCK_LENGTH = 24;

export interface ReportBlock {
  readonly synchronizationSource: number;
  /** Of the last interval, in 1/256. */
  readonly fractionLost: number;
  /** Signed: duplicates may outnumber losses. */
  readonly cumulativeLost: number;
  readonly extendedHighestSequenceNumber: number;
  /** In timestamp units. */
  readonly jitter: number;
  /** Middle 32 bits of the NTP timestamp of the last sender report; 0 where none came. */
  readonly lastSenderReport: number;
  /** In 1/65536 s. */
  readonly delaySinceLastSenderReport: number;
}

const CUMULATIVE_LOST_MAXIMUM = 0x7f_ffff; // RFC 3550 A.3: held at the ends of 24 bits, not wrapped
const CUMULATIVE_LOST_MINIMUM = -0x80_0000;

export function holdCumulativeLost(lost: number): number {
  return Math.min(CUMULATIVE_LOST_MAXIMUM, Math.max(CUMULATIVE_LOST_MINIMUM, lost));
}

/** `count` blocks from `offset` on; the caller has checked that they are there. */
export function readReportBlocks(view: DataView, offset: number, count: number): ReportBlock[] {
  return Array.from({ length: count }, (_, index) =>
    readReportBlock(view, offset + index * REPORT_BLOCK_LENGTH),
  );
}

export function writeReportBlocks(view: DataView, offset: number, blocks: readonly ReportBlock[]): void {
  for (const [index, block] of blocks.entries()) {
    writeReportBlock(view, offset + index * REPORT_BLOCK_LENGTH, block);
  }
}

function readReportBlock(view: DataView, offset: number): ReportBlock {
  const lost = view.getInt32(offset + 4);
  return {
    synchronizationSource: view.getUint32(offset),
    fractionLost: lost >>> 24,
    // Shifting the fraction out and back leaves 24 bits with their sign.
    cumulativeLost: (lost << 8) >> 8,
    extendedHighestSequenceNumber: view.getUint32(offset + 8),
    jitter: view.getUint32(offset + 12),
    lastSenderReport: view.getUint32(offset + 16),
    delaySinceLastSenderReport: view.getUint32(offset + 20),
  };
}

function writeReportBlock(view: DataView, offset: number, block: ReportBlock): void {
  view.setUint32(offset, block.synchronizationSource);
  view.setInt32(
    offset + 4,
    (block.fractionLost << 24) | (holdCumulativeLost(block.cumulativeLost) & 0xff_ffff),
  );
  view.setUint32(offset + 8, block.extendedHighestSequenceNumber);
  view.setUint32(offset + 12, block.jitter);
  view.setUint32(offset + 16, block.lastSenderReport);
  view.setUint32(offset + 20, block.delaySinceLastSenderReport);
}
