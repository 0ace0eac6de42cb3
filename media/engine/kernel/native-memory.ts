/** One buffer that the system reads and writes too: parts of it are handed out, by offset, once and for good. */

const ALIGNMENT = 16;
const HIGH_WORD = 2 ** 32;

export class NativeMemory {
  readonly buffer: ArrayBuffer;
  readonly bytes: Uint8Array;
  /** The same in the byte order of the machine, by offset / 4. */
  readonly words: Int32Array;
  readonly #address: number;
  #used = 0;

  constructor(length: number, addressOf: (buffer: ArrayBuffer) => number) {
    this.buffer = new ArrayBuffer(length);
    this.bytes = new Uint8Array(this.buffer);
    this.words = new Int32Array(this.buffer);
    this.#address = addressOf(this.buffer);
  }

  /** Offset of a part that nobody else has. */
  reserve(length: number): number {
    const offset = this.#used;
    this.#used += Math.ceil(length / ALIGNMENT) * ALIGNMENT;
    if (this.#used > this.buffer.byteLength) throw new RangeError('the native memory is too small');
    return offset;
  }

  pointer(offset: number): number {
    return this.#address + offset;
  }

  /** Writes 64 bits: a pointer or a size. */
  writeLong(offset: number, value: number): void {
    this.words[offset / 4] = value;
    this.words[offset / 4 + 1] = Math.floor(value / HIGH_WORD);
  }
}
