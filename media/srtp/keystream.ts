import { type Cipheriv, createCipheriv } from 'node:crypto';

const BLOCK_LENGTH = 16;
/** Keystream made at once: of so many packets, but no more bytes than this unless one packet needs them. */
const PACKETS_AHEAD = 32;
const BYTES_AHEAD = 8192;

/** Counter blocks to be encrypted; used within one call, so one buffer is enough for all keys. */
let counterBlocks = Buffer.alloc(BYTES_AHEAD);
let counterView = new DataView(counterBlocks.buffer, counterBlocks.byteOffset, counterBlocks.length);

/** The cipher that makes keystream: AES in ECB mode over counter blocks, one for the whole life of a session key. */
export function createBlockCipher(key: Uint8Array): Cipheriv {
  return createCipheriv(`aes-${key.length * 8}-ecb`, key, null).setAutoPadding(false);
}

/** Which counter blocks belong to a packet: the first one, from which they count on in the last word. */
export interface CounterLayout {
  /** Blocks of each packet that come before those for its payload. */
  readonly blocksBefore: number;
  writeFirst(words: Int32Array, rolloverCounter: number, sequenceNumber: number): void;
}

/**
 * AES counter mode for the packets of one synchronization source. The next packets are nearly
 * always those of the next sequence numbers, so that their keystream is made ahead, by one call of the cipher:
 * thirty-two packets of 160 bytes then cost three times what one alone does.
 */
export class Keystream {
  readonly #cipher: Cipheriv;
  readonly #layout: CounterLayout;
  readonly #packetsAhead: number;
  readonly #first = new Int32Array(4);
  #stream = new DataView(new ArrayBuffer(0));
  #rolloverCounter = 0;
  #firstSequence = 0;
  #packetCount = 0;
  #blocksPerPacket = 0;

  constructor(cipher: Cipheriv, layout: CounterLayout, packetsAhead = PACKETS_AHEAD) {
    this.#cipher = cipher;
    this.#layout = layout;
    this.#packetsAhead = packetsAhead;
  }

  /** Encrypts or decrypts in place; the packet's index is `rolloverCounter` · 2¹⁶ + `sequenceNumber`. */
  apply(
    view: DataView,
    offset: number,
    length: number,
    rolloverCounter: number,
    sequenceNumber: number,
  ): void {
    if (length > 0)
      this.exclusiveOr(view, offset, length, this.seek(length, rolloverCounter, sequenceNumber));
  }

  /** Makes the keystream for a payload of `length` bytes, where it is not made. @returns where its blocks begin in it */
  seek(length: number, rolloverCounter: number, sequenceNumber: number): number {
    const blocks = this.#layout.blocksBefore + ((length + BLOCK_LENGTH - 1) >>> 4);
    let ahead = sequenceNumber - this.#firstSequence;
    const isMade = ahead >= 0 && ahead < this.#packetCount && rolloverCounter === this.#rolloverCounter;
    if (!isMade || blocks > this.#blocksPerPacket) {
      this.#make(rolloverCounter, sequenceNumber, Math.max(blocks, this.#blocksPerPacket));
      ahead = 0;
    }
    return ahead * this.#blocksPerPacket * BLOCK_LENGTH;
  }

  /** A word of what was sought last. */
  word(at: number): number {
    return this.#stream.getInt32(at, true);
  }

  /** Of what was sought last, from there on. */
  exclusiveOr(view: DataView, offset: number, length: number, start: number): void {
    const stream = this.#stream;
    let from = start;
    const end = offset + length;
    let position = offset;
    for (; position + 4 <= end; position += 4, from += 4) {
      view.setInt32(position, view.getInt32(position, true) ^ stream.getInt32(from, true), true);
    }
    for (; position < end; position++, from++) {
      view.setUint8(position, view.getUint8(position) ^ stream.getUint8(from));
    }
  }

  #make(rolloverCounter: number, sequenceNumber: number, blocks: number): void {
    const fitting = Math.floor(BYTES_AHEAD / (blocks * BLOCK_LENGTH));
    const packets = Math.max(1, Math.min(this.#packetsAhead, fitting, 0x1_0000 - sequenceNumber));
    const length = packets * blocks * BLOCK_LENGTH;
    if (length > counterBlocks.length) growCounterBlocks(length);
    const first = this.#first;
    let position = 0;
    for (let packet = 0; packet < packets; packet++) {
      this.#layout.writeFirst(first, rolloverCounter, sequenceNumber + packet);
      for (let block = 0; block < blocks; block++, position += BLOCK_LENGTH) {
        counterView.setInt32(position, first[0] as number);
        counterView.setInt32(position + 4, first[1] as number);
        counterView.setInt32(position + 8, first[2] as number);
        counterView.setInt32(position + 12, (first[3] as number) + block);
      }
    }
    const made = this.#cipher.update(counterBlocks.subarray(0, length));
    this.#stream = new DataView(made.buffer, made.byteOffset, made.length);
    this.#rolloverCounter = rolloverCounter;
    this.#firstSequence = sequenceNumber;
    this.#packetCount = packets;
    this.#blocksPerPacket = blocks;
  }
}

function growCounterBlocks(length: number): void {
  counterBlocks = Buffer.alloc(length);
  counterView = new DataView(counterBlocks.buffer, counterBlocks.byteOffset, counterBlocks.length);
}
