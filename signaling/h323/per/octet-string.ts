import type { BitReader } from './bit-reader.ts';
import type { BitWriter } from './bit-writer.ts';
import type { Codec } from './codec.ts';
import { Size } from './length.ts';
import { PerError } from './per-error.ts';
import type { SizeConstraint } from './schema.ts';

/** OCTET STRING: a Uint8Array (X.691 §17). */
export class OctetString implements Codec {
  readonly #size: Size;
  /** Up to two octets of fixed size are not aligned (X.691 §17.6). */
  readonly #isShort: boolean;

  constructor(constraint: SizeConstraint) {
    this.#size = new Size(constraint);
    this.#isShort = this.#size.isFixed && this.#size.lower <= 2;
  }

  decode(reader: BitReader): Uint8Array {
    if (this.#isShort) return Uint8Array.from({ length: this.#size.lower }, () => reader.bits(8));
    let whole: Uint8Array | null = null;
    this.#size.decode(reader, (count) => {
      const piece = count === 0 ? new Uint8Array(0) : reader.octets(count);
      whole = whole === null ? piece : new Uint8Array(Buffer.concat([whole, piece]));
    });
    return whole ?? new Uint8Array(0);
  }

  encode(writer: BitWriter, value: unknown): void {
    if (!(value instanceof Uint8Array)) throw new PerError('invalid-value', 'octets are wanted');
    if (this.#isShort && value.length === this.#size.lower) {
      for (const octet of value) writer.bits(octet, 8);
      return;
    }
    this.#size.encode(writer, value.length, (start, end) => {
      if (end > start) writer.octets(value.subarray(start, end));
    });
  }
}
