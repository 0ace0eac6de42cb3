import type { PacketMemory } from './packet-memory.ts';
import type { SrtpStream } from './srtp-stream.ts';

/**
 * What a suite does to one packet, in place. `offset` is where the packet begins, `end` where it ends; RTP is
 * encrypted from `payloadOffset` on, SRTCP from its eighth byte. Room for the tag behind `end` is the caller's care.
 */
export interface SrtpTransform {
  /** @returns where the protected packet ends */
  protectRtp(
    memory: PacketMemory,
    offset: number,
    payloadOffset: number,
    end: number,
    stream: SrtpStream,
    rolloverCounter: number,
    sequenceNumber: number,
  ): number;
  /**
   * Checks the tag, then decrypts; the packet must be long enough for header and tag.
   * @returns where the plain packet ends, or −1 where the tag is wrong: then no byte was changed
   */
  unprotectRtp(
    memory: PacketMemory,
    offset: number,
    payloadOffset: number,
    end: number,
    stream: SrtpStream,
    rolloverCounter: number,
    sequenceNumber: number,
  ): number;
}

export interface SrtcpTransform {
  /** Bytes that protecting adds: index word and tag. */
  readonly overhead: number;
  /** The index word of a protected packet that ends at `end`: E-bit and index (RFC 3711 §3.4). */
  readIndexWord(memory: PacketMemory, end: number): number;
  /** @returns where the protected packet ends */
  protectRtcp(memory: PacketMemory, offset: number, end: number, source: number, index: number): number;
  /** @returns where the plain packet ends, or −1 where the tag is wrong: then no byte was changed */
  unprotectRtcp(memory: PacketMemory, offset: number, end: number, source: number, indexWord: number): number;
}

/** Header and sender's SSRC of a compound packet stay in clear (RFC 3711 §3.4). */
export const RTCP_CLEAR_LENGTH = 8;
export const RTCP_INDEX_LENGTH = 4;
/** The E-bit: the packet is encrypted. */
export const RTCP_ENCRYPTED = 0x8000_0000 | 0;
export const RTCP_INDEX_MASK = 0x7fff_ffff;
