/**
 * The first word of every RTCP packet (RFC 3550 §6.4.1):
 *
 *     0                   1                   2                   3
 *     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *    |V=2|P|  count  |  packet type  |     length in words − 1       |
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 */
export const COMMON_HEADER_LENGTH = 4;

// RFC 3550 §12.1
export const SENDER_REPORT_TYPE = 200;
export const RECEIVER_REPORT_TYPE = 201;
export const SOURCE_DESCRIPTION_TYPE = 202;
export const GOODBYE_TYPE = 203;
export const APPLICATION_DEFINED_TYPE = 204;
export const EXTENDED_REPORT_TYPE = 207; // RFC 3611 §2

export interface CommonHeader {
  readonly hasPadding: boolean;
  /** Report blocks, chunks, sources or the subtype, as the packet type has it. */
  readonly count: number;
  readonly packetType: number;
  /** Of the whole packet with this header and its padding, in bytes. */
  readonly length: number;
}

/** @returns null where the version is not 2 or fewer than four bytes are there. */
export function readCommonHeader(view: DataView, offset: number): CommonHeader | null {
  if (offset + COMMON_HEADER_LENGTH > view.byteLength) return null;
  const first = view.getUint8(offset);
  if (first >>> 6 !== 2) return null;
  return {
    hasPadding: (first & 0x20) !== 0,
    count: first & 0x1f,
    packetType: view.getUint8(offset + 1),
    length: (view.getUint16(offset + 2) + 1) * 4,
  };
}

/** A packet of `length` bytes, a multiple of four, with its header written and the rest zero. */
export function createPacket(packetType: number, count: number, length: number): DataView<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(length));
  view.setUint8(0, 0x80 | count);
  view.setUint8(1, packetType);
  view.setUint16(2, length / 4 - 1);
  return view;
}
