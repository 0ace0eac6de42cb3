import type { Cipheriv } from 'node:crypto';
import { AuthenticationTag } from './authentication-tag.ts';
import type { SrtpSessionKeys } from './key-derivation.ts';
import { type CounterLayout, createBlockCipher, Keystream } from './keystream.ts';
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

/** RFC 3711 §4.1.1: the salt, exclusive-ored with SSRC and packet index; the last 16 bits count. */
export class CounterModeLayout implements CounterLayout {
  readonly blocksBefore = 0;
  readonly #words: readonly [number, number, number, number];

  /** @param salt the session salt, 14 bytes */
  constructor(salt: Buffer, synchronizationSource: number) {
    this.#words = [
      salt.readInt32BE(0),
      salt.readInt32BE(4) ^ synchronizationSource,
      salt.readInt32BE(8),
      salt.readUInt16BE(12) << 16,
    ];
  }

  writeFirst(words: Int32Array, rolloverCounter: number, sequenceNumber: number): void {
    const [word0, word1, word2, word3] = this.#words;
    words[0] = word0;
    words[1] = word1;
    words[2] = word2 ^ rolloverCounter;
    words[3] = word3 ^ (sequenceNumber << 16);
  }
}

/** AES in counter mode with HMAC-SHA1 over header, ciphertext and rollover counter (RFC 3711 §3.1, §4). */
export class CounterModeRtp implements SrtpTransform {
  readonly #cipher: Cipheriv;
  readonly #salt: Buffer;
  readonly #tag: AuthenticationTag;

  constructor(keys: SrtpSessionKeys, tagLength: number) {
    this.#cipher = createBlockCipher(keys.encryptionKey);
    this.#salt = keys.salt;
    this.#tag = new AuthenticationTag(keys.authenticationKey, tagLength);
  }

  protectRtp(
    { view }: PacketMemory,
    offset: number,
    payloadOffset: number,
    end: number,
    stream: SrtpStream,
    rolloverCounter: number,
    sequenceNumber: number,
  ): number {
    const keystream = this.#keystreamOf(stream);
    keystream.apply(view, payloadOffset, end - payloadOffset, rolloverCounter, sequenceNumber);
    // The rollover counter is authenticated but not sent (RFC 3711 §4.2): the tag then takes its place.
    view.setInt32(end, rolloverCounter);
    this.#tag.write(view, offset, end + 4 - offset, end);
    return end + this.#tag.length;
  }

  unprotectRtp(
    { view }: PacketMemory,
    offset: number,
    payloadOffset: number,
    end: number,
    stream: SrtpStream,
    rolloverCounter: number,
    sequenceNumber: number,
  ): number {
    const tagOffset = end - this.#tag.length;
    if (!this.#tag.isRight(view, offset, tagOffset - offset, tagOffset, rolloverCounter)) return -1;
    const keystream = this.#keystreamOf(stream);
    keystream.apply(view, payloadOffset, tagOffset - payloadOffset, rolloverCounter, sequenceNumber);
    return tagOffset;
  }

  #keystreamOf(stream: SrtpStream): Keystream {
    stream.keystream ??= new Keystream(
      this.#cipher,
      new CounterModeLayout(this.#salt, stream.synchronizationSource),
    );
    return stream.keystream;
  }
}

/** The same for SRTCP, whose index is sent in each packet and authenticated with it (RFC 3711 §3.4). */
export class CounterModeRtcp implements SrtcpTransform {
  readonly overhead: number;
  readonly #cipher: Cipheriv;
  readonly #salt: Buffer;
  readonly #tag: AuthenticationTag;

  constructor(keys: SrtpSessionKeys, tagLength: number) {
    this.#cipher = createBlockCipher(keys.encryptionKey);
    this.#salt = keys.salt;
    this.#tag = new AuthenticationTag(keys.authenticationKey, tagLength);
    this.overhead = RTCP_INDEX_LENGTH + this.#tag.length;
  }

  readIndexWord({ view }: PacketMemory, end: number): number {
    return view.getInt32(end - this.overhead);
  }

  protectRtcp({ view }: PacketMemory, offset: number, end: number, source: number, index: number): number {
    this.#apply(view, offset, end, source, index);
    view.setInt32(end, index | RTCP_ENCRYPTED);
    const tagOffset = end + RTCP_INDEX_LENGTH;
    this.#tag.write(view, offset, tagOffset - offset, tagOffset);
    return end + this.overhead;
  }

  unprotectRtcp(
    { view }: PacketMemory,
    offset: number,
    end: number,
    source: number,
    indexWord: number,
  ): number {
    const tagOffset = end - this.#tag.length;
    if (!this.#tag.isRight(view, offset, tagOffset - offset, tagOffset, null)) return -1;
    const plainEnd = end - this.overhead;
    if (indexWord < 0) this.#apply(view, offset, plainEnd, source, indexWord & RTCP_INDEX_MASK);
    return plainEnd;
  }

  /** One packet every few seconds: no keystream is made ahead. */
  #apply(view: DataView, offset: number, end: number, source: number, index: number): void {
    const keystream = new Keystream(this.#cipher, new CounterModeLayout(this.#salt, source), 1);
    const from = offset + RTCP_CLEAR_LENGTH;
    keystream.apply(view, from, end - from, index >>> 16, index & 0xffff);
  }
}
