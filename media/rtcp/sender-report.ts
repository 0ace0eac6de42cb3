/**
 * SR: what a source sent, and what it received (RFC 3550 §6.4.1).
 *
 *     0                   1                   2                   3
 *     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *    |V=2|P|    RC   |   PT=SR=200   |             length            |
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *    |                         SSRC of sender                        |
 *    +=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+
 *    |              NTP timestamp, most significant word             |
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *    |             NTP timestamp, least significant word             |
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *    |                         RTP timestamp                         |
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *    |                     sender's packet count                     |
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *    |                      sender's octet count                     |
 *    +=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+
 *    |                     report blocks, RC of them ....            |
 *    +=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+
 *    |                  profile-specific extensions ....             |
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 */
import { createPacket, SENDER_REPORT_TYPE } from './common-header.ts';
import type { NtpTimestamp } from './ntp.ts';
import {
  REPORT_BLOCK_LENGTH,
  type ReportBlock,
  readReportBlocks,
  writeReportBlocks,
} from './report-block.ts';

const FIXED_LENGTH = 28;

export interface SenderReport {
  readonly type: 'sender-report';
  readonly synchronizationSource: number;
  readonly ntpTimestamp: NtpTimestamp;
  /** The same instant on the media clock. */
  readonly rtpTimestamp: number;
  readonly packetCount: number;
  /** Payload only. */
  readonly octetCount: number;
  readonly reportBlocks: readonly ReportBlock[];
  readonly profileExtension: Uint8Array;
}

/** `bytes` is one packet without its padding, `count` its RC; null where the blocks do not fit. */
export function parseSenderReport(bytes: Uint8Array, count: number): SenderReport | null {
  const extensionOffset = FIXED_LENGTH + count * REPORT_BLOCK_LENGTH;
  if (bytes.length < extensionOffset) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return {
    type: 'sender-report',
    synchronizationSource: view.getUint32(4),
    ntpTimestamp: { seconds: view.getUint32(8), fraction: view.getUint32(12) },
    rtpTimestamp: view.getUint32(16),
    packetCount: view.getUint32(20),
    octetCount: view.getUint32(24),
    reportBlocks: readReportBlocks(view, FIXED_LENGTH, count),
    profileExtension: bytes.slice(extensionOffset),
  };
}

export function serializeSenderReport(report: SenderReport): Uint8Array {
  const extensionOffset = FIXED_LENGTH + report.reportBlocks.length * REPORT_BLOCK_LENGTH;
  const length = extensionOffset + report.profileExtension.length;
  const view = createPacket(SENDER_REPORT_TYPE, report.reportBlocks.length, length);
  view.setUint32(4, report.synchronizationSource);
  view.setUint32(8, report.ntpTimestamp.seconds);
  view.setUint32(12, report.ntpTimestamp.fraction);
  view.setUint32(16, report.rtpTimestamp);
  view.setUint32(20, report.packetCount);
  view.setUint32(24, report.octetCount);
  writeReportBlocks(view, FIXED_LENGTH, report.reportBlocks);
  const bytes = new Uint8Array(view.buffer);
  bytes.set(report.profileExtension, extensionOffset);
  return bytes;
}
