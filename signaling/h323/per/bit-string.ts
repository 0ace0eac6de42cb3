import type { BitReader } from './bit-reader.ts';
import type { BitWriter } from './bit-writer.ts';
import type { Codec } from './codec.ts';
import { Size } from './length.ts';
import { PerError } from './per-error.ts';
import type { SizeConstraint } from './schema.ts';

/** The value of a BIT STRING: the first bit is the high bit of the first octet. */
export interface BitStringValue {
  readonly bitLength: number;
  readonly octets: Uint8Array;
}

/** BIT STRING (X.691 §16). */
export class BitString implements Codec {
  readonly #size: Size;
  /** Up to 16 bits of fixed size are not aligned (X.691 §16.9). */
  readonly #isShort: boolean;

  constructor(constraint: SizeConstraint) {
    this.#size = new Size(constraint);
    this.#isShort = this.#size.isFixed && this.#size.lower <= 16;
  }

  decode(reader: BitReader): BitStringValue {
    let bitLength = 0;
    const pieces: Uint8Array[] = [];
    this.#size.decode(reader, (count) => {
      bitLength += count;
      if (count > 0 && !this.#isShort) reader.align();
      pieces.push(readBits(reader, count));
    });
    return {
      bitLength,
      octets: pieces.length === 1 ? (pieces[0] as Uint8Array) : new Uint8Array(Buffer.concat(pieces)),
    };
  }

  encode(writer: BitWriter, value: unknown): void {
    if (!isBitString(value)) throw new PerError('invalid-value', 'a bit length and octets are wanted');
    this.#size.encode(writer, value.bitLength, (start, end) => {
      if (end > start && !this.#isShort) writer.align();
      for (let bit = start; bit < end; bit += 8) {
        const count = Math.min(8, end - bit);
        writer.bits((value.octets[bit >> 3] as number) >> (8 - count), count);
      }
    });
  }
}

function readBits(reader: BitReader, count: number): Uint8Array {
  if (count % 8 === 0 && reader.bitPosition % 8 === 0) return reader.octets(count / 8);
  const octets: number[] = [];
  for (let left = count; left > 0; left -= 8) {
    const taken = Math.min(8, left);
    octets.push(reader.bits(taken) << (8 - taken));
  }
  return Uint8Array.from(octets);
}

function isBitString(value: unknown): value is BitStringValue {
  if (typeof value !== 'object' || value === null) return false;
  const { bitLength, octets } = value as Partial<BitStringValue>;
  return (
    typeof bitLength === 'number' && octets instanceof Uint8Array && octets.length === (bitLength + 7) >> 3
  );
}
