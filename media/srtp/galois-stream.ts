import type { Cipheriv } from 'node:crypto';
import { Ghash } from './ghash.ts';
import { HASH_AT } from './ghash-memory.ts';
import type { SrtpSessionKeys } from './key-derivation.ts';
import { type CounterLayout, createBlockCipher, Keystream } from './keystream.ts';
import type { PacketMemory } from './packet-memory.ts';
import type { SrtpStream } from './srtp-stream.ts';
import type { SrtpTransform } from './transform.ts';

const TAG_LENGTH = 16; // RFC 7714 §13.2
const BLOCK_LENGTH = 16;

/**
 * RFC 7714 §8.1: 16 zero bits, SSRC and packet index, exclusive-ored with the salt; the last 32 bits count from 1, whose
 * block masks the tag (NIST SP 800-38D §7.1).
 */
class GaloisLayout implements CounterLayout {
  readonly blocksBefore = 1;
  readonly #words: readonly [number, number, number];

  /** @param salt the session salt, 12 bytes */
  constructor(salt: Buffer, synchronizationSource: number) {
    this.#words = [
      salt.readInt32BE(0) ^ (synchronizationSource >>> 16),
      salt.readInt32BE(4) ^ (synchronizationSource << 16),
      salt.readInt32BE(8),
    ];
  }

  writeFirst(words: Int32Array, rolloverCounter: number, sequenceNumber: number): void {
    const [word0, word1, word2] = this.#words;
    words[0] = word0;
    words[1] = word1 ^ (rolloverCounter >>> 16);
    words[2] = word2 ^ ((rolloverCounter << 16) | sequenceNumber);
    words[3] = 1;
  }
}

/**
 * AEAD_AES_128_GCM and AEAD_AES_256_GCM for SRTP (RFC 7714 §8) of keystream made ahead and a GHASH of our own: a quarter
 * of what a cipher object of node:crypto for each packet costs.
 */
export class GaloisStreamRtp implements SrtpTransform {
  readonly #cipher: Cipheriv;
  readonly #salt: Buffer;
  readonly #hash: Ghash;

  private constructor(cipher: Cipheriv, salt: Buffer, hash: Ghash) {
    this.#cipher = cipher;
    this.#salt = salt;
    this.#hash = hash;
  }

  /** Null where ghash.wasm was not built. */
  static create({ encryptionKey, salt }: SrtpSessionKeys): GaloisStreamRtp | null {
    const cipher = createBlockCipher(encryptionKey);
    const hash = Ghash.create(cipher.update(Buffer.alloc(BLOCK_LENGTH)));
    return hash === null ? null : new GaloisStreamRtp(cipher, salt, hash);
  }

  protectRtp(
    { bytes, view }: PacketMemory,
    offset: number,
    payloadOffset: number,
    end: number,
    stream: SrtpStream,
    rolloverCounter: number,
    sequenceNumber: number,
  ): number {
    const length = end - payloadOffset;
    const keystream = this.#keystreamOf(stream);
    const mask = keystream.seek(length, rolloverCounter, sequenceNumber);
    keystream.exclusiveOr(view, payloadOffset, length, mask + BLOCK_LENGTH);
    const hash = this.#hash.digest(bytes, offset, payloadOffset, end);
    for (let at = 0; at < TAG_LENGTH; at += 4) {
      view.setInt32(end + at, hash.getInt32(HASH_AT + at, true) ^ keystream.word(mask + at), true);
    }
    return end + TAG_LENGTH;
  }

  unprotectRtp(
    { bytes, view }: PacketMemory,
    offset: number,
    payloadOffset: number,
    end: number,
    stream: SrtpStream,
    rolloverCounter: number,
    sequenceNumber: number,
  ): number {
    const tagOffset = end - TAG_LENGTH;
    const length = tagOffset - payloadOffset;
    const keystream = this.#keystreamOf(stream);
    const mask = keystream.seek(length, rolloverCounter, sequenceNumber);
    const hash = this.#hash.digest(bytes, offset, payloadOffset, tagOffset);
    // All of the tag is looked at, however soon it differs: how long that takes tells nothing.
    let difference = 0;
    for (let at = 0; at < TAG_LENGTH; at += 4) {
      difference |=
        hash.getInt32(HASH_AT + at, true) ^ keystream.word(mask + at) ^ view.getInt32(tagOffset + at, true);
    }
    if (difference !== 0) return -1;
    keystream.exclusiveOr(view, payloadOffset, length, mask + BLOCK_LENGTH);
    return tagOffset;
  }

  #keystreamOf(stream: SrtpStream): Keystream {
    stream.keystream ??= new Keystream(
      this.#cipher,
      new GaloisLayout(this.#salt, stream.synchronizationSource),
    );
    return stream.keystream;
  }
}
