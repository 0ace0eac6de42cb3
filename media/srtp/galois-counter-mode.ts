import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto';
import type { SrtpSessionKeys } from './key-derivation.ts';
import type { PacketMemory } from './packet-memory.ts';
import type { SrtpStream } from './srtp-stream.ts';
import {
  RTCP_CLEAR_LENGTH,
  RTCP_ENCRYPTED,
  RTCP_INDEX_LENGTH,
  RTCP_INDEX_MASK,
  type SrtcpTransform,
  type SrtpTransform,
} from './transform.ts';

const TAG_LENGTH = 16; // RFC 7714 §13.2

/** One session key of AES-GCM. Each packet takes a cipher of its own from node:crypto (2.8 µs). */
class GaloisKey {
  readonly #key: KeyObject;
  readonly #algorithm: 'aes-128-gcm' | 'aes-256-gcm';
  readonly #salt: Buffer;
  readonly #vector = Buffer.alloc(12);

  constructor(keys: SrtpSessionKeys) {
    this.#key = createSecretKey(keys.encryptionKey);
    this.#algorithm = keys.encryptionKey.length === 16 ? 'aes-128-gcm' : 'aes-256-gcm';
    this.#salt = keys.salt;
  }

  /**
   * The initialization vector: two zero bytes, SSRC, and an index of 48 bits, exclusive-ored with the salt. The
   * 16 + 32 bits of SRTCP (RFC 7714 §9.1) are those of SRTP (§8.1) with 16 zero bits in front of the index.
   */
  setVector(source: number, indexHigh: number, indexLow: number): void {
    const salt = this.#salt;
    const vector = this.#vector;
    vector.writeUInt16BE(salt.readUInt16BE(0), 0);
    vector.writeInt32BE(salt.readInt32BE(2) ^ source, 2);
    vector.writeInt32BE(salt.readInt32BE(6) ^ indexHigh, 6);
    vector.writeUInt16BE(salt.readUInt16BE(10) ^ indexLow, 10);
  }

  /** Encrypts in place and writes the tag behind. */
  seal(bytes: Uint8Array, associated: Uint8Array, offset: number, end: number): void {
    const cipher = createCipheriv(this.#algorithm, this.#key, this.#vector).setAAD(associated);
    bytes.set(cipher.update(bytes.subarray(offset, end)), offset);
    cipher.final();
    bytes.set(cipher.getAuthTag(), end);
  }

  /** Decrypts in place up to the tag that begins at `end`, if that is right. */
  open(bytes: Uint8Array, associated: Uint8Array, offset: number, end: number): boolean {
    const decipher = createDecipheriv(this.#algorithm, this.#key, this.#vector).setAAD(associated);
    decipher.setAuthTag(bytes.subarray(end, end + TAG_LENGTH));
    const plain = decipher.update(bytes.subarray(offset, end));
    try {
      decipher.final();
    } catch {
      return false;
    }
    bytes.set(plain, offset);
    return true;
  }
}

/**
 * AEAD_AES_128_GCM and AEAD_AES_256_GCM for SRTP (RFC 7714 §8), where `GaloisStreamRtp` cannot be had: the header is
 * authenticated, the payload both.
 */
export class GaloisCounterModeRtp implements SrtpTransform {
  readonly #key: GaloisKey;

  constructor(keys: SrtpSessionKeys) {
    this.#key = new GaloisKey(keys);
  }

  protectRtp(
    { bytes }: PacketMemory,
    offset: number,
    payloadOffset: number,
    end: number,
    stream: SrtpStream,
    rolloverCounter: number,
    sequenceNumber: number,
  ): number {
    this.#key.setVector(stream.synchronizationSource, rolloverCounter, sequenceNumber);
    this.#key.seal(bytes, bytes.subarray(offset, payloadOffset), payloadOffset, end);
    return end + TAG_LENGTH;
  }

  unprotectRtp(
    { bytes }: PacketMemory,
    offset: number,
    payloadOffset: number,
    end: number,
    stream: SrtpStream,
    rolloverCounter: number,
    sequenceNumber: number,
  ): number {
    const tagOffset = end - TAG_LENGTH;
    this.#key.setVector(stream.synchronizationSource, rolloverCounter, sequenceNumber);
    const header = bytes.subarray(offset, payloadOffset);
    return this.#key.open(bytes, header, payloadOffset, tagOffset) ? tagOffset : -1;
  }
}

/** The same for SRTCP (RFC 7714 §9): here the tag stands before the index word. */
export class GaloisCounterModeRtcp implements SrtcpTransform {
  readonly overhead: number = TAG_LENGTH + RTCP_INDEX_LENGTH;
  readonly #key: GaloisKey;

  constructor(keys: SrtpSessionKeys) {
    this.#key = new GaloisKey(keys);
  }

  readIndexWord({ view }: PacketMemory, end: number): number {
    return view.getInt32(end - RTCP_INDEX_LENGTH);
  }

  protectRtcp(memory: PacketMemory, offset: number, end: number, source: number, index: number): number {
    const { bytes, view } = memory;
    view.setInt32(end + TAG_LENGTH, index | RTCP_ENCRYPTED);
    this.#key.setVector(source, index >>> 16, index & 0xffff);
    const clear = offset + RTCP_CLEAR_LENGTH;
    this.#key.seal(bytes, associate(bytes, offset, clear, end + TAG_LENGTH), clear, end);
    return end + this.overhead;
  }

  unprotectRtcp(
    { bytes }: PacketMemory,
    offset: number,
    end: number,
    source: number,
    indexWord: number,
  ): number {
    const index = indexWord & RTCP_INDEX_MASK;
    this.#key.setVector(source, index >>> 16, index & 0xffff);
    const tagOffset = end - this.overhead;
    // RFC 7714 §9.3: what is not encrypted is authenticated all the same.
    const clear = indexWord < 0 ? offset + RTCP_CLEAR_LENGTH : tagOffset;
    const associated = associate(bytes, offset, clear, end - RTCP_INDEX_LENGTH);
    return this.#key.open(bytes, associated, clear, tagOffset) ? tagOffset : -1;
  }
}

/** The clear part of the packet and its index word (RFC 7714 §9.2). */
function associate(bytes: Uint8Array, offset: number, clearEnd: number, indexOffset: number): Uint8Array {
  const clearLength = clearEnd - offset;
  const associated = new Uint8Array(clearLength + RTCP_INDEX_LENGTH);
  associated.set(bytes.subarray(offset, clearEnd));
  associated.set(bytes.subarray(indexOffset, indexOffset + RTCP_INDEX_LENGTH), clearLength);
  return associated;
}
