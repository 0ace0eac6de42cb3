import { RTP_FIXED_HEADER_LENGTH } from '../rtp/packet.ts';
import type { PacketMemory } from './packet-memory.ts';
import { RTCP_CLEAR_LENGTH } from './transform.ts';

/**
 * Where the encrypted part of an RTP packet begins: behind contributing sources and header extension (RFC 3711
 * §3.1). The padding is encrypted, so that nothing can be said of it yet.
 * @returns −1 where version, sources or extension do not fit, or where the packet leaves its memory
 */
export function findPayload({ bytes, view }: PacketMemory, offset: number, length: number): number {
  if (length < RTP_FIXED_HEADER_LENGTH || offset < 0 || offset + length > bytes.length) return -1;
  const first = view.getUint8(offset);
  if (first >>> 6 !== 2) return -1;
  let headerLength = RTP_FIXED_HEADER_LENGTH + (first & 0x0f) * 4;
  if ((first & 0x10) !== 0) {
    if (headerLength + 4 > length) return -1;
    headerLength += 4 + view.getUint16(offset + headerLength + 2) * 4;
  }
  return headerLength <= length ? offset + headerLength : -1;
}

/** Whether there is an RTCP header with a sender's SSRC, and all of it in memory. */
export function isRtcp({ bytes, view }: PacketMemory, offset: number, length: number): boolean {
  if (length < RTCP_CLEAR_LENGTH || offset < 0 || offset + length > bytes.length) return false;
  return view.getUint8(offset) >>> 6 === 2;
}
