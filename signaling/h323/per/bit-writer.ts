const INITIAL_OCTETS = 96;

/** Writes bit fields and aligned octets; grows as needed. */
export class BitWriter {
  // From the pool of Buffer, not zeroed: a tenth of what a Uint8Array of its own costs.
  #octets: Uint8Array = Buffer.allocUnsafe(INITIAL_OCTETS);
  #bit = 0;

  bit(value: boolean): void {
    this.bits(value ? 1 : 0, 1);
  }

  /** A bit field of up to 32 bits. */
  bits(value: number, count: number): void {
    this.#reserve(count);
    let bit = this.#bit;
    for (let left = count; left > 0; ) {
      const free = 8 - (bit & 7);
      const taken = left < free ? left : free;
      const part = (value >>> (left - taken)) & ((1 << taken) - 1);
      const written = free === 8 ? 0 : (this.#octets[bit >> 3] as number);
      this.#octets[bit >> 3] = written | (part << (free - taken));
      bit += taken;
      left -= taken;
    }
    this.#bit = bit;
  }

  /** Pads with zero bits to the next octet boundary. */
  align(): void {
    this.#bit = (this.#bit + 7) & ~7;
  }

  octet(value: number): void {
    this.align();
    this.#reserve(8);
    this.#octets[this.#bit >> 3] = value;
    this.#bit += 8;
  }

  octets(values: Uint8Array): void {
    this.align();
    this.#reserve(values.length * 8);
    this.#octets.set(values, this.#bit >> 3);
    this.#bit += values.length * 8;
  }

  /** The complete encoding, whole octets and at least one (X.691 §11.1). */
  finish(): Uint8Array {
    if (this.#bit === 0) return Uint8Array.of(0);
    return new Uint8Array(this.#octets.subarray(0, (this.#bit + 7) >> 3));
  }

  #reserve(bits: number): void {
    const needed = ((this.#bit + bits + 7) >> 3) + 1;
    if (needed <= this.#octets.length) return;
    const grown = Buffer.allocUnsafe(Math.max(needed, this.#octets.length * 2));
    grown.set(this.#octets);
    this.#octets = grown;
  }
}
