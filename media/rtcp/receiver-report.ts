/**
 * RR: what a participant received while it sent nothing (RFC 3550 §6.4.2).
 *
 *     0                   1                   2                   3
 *     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *    |V=2|P|    RC   |   PT=RR=201   |             length            |
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *    |                     SSRC of packet sender                     |
 *    +=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+
 *    |                     report blocks, RC of them ....            |
 *    +=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+
 *    |                  profile-specific extensions ....             |
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 */
import { createPacket, RECEIVER_REPORT_TYPE } from './common-header.ts';
import {
  REPORT_BLOCK_LENGTH,
  type ReportBlock,
  readReportBlocks,
  writeReportBlocks,
} from './report-block.ts';

const FIXED_LENGTH = 8;

export interface ReceiverReport {
  readonly type: 'receiver-report';
  readonly synchronizationSource: number;
  readonly reportBlocks: readonly ReportBlock[];
  readonly profileExtension: Uint8Array;
}

/** `bytes` is one packet without its padding, `count` its RC; null where the blocks do not fit. */
export function parseReceiverReport(bytes: Uint8Array, count: number): ReceiverReport | null {
  const extensionOffset = FIXED_LENGTH + count * REPORT_BLOCK_LENGTH;
  if (bytes.length < extensionOffset) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return {
    type: 'receiver-report',
    synchronizationSource: view.getUint32(4),
    reportBlocks: readReportBlocks(view, FIXED_LENGTH, count),
    profileExtension: bytes.slice(extensionOffset),
  };
}

export function serializeReceiverReport(report: ReceiverReport): Uint8Array {
  const extensionOffset = FIXED_LENGTH + report.reportBlocks.length * REPORT_BLOCK_LENGTH;
  const length = extensionOffset + report.profileExtension.length;
  const view = createPacket(RECEIVER_REPORT_TYPE, report.reportBlocks.length, length);
  view.setUint32(4, report.synchronizationSource);
  writeReportBlocks(view, FIXED_LENGTH, report.reportBlocks);
  const bytes = new Uint8Array(view.buffer);
  bytes.set(report.profileExtension, extensionOffset);
  return bytes;
}
