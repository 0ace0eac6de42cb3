import type { BitReader } from './bit-reader.ts';
import type { BitWriter } from './bit-writer.ts';
import type { Codec } from './codec.ts';
import { readLength, writeLength } from './length.ts';
import { PerError } from './per-error.ts';
import type { ValueConstraint } from './schema.ts';
import { ConstrainedNumber, octetsFor, outOfRange, readUnsigned, writeUnsigned } from './whole-number.ts';

/** INTEGER within bounds: a JavaScript number (X.691 §13). */
class ConstrainedInteger implements Codec {
  readonly #number: ConstrainedNumber;

  constructor(lower: number, upper: number) {
    this.#number = new ConstrainedNumber(lower, upper);
  }

  decode(reader: BitReader): number {
    return this.#number.decode(reader);
  }

  encode(writer: BitWriter, value: unknown): void {
    this.#number.encode(writer, integerOf(value));
  }
}

/** More octets than a peer ever sends; a number may be this long, not a bomb. */
const MAX_INTEGER_OCTETS = 512;

/**
 * INTEGER without an upper bound: a number while it is exact, else a bigint. With a lower bound the offset
 * from it is sent (X.691 §11.7), without one two's complement (§11.8).
 */
class UnboundedInteger implements Codec {
  readonly #lower: number | null;

  constructor(lower: number | null) {
    this.#lower = lower;
  }

  decode(reader: BitReader): number | bigint {
    const octets = readLength(reader);
    if (octets < 1 || octets > MAX_INTEGER_OCTETS) {
      throw new PerError('out-of-range', `an INTEGER of ${octets} octets`);
    }
    if (octets <= 6) {
      const unsigned = readUnsigned(reader, octets);
      if (this.#lower !== null) return unsigned + this.#lower;
      return unsigned >= 2 ** (octets * 8 - 1) ? unsigned - 2 ** (octets * 8) : unsigned;
    }
    const unsigned = BigInt(`0x${Buffer.from(reader.octets(octets)).toString('hex')}`);
    return this.#lower === null ? BigInt.asIntN(octets * 8, unsigned) : unsigned + BigInt(this.#lower);
  }

  encode(writer: BitWriter, value: unknown): void {
    if (typeof value === 'bigint') this.#encodeBig(writer, value);
    else this.#encodeNumber(writer, integerOf(value));
  }

  #encodeNumber(writer: BitWriter, integer: number): void {
    if (this.#lower === null) {
      const octets = octetsFor(integer < 0 ? -integer * 2 - 1 : integer * 2);
      writeLength(writer, octets);
      writeUnsigned(writer, integer < 0 ? integer + 2 ** (octets * 8) : integer, octets);
    } else {
      if (integer < this.#lower) throw outOfRange(integer, this.#lower, null);
      const octets = octetsFor(integer - this.#lower);
      writeLength(writer, octets);
      writeUnsigned(writer, integer - this.#lower, octets);
    }
  }

  #encodeBig(writer: BitWriter, value: bigint): void {
    const offset = this.#lower === null ? value : value - BigInt(this.#lower);
    const magnitude = this.#lower !== null ? offset : offset < 0n ? -offset * 2n - 1n : offset * 2n;
    const octets = Math.ceil(magnitude.toString(16).length / 2);
    if (offset < 0n && this.#lower !== null) throw new PerError('out-of-range', `${value} is too small`);
    if (octets > MAX_INTEGER_OCTETS) throw new PerError('out-of-range', `an INTEGER of ${octets} octets`);
    const digits = BigInt.asUintN(octets * 8, offset)
      .toString(16)
      .padStart(octets * 2, '0');
    writeLength(writer, octets);
    writer.octets(Buffer.from(digits, 'hex'));
  }
}

/** INTEGER (a..b, ...): a bit tells whether the value is outside the root range (X.691 §13.1). */
class ExtensibleInteger implements Codec {
  readonly #lower: number;
  readonly #upper: number;
  readonly #root: ConstrainedInteger;
  readonly #extended = new UnboundedInteger(null);

  constructor(lower: number, upper: number) {
    this.#lower = lower;
    this.#upper = upper;
    this.#root = new ConstrainedInteger(lower, upper);
  }

  decode(reader: BitReader): number | bigint {
    return reader.bit() ? this.#extended.decode(reader) : this.#root.decode(reader);
  }

  encode(writer: BitWriter, value: unknown): void {
    const isExtended = typeof value === 'bigint' || !isWithin(integerOf(value), this.#lower, this.#upper);
    writer.bit(isExtended);
    (isExtended ? this.#extended : this.#root).encode(writer, value);
  }
}

export function createInteger([lower, upper, extensible]: ValueConstraint): Codec {
  if (lower === null || upper === null) return new UnboundedInteger(lower);
  return extensible ? new ExtensibleInteger(lower, upper) : new ConstrainedInteger(lower, upper);
}

function isWithin(value: number, lower: number, upper: number): boolean {
  return value >= lower && value <= upper;
}

function integerOf(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw new PerError('invalid-value', `${String(value)} is not an INTEGER`);
}
