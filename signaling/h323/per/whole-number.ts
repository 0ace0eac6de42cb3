import type { BitReader } from './bit-reader.ts';
import type { BitWriter } from './bit-writer.ts';
import { PerError } from './per-error.ts';

/** Octets needed for an unsigned number. */
export function octetsFor(value: number): number {
  let octets = 1;
  for (let rest = Math.floor(value / 256); rest > 0; rest = Math.floor(rest / 256)) octets++;
  return octets;
}

/**
 * A constrained whole number between bounds known to both sides (X.691 §11.5): nothing for one value, a bit
 * field for up to 255, aligned octets above, with their number in front where the range exceeds 64 K.
 */
export class ConstrainedNumber {
  readonly #lower: number;
  readonly #upper: number;
  readonly #range: number;
  readonly #bits: number;
  readonly #octetsBits: number;

  constructor(lower: number, upper: number) {
    this.#lower = lower;
    this.#upper = upper;
    this.#range = upper - lower + 1;
    this.#bits = Math.ceil(Math.log2(this.#range));
    this.#octetsBits = Math.ceil(Math.log2(octetsFor(this.#range - 1)));
  }

  decode(reader: BitReader): number {
    const value = this.#lower + this.#readOffset(reader);
    if (value > this.#upper) throw outOfRange(value, this.#lower, this.#upper);
    return value;
  }

  encode(writer: BitWriter, value: number): void {
    if (!(value >= this.#lower && value <= this.#upper)) throw outOfRange(value, this.#lower, this.#upper);
    const offset = value - this.#lower;
    if (this.#range <= 255) writer.bits(offset, this.#bits);
    else if (this.#range === 256) writer.octet(offset);
    else if (this.#range <= 65_536) {
      writer.octet(offset >> 8);
      writer.octet(offset & 0xff);
    } else {
      const octets = octetsFor(offset);
      writer.bits(octets - 1, this.#octetsBits);
      writeUnsigned(writer, offset, octets);
    }
  }

  #readOffset(reader: BitReader): number {
    if (this.#range <= 255) return reader.bits(this.#bits);
    if (this.#range === 256) return reader.octet();
    if (this.#range <= 65_536) return reader.octet() * 256 + reader.octet();
    return readUnsigned(reader, reader.bits(this.#octetsBits) + 1);
  }
}

export function readUnsigned(reader: BitReader, octets: number): number {
  let value = 0;
  for (let index = 0; index < octets; index++) value = value * 256 + reader.octet();
  return value;
}

export function writeUnsigned(writer: BitWriter, value: number, octets: number): void {
  for (let index = octets - 1; index >= 0; index--) writer.octet(Math.floor(value / 256 ** index) % 256);
}

/** A number that is usually small, such as the index of an extension (X.691 §11.6). */
export function readNormallySmall(reader: BitReader): number {
  if (!reader.bit()) return reader.bits(6);
  const octets = reader.octet();
  if (octets > 4) throw new PerError('out-of-range', `an index of ${octets} octets`);
  return readUnsigned(reader, octets);
}

export function writeNormallySmall(writer: BitWriter, value: number): void {
  writer.bit(value > 63);
  if (value <= 63) writer.bits(value, 6);
  else {
    const octets = octetsFor(value);
    writer.octet(octets);
    writeUnsigned(writer, value, octets);
  }
}

export function outOfRange(value: number, lower: number | null, upper: number | null): PerError {
  return new PerError('out-of-range', `${value} is not in ${lower ?? 'MIN'}..${upper ?? 'MAX'}`);
}
