/** Writes numbers bit by bit, the highest first, into memory that grows. */
export class BitWriter {
  #bytes: Uint8Array;
  #length = 0;
  /** Bits that do not make a byte yet, and how many. */
  #pending = 0;
  #pendingCount = 0;

  /** @param capacity in bytes, to begin with */
  constructor(capacity: number) {
    this.#bytes = new Uint8Array(capacity);
  }

  /** Bytes that are complete. */
  get length(): number {
    return this.#length;
  }

  /** The lowest `count` bits of a number; at most 24. */
  write(value: number, count: number): void {
    this.#pending = (this.#pending << count) | (value & ((1 << count) - 1));
    this.#pendingCount += count;
    while (this.#pendingCount >= 8) {
      this.#pendingCount -= 8;
      this.#push(this.#pending >>> this.#pendingCount);
    }
    this.#pending &= (1 << this.#pendingCount) - 1;
  }

  /** So many zeros and a one. */
  writeUnary(zeros: number): void {
    let left = zeros;
    for (; left >= 16; left -= 16) this.write(0, 16);
    this.write(1, left + 1);
  }

  /** Fills the byte up with zeros. */
  align(): void {
    if (this.#pendingCount > 0) this.write(0, 8 - this.#pendingCount);
  }

  /** The complete bytes from `start` on; they change with the next write. */
  bytes(start = 0): Uint8Array {
    return this.#bytes.subarray(start, this.#length);
  }

  #push(byte: number): void {
    if (this.#length === this.#bytes.length) {
      const grown = new Uint8Array(this.#bytes.length * 2);
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#bytes[this.#length++] = byte;
  }
}
