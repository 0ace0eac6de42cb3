/**
 * XR: report blocks of many kinds, each with its own length (RFC 3611 §2, §3).
 *
 *     0                   1                   2                   3
 *     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *    |V=2|P|reserved |   PT=XR=207   |             length            |
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *    |                              SSRC                             |
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *    |  block type   | type-specific |  block length in words − 1    |
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *    :                     block contents, by type                   :
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 */
import { createPacket, EXTENDED_REPORT_TYPE } from './common-header.ts';
import {
  type DelaySinceReferenceTimeBlock,
  DLRR_BLOCK,
  delaySinceReferenceTimeLength,
  REFERENCE_TIME_BLOCK,
  REFERENCE_TIME_LENGTH,
  type ReferenceTimeBlock,
  readDelaySinceReferenceTime,
  readReferenceTime,
  writeDelaySinceReferenceTime,
  writeReferenceTime,
} from './reference-time-block.ts';
import {
  readStatisticsSummary,
  STATISTICS_SUMMARY_BLOCK,
  STATISTICS_SUMMARY_LENGTH,
  type StatisticsSummaryBlock,
  writeStatisticsSummary,
} from './statistics-summary-block.ts';
import {
  readVoipMetrics,
  VOIP_METRICS_BLOCK,
  VOIP_METRICS_LENGTH,
  type VoipMetricsBlock,
  writeVoipMetrics,
} from './voip-metrics-block.ts';

const FIXED_LENGTH = 8;
const BLOCK_HEADER_LENGTH = 4;

/** A kind that we do not read, or one whose length is not its kind's: skipped (RFC 3611 §3), and kept as it came. */
interface OtherBlock {
  readonly type: 'other';
  readonly blockType: number;
  readonly typeSpecific: number;
  readonly content: Uint8Array;
}

type ExtendedReportBlock =
  | ReferenceTimeBlock
  | DelaySinceReferenceTimeBlock
  | StatisticsSummaryBlock
  | VoipMetricsBlock
  | OtherBlock;

export interface ExtendedReport {
  readonly type: 'extended-report';
  readonly synchronizationSource: number;
  readonly blocks: readonly ExtendedReportBlock[];
}

/** `bytes` is one packet without its padding; null where it is too short for its source or for a block. */
export function parseExtendedReport(bytes: Uint8Array): ExtendedReport | null {
  if (bytes.length < FIXED_LENGTH) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const blocks: ExtendedReportBlock[] = [];
  let offset = FIXED_LENGTH;
  while (offset < bytes.length) {
    if (offset + BLOCK_HEADER_LENGTH > bytes.length) return null;
    const length = BLOCK_HEADER_LENGTH + view.getUint16(offset + 2) * 4;
    if (offset + length > bytes.length) return null;
    blocks.push(readBlock(bytes, view, offset, length));
    offset += length;
  }
  return { type: 'extended-report', synchronizationSource: view.getUint32(4), blocks };
}

/** The contents of other blocks must be whole words. */
export function serializeExtendedReport(report: ExtendedReport): Uint8Array {
  const length = report.blocks.reduce((sum, block) => sum + lengthOf(block), FIXED_LENGTH);
  const view = createPacket(EXTENDED_REPORT_TYPE, 0, length);
  view.setUint32(4, report.synchronizationSource);
  let offset = FIXED_LENGTH;
  for (const block of report.blocks) {
    view.setUint16(offset + 2, (lengthOf(block) - BLOCK_HEADER_LENGTH) / 4);
    writeBlock(view, offset, block);
    offset += lengthOf(block);
  }
  return new Uint8Array(view.buffer);
}

function readBlock(bytes: Uint8Array, view: DataView, offset: number, length: number): ExtendedReportBlock {
  const blockType = view.getUint8(offset);
  if (blockType === REFERENCE_TIME_BLOCK && length === REFERENCE_TIME_LENGTH) {
    return readReferenceTime(view, offset);
  }
  if (blockType === DLRR_BLOCK && length % 12 === BLOCK_HEADER_LENGTH) {
    return readDelaySinceReferenceTime(view, offset, length);
  }
  if (blockType === STATISTICS_SUMMARY_BLOCK && length === STATISTICS_SUMMARY_LENGTH) {
    return readStatisticsSummary(view, offset);
  }
  if (blockType === VOIP_METRICS_BLOCK && length === VOIP_METRICS_LENGTH) {
    return readVoipMetrics(view, offset);
  }
  const content = bytes.slice(offset + BLOCK_HEADER_LENGTH, offset + length);
  return { type: 'other', blockType, typeSpecific: view.getUint8(offset + 1), content };
}

function writeBlock(view: DataView<ArrayBuffer>, offset: number, block: ExtendedReportBlock): void {
  switch (block.type) {
    case 'reference-time':
      writeReferenceTime(view, offset, block);
      break;
    case 'delay-since-reference-time':
      writeDelaySinceReferenceTime(view, offset, block);
      break;
    case 'statistics-summary':
      writeStatisticsSummary(view, offset, block);
      break;
    case 'voip-metrics':
      writeVoipMetrics(view, offset, block);
      break;
    case 'other':
      view.setUint8(offset, block.blockType);
      view.setUint8(offset + 1, block.typeSpecific);
      new Uint8Array(view.buffer).set(block.content, offset + BLOCK_HEADER_LENGTH);
  }
}

/** In bytes, with the block's header. */
function lengthOf(block: ExtendedReportBlock): number {
  switch (block.type) {
    case 'reference-time':
      return REFERENCE_TIME_LENGTH;
    case 'delay-since-reference-time':
      return delaySinceReferenceTimeLength(block);
    case 'statistics-summary':
      return STATISTICS_SUMMARY_LENGTH;
    case 'voip-metrics':
      return VOIP_METRICS_LENGTH;
    case 'other':
      return BLOCK_HEADER_LENGTH + block.content.length;
  }
}
