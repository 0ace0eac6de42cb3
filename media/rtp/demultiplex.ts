/**
 * Telling RTP from RTCP, and both from strangers, on one port (RFC 5761 §4, RFC 7983 §7): the second byte of
 * an RTCP packet is its packet type, 192 to 223, which as marker and payload type would be 64 to 95 with the
 * marker set; those payload types are never used with RTP.
 */
import { RTP_FIXED_HEADER_LENGTH } from './packet.ts';

const RTCP_PACKET_TYPE_FIRST = 192; // RFC 5761 §4
const RTCP_PACKET_TYPE_LAST = 223;
/** The shortest RTCP packets are a header and a source. */
const RTCP_LENGTH_MINIMUM = 8;

export function isRtcp(bytes: Uint8Array, offset: number, length: number): boolean {
  return length >= RTCP_LENGTH_MINIMUM && isVersionTwo(bytes, offset) && isRtcpPacketType(bytes[offset + 1]);
}

/** By the first two bytes and the length only; `readRtpHeader` says whether the rest fits. */
export function isRtp(bytes: Uint8Array, offset: number, length: number): boolean {
  return (
    length >= RTP_FIXED_HEADER_LENGTH && isVersionTwo(bytes, offset) && !isRtcpPacketType(bytes[offset + 1])
  );
}

function isVersionTwo(bytes: Uint8Array, offset: number): boolean {
  const first = bytes[offset];
  return first !== undefined && first >>> 6 === 2;
}

/** Of the second byte of a packet. */
export function isRtcpPacketType(second: number | undefined): boolean {
  return second !== undefined && second >= RTCP_PACKET_TYPE_FIRST && second <= RTCP_PACKET_TYPE_LAST;
}
