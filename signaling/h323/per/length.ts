import type { BitReader } from './bit-reader.ts';
import type { BitWriter } from './bit-writer.ts';
import { PerError } from './per-error.ts';
import type { SizeConstraint } from './schema.ts';
import { ConstrainedNumber, outOfRange } from './whole-number.ts';

/** Larger things are cut into fragments of one to four of these (X.691 §11.9.3.8). */
const FRAGMENT_UNIT = 16_384;
const MAX_FRAGMENT_UNITS = 4;
/** From this upper bound on, a size counts as not constrained (X.691 §11.9.4.1). */
const SIZE_BOUND = 65_536;

/** An unconstrained length: what is to come, or negative where it is a fragment and another length follows. */
export function readLength(reader: BitReader): number {
  const first = reader.octet();
  if (first < 0x80) return first;
  if (first < 0xc0) return (first & 0x3f) * 256 + reader.octet();
  const units = first & 0x3f;
  if (units < 1 || units > MAX_FRAGMENT_UNITS) {
    throw new PerError('out-of-range', `a fragment of ${units} times 16 K`);
  }
  return -units * FRAGMENT_UNIT;
}

/**
 * Writes the length of what is left and returns how much of it may follow; below `left` only when a fragment
 * was announced, and then the caller comes back with the rest (of 0, too).
 */
export function writeLength(writer: BitWriter, left: number): number {
  if (left < 128) writer.octet(left);
  else if (left < FRAGMENT_UNIT) {
    writer.octet(0x80 | (left >> 8));
    writer.octet(left & 0xff);
  } else {
    const units = Math.min(MAX_FRAGMENT_UNITS, Math.floor(left / FRAGMENT_UNIT));
    writer.octet(0xc0 | units);
    return units * FRAGMENT_UNIT;
  }
  return left;
}

/** How many octets, bits, characters or elements a value has, under its size constraint. */
export class Size {
  readonly lower: number;
  readonly upper: number | null;
  readonly isExtensible: boolean;
  /** True where no length is sent at all. */
  readonly isFixed: boolean;
  readonly #constrained: ConstrainedNumber | null;

  constructor([lower, upper, extensible]: SizeConstraint) {
    this.lower = lower;
    this.upper = upper;
    this.isExtensible = extensible === '...';
    this.isFixed = upper === lower && upper < SIZE_BOUND && !this.isExtensible;
    this.#constrained = upper !== null && upper < SIZE_BOUND ? new ConstrainedNumber(lower, upper) : null;
  }

  /** Calls `piece` for each run of units: once, or once a fragment. */
  decode(reader: BitReader, piece: (count: number) => void): void {
    const isExtended = this.isExtensible && reader.bit();
    if (this.#constrained !== null && !isExtended) {
      piece(this.#constrained.decode(reader));
      return;
    }
    let total = 0;
    let length: number;
    do {
      length = readLength(reader);
      total += Math.abs(length);
      piece(Math.abs(length));
    } while (length < 0);
    if (!isExtended) this.#check(total);
  }

  /** Writes lengths and has `piece` write the units of each run, `start` to before `end`. */
  encode(writer: BitWriter, count: number, piece: (start: number, end: number) => void): void {
    const isInside = count >= this.lower && (this.upper === null || count <= this.upper);
    if (this.isExtensible) writer.bit(!isInside);
    else this.#check(count);
    if (this.#constrained !== null && isInside) {
      this.#constrained.encode(writer, count);
      piece(0, count);
      return;
    }
    for (let start = 0, isFragment = true; isFragment; ) {
      const taken = writeLength(writer, count - start);
      piece(start, start + taken);
      start += taken;
      isFragment = taken >= FRAGMENT_UNIT;
    }
  }

  #check(count: number): void {
    if (count < this.lower || (this.upper !== null && count > this.upper)) {
      throw outOfRange(count, this.lower, this.upper);
    }
  }
}
