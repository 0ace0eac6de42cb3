/**
 * The RTP fixed header (RFC 3550 §5.1), read and written in place: no object and no copy per packet.
 *
 *     0                   1                   2                   3
 *     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *    |V=2|P|X|  CC   |M|     PT      |       sequence number         |
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *    |                           timestamp                           |
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *    |           synchronization source (SSRC) identifier            |
 *    +=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+
 *    |            contributing source (CSRC) identifiers             |
 *    |                             ....                              |
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *    |      defined by profile       |       extension length        |
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *    |                       header extension ....                   |
 */

/** Length of the header without contributing sources and extension, in bytes. */
export const RTP_FIXED_HEADER_LENGTH = 12;

/** One header, made once and filled again and again. */
export interface RtpHeader {
  isMarked: boolean;
  payloadType: number;
  sequenceNumber: number;
  /** Unsigned 32 bits, in units of the payload's clock. */
  timestamp: number;
  synchronizationSource: number;
  contributingSourceCount: number;
  /** From the beginning of the buffer, not of the packet. */
  payloadOffset: number;
  /** Without padding. */
  payloadLength: number;
}

export function createRtpHeader(): RtpHeader {
  return {
    isMarked: false,
    payloadType: 0,
    sequenceNumber: 0,
    timestamp: 0,
    synchronizationSource: 0,
    contributingSourceCount: 0,
    payloadOffset: 0,
    payloadLength: 0,
  };
}

/**
 * Fills `into` from the packet of `length` bytes at `offset`; `view` must hold them all.
 * @returns false, leaving `into` half filled, where version, contributing sources, extension or padding do
 *   not fit (RFC 3550 A.1).
 */
export function readRtpHeader(view: DataView, offset: number, length: number, into: RtpHeader): boolean {
  if (length < RTP_FIXED_HEADER_LENGTH) return false;
  const first = view.getInt32(offset);
  if (first >>> 30 !== 2) return false;
  into.contributingSourceCount = (first >>> 24) & 0x0f;
  into.isMarked = (first & 0x0080_0000) !== 0;
  into.payloadType = (first >>> 16) & 0x7f;
  into.sequenceNumber = first & 0xffff;
  into.timestamp = view.getUint32(offset + 4);
  into.synchronizationSource = view.getUint32(offset + 8);
  let headerLength = RTP_FIXED_HEADER_LENGTH + into.contributingSourceCount * 4;
  if ((first & 0x1000_0000) !== 0) {
    if (headerLength + 4 > length) return false;
    headerLength += 4 + view.getUint16(offset + headerLength + 2) * 4;
  }
  const paddingLength = (first & 0x2000_0000) === 0 ? 0 : view.getUint8(offset + length - 1);
  // The padding counts its own last byte, so zero is not a length (RFC 3550 §5.1).
  if ((first & 0x2000_0000) !== 0 && paddingLength === 0) return false;
  into.payloadOffset = offset + headerLength;
  into.payloadLength = length - headerLength - paddingLength;
  return into.payloadLength >= 0;
}

/**
 * Writes the twelve bytes of a header without contributing sources, extension or padding; the payload goes
 * right behind. `timestamp` and `sequenceNumber` may have run over: they are taken modulo their width.
 */
export function writeRtpHeader(
  view: DataView,
  offset: number,
  isMarked: boolean,
  payloadType: number,
  sequenceNumber: number,
  timestamp: number,
  synchronizationSource: number,
): void {
  view.setUint8(offset, 0x80);
  view.setUint8(offset + 1, (isMarked ? 0x80 : 0) | (payloadType & 0x7f));
  view.setUint16(offset + 2, sequenceNumber);
  view.setUint32(offset + 4, timestamp);
  view.setUint32(offset + 8, synchronizationSource);
}
