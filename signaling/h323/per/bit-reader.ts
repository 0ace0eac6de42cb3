import { PerError } from './per-error.ts';

/** What one message may cost. The defaults admit the largest capability set seen and stop bombs. */
export interface PerLimits {
  /** Types inside types. */
  readonly maxDepth: number;
  /** Elements of all lists and extension additions together. */
  readonly maxItems: number;
  /** Octets of the whole message. */
  readonly maxOctets: number;
}

export const DEFAULT_PER_LIMITS: PerLimits = { maxDepth: 48, maxItems: 8192, maxOctets: 65_531 };

/** Reads bit fields and aligned octets of one message, and keeps its budget. */
export class BitReader {
  readonly #octets: Uint8Array;
  #bit = 0;
  #endBit: number;
  #depthLeft: number;
  #itemsLeft: number;

  constructor(octets: Uint8Array, limits: PerLimits = DEFAULT_PER_LIMITS) {
    if (octets.length > limits.maxOctets) {
      throw new PerError('too-long', `${octets.length} octets, at most ${limits.maxOctets} are taken`);
    }
    // A plain view: slice of a Buffer would share its memory instead of copying.
    this.#octets = new Uint8Array(octets.buffer, octets.byteOffset, octets.length);
    this.#endBit = octets.length * 8;
    this.#depthLeft = limits.maxDepth;
    this.#itemsLeft = limits.maxItems;
  }

  /** Where the next bit is read, from the start of the message. */
  get bitPosition(): number {
    return this.#bit;
  }

  bit(): boolean {
    const bit = this.#bit;
    if (bit >= this.#endBit) throw this.#truncated(1);
    this.#bit = bit + 1;
    return (((this.#octets[bit >> 3] as number) >> (7 - (bit & 7))) & 1) === 1;
  }

  /** A bit field of up to 32 bits, unsigned. */
  bits(count: number): number {
    let bit = this.#bit;
    if (bit + count > this.#endBit) throw this.#truncated(count);
    let value = 0;
    for (let left = count; left > 0; ) {
      const free = 8 - (bit & 7);
      const taken = left < free ? left : free;
      const part = ((this.#octets[bit >> 3] as number) >> (free - taken)) & ((1 << taken) - 1);
      value = value * (1 << taken) + part;
      bit += taken;
      left -= taken;
    }
    this.#bit = bit;
    return value;
  }

  /** Skips to the next octet boundary (X.691 §10.7: pad bits are zero; receivers do not care). */
  align(): void {
    this.#bit = (this.#bit + 7) & ~7;
  }

  /** One octet at an octet boundary. */
  octet(): number {
    const bit = (this.#bit + 7) & ~7;
    if (bit + 8 > this.#endBit) throw this.#truncated(8);
    this.#bit = bit + 8;
    return this.#octets[bit >> 3] as number;
  }

  /** A copy of whole octets from an octet boundary on; the message's own buffer is not held. */
  octets(count: number): Uint8Array {
    const start = this.#advance(count);
    return this.#octets.slice(start, start + count);
  }

  /** Like {@link octets}, as one character an octet. */
  latin1(count: number): string {
    const start = this.#advance(count);
    return Buffer.from(this.#octets.buffer, this.#octets.byteOffset + start, count).toString('latin1');
  }

  /** Reads `count` octets as a message within the message, whatever of them is understood. */
  within<Value>(count: number, read: () => Value): Value {
    const start = this.#advance(count) * 8;
    const outerEnd = this.#endBit;
    const end = this.#bit;
    this.#bit = start;
    this.#endBit = end;
    const value = read();
    this.#bit = end;
    this.#endBit = outerEnd;
    return value;
  }

  /** A reader over octets put together from fragments, with what is left of the budget. */
  over(octets: Uint8Array): BitReader {
    const limits = { maxDepth: this.#depthLeft, maxItems: this.#itemsLeft, maxOctets: octets.length };
    return new BitReader(octets, limits);
  }

  enter(): void {
    if (--this.#depthLeft < 0) throw new PerError('too-deep', 'types are nested too deep');
  }

  leave(): void {
    this.#depthLeft++;
  }

  /** Takes items from the budget before anything is allocated for them. */
  spend(items: number): void {
    this.#itemsLeft -= items;
    if (this.#itemsLeft < 0) throw new PerError('too-many-items', `${items} items are over the budget`);
  }

  #advance(count: number): number {
    const bit = (this.#bit + 7) & ~7;
    if (bit + count * 8 > this.#endBit) throw this.#truncated(count * 8);
    this.#bit = bit + count * 8;
    return bit >> 3;
  }

  #truncated(wantedBits: number): PerError {
    const left = Math.max(0, this.#endBit - this.#bit);
    return new PerError('truncated', `${wantedBits} bits wanted, ${left} left`);
  }
}
