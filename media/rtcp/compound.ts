/** Compound packets: several RTCP packets in one datagram, a report first (RFC 3550 §6.1). */
import {
  type ApplicationDefined,
  parseApplicationDefined,
  serializeApplicationDefined,
} from './application-defined.ts';
import {
  APPLICATION_DEFINED_TYPE,
  COMMON_HEADER_LENGTH,
  type CommonHeader,
  createPacket,
  EXTENDED_REPORT_TYPE,
  GOODBYE_TYPE,
  RECEIVER_REPORT_TYPE,
  readCommonHeader,
  SENDER_REPORT_TYPE,
  SOURCE_DESCRIPTION_TYPE,
} from './common-header.ts';
import { type ExtendedReport, parseExtendedReport, serializeExtendedReport } from './extended-report.ts';
import { type Goodbye, parseGoodbye, serializeGoodbye } from './goodbye.ts';
import { parseReceiverReport, type ReceiverReport, serializeReceiverReport } from './receiver-report.ts';
import { parseSenderReport, type SenderReport, serializeSenderReport } from './sender-report.ts';
import {
  parseSourceDescription,
  type SourceDescription,
  serializeSourceDescription,
} from './source-description.ts';

/** A type we do not know (RFC 3550 §6.1: ignored, not refused). */
interface UnknownRtcpPacket {
  readonly type: 'unknown';
  readonly packetType: number;
  readonly count: number;
  /** All behind the first word. */
  readonly content: Uint8Array;
}

export type RtcpPacket =
  | SenderReport
  | ReceiverReport
  | SourceDescription
  | Goodbye
  | ApplicationDefined
  | ExtendedReport
  | UnknownRtcpPacket;

/** The checks of RFC 3550 A.2, and that each packet holds what it counts. */
export type RtcpDefect = 'bad-version' | 'bad-length' | 'bad-padding' | 'report-not-first' | 'bad-content';

export type ParsedCompound =
  | { readonly isValid: true; readonly packets: readonly RtcpPacket[] }
  | { readonly isValid: false; readonly defect: RtcpDefect; readonly offset: number };

/** Never throws; a datagram with any defect is refused whole. */
export function parseCompound(bytes: Uint8Array): ParsedCompound {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const packets: RtcpPacket[] = [];
  let offset = 0;
  do {
    const header = readCommonHeader(view, offset);
    if (header === null) {
      return refuse(bytes.length - offset < COMMON_HEADER_LENGTH ? 'bad-length' : 'bad-version', offset);
    }
    const end = offset + header.length;
    if (end > bytes.length) return refuse('bad-length', offset);
    if (offset === 0 && !isReport(header.packetType)) return refuse('report-not-first', offset);
    // RFC 3550 §6.4.1: only the last packet of a compound may be padded.
    if (header.hasPadding && end !== bytes.length) return refuse('bad-padding', offset);
    const paddingLength = header.hasPadding ? view.getUint8(end - 1) : 0;
    if (header.hasPadding && !isPadding(paddingLength, header.length)) return refuse('bad-padding', offset);
    const packet = parsePacket(bytes.subarray(offset, end - paddingLength), header);
    if (packet === null) return refuse('bad-content', offset);
    packets.push(packet);
    offset = end;
  } while (offset < bytes.length);
  return { isValid: true, packets };
}

export function serializeCompound(packets: readonly RtcpPacket[]): Uint8Array {
  const parts = packets.map(serializePacket);
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

function refuse(defect: RtcpDefect, offset: number): ParsedCompound {
  return { isValid: false, defect, offset };
}

function isReport(packetType: number): boolean {
  return packetType === SENDER_REPORT_TYPE || packetType === RECEIVER_REPORT_TYPE;
}

// RFC 3550 §6.4.1: the padding counts itself and is a multiple of four.
function isPadding(paddingLength: number, packetLength: number): boolean {
  return paddingLength > 0 && paddingLength % 4 === 0 && paddingLength <= packetLength - COMMON_HEADER_LENGTH;
}

function parsePacket(bytes: Uint8Array, { packetType, count }: CommonHeader): RtcpPacket | null {
  switch (packetType) {
    case SENDER_REPORT_TYPE:
      return parseSenderReport(bytes, count);
    case RECEIVER_REPORT_TYPE:
      return parseReceiverReport(bytes, count);
    case SOURCE_DESCRIPTION_TYPE:
      return parseSourceDescription(bytes, count);
    case GOODBYE_TYPE:
      return parseGoodbye(bytes, count);
    case APPLICATION_DEFINED_TYPE:
      return parseApplicationDefined(bytes, count);
    case EXTENDED_REPORT_TYPE:
      // A block that does not fit must not cost the report before it.
      return parseExtendedReport(bytes) ?? keepUnknown(bytes, packetType, count);
    default:
      return keepUnknown(bytes, packetType, count);
  }
}

function keepUnknown(bytes: Uint8Array, packetType: number, count: number): UnknownRtcpPacket {
  return { type: 'unknown', packetType, count, content: bytes.slice(COMMON_HEADER_LENGTH) };
}

function serializePacket(packet: RtcpPacket): Uint8Array {
  switch (packet.type) {
    case 'sender-report':
      return serializeSenderReport(packet);
    case 'receiver-report':
      return serializeReceiverReport(packet);
    case 'source-description':
      return serializeSourceDescription(packet);
    case 'goodbye':
      return serializeGoodbye(packet);
    case 'application-defined':
      return serializeApplicationDefined(packet);
    case 'extended-report':
      return serializeExtendedReport(packet);
    case 'unknown':
      return serializeUnknown(packet);
  }
}

function serializeUnknown(packet: UnknownRtcpPacket): Uint8Array {
  const length = COMMON_HEADER_LENGTH + packet.content.length;
  const bytes = new Uint8Array(createPacket(packet.packetType, packet.count, length).buffer);
  bytes.set(packet.content, COMMON_HEADER_LENGTH);
  return bytes;
}
