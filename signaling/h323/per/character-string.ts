import type { BitReader } from './bit-reader.ts';
import type { BitWriter } from './bit-writer.ts';
import type { Codec } from './codec.ts';
import { Size } from './length.ts';
import { PerError } from './per-error.ts';
import type { StringSchema, StringTypeName } from './schema.ts';

const DIGITS_AND_SPACE = ' 0123456789';
const PRINTABLE = " '()+,-./0123456789:=?ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** Characters a type can hold, and its alphabet where that is neither IA5 nor the whole BMP. */
const REPERTOIRES: Readonly<Record<StringTypeName, { size: number; alphabet: string | null }>> = {
  IA5String: { size: 128, alphabet: null },
  BMPString: { size: 65_536, alphabet: null },
  GeneralString: { size: 256, alphabet: null },
  NumericString: { size: DIGITS_AND_SPACE.length, alphabet: DIGITS_AND_SPACE },
  PrintableString: { size: PRINTABLE.length, alphabet: PRINTABLE },
};

/** Character strings (X.691 §30): each character a bit field of a power-of-two width in the ALIGNED variant. */
export class CharacterString implements Codec {
  readonly #size: Size;
  readonly #bits: number;
  /** Set where characters are sent as their place in the alphabet (X.691 §30.5.4). */
  readonly #indexed: string | null;
  /** The permitted characters, or null: any of the width. */
  readonly #alphabet: string | null;
  readonly #isAligned: boolean;

  constructor(schema: StringSchema) {
    const isKnownMultiplier = schema.string !== 'GeneralString';
    const repertoire = REPERTOIRES[schema.string];
    this.#alphabet = schema.from ? [...schema.from].sort().join('') : repertoire.alphabet;
    const count = this.#alphabet?.length ?? repertoire.size;
    this.#bits = 2 ** Math.ceil(Math.log2(Math.ceil(Math.log2(count))));
    const largest = this.#alphabet?.charCodeAt(count - 1) ?? count - 1;
    this.#indexed = largest < 2 ** this.#bits ? null : this.#alphabet;
    this.#size = new Size((isKnownMultiplier && schema.size) || [0, null]);
    this.#isAligned = isAligned(this.#size, this.#bits);
  }

  decode(reader: BitReader): string {
    let text = '';
    this.#size.decode(reader, (count) => {
      if (count === 0) return;
      if (this.#isAligned && this.#bits === 8) text += reader.latin1(count);
      else {
        if (this.#isAligned) reader.align();
        text += this.#readCharacters(reader, count);
      }
    });
    return text;
  }

  encode(writer: BitWriter, value: unknown): void {
    if (typeof value !== 'string') throw new PerError('invalid-value', 'a string is wanted');
    this.#size.encode(writer, value.length, (start, end) => {
      if (end > start && this.#isAligned) writer.align();
      for (let index = start; index < end; index++) writer.bits(this.#codeOf(value, index), this.#bits);
    });
  }

  #readCharacters(reader: BitReader, count: number): string {
    let text = '';
    for (let index = 0; index < count; index++) {
      const code = reader.bits(this.#bits);
      const character = this.#indexed === null ? String.fromCharCode(code) : this.#indexed[code];
      if (character === undefined || this.#alphabet?.includes(character) === false) {
        throw new PerError('out-of-range', `code ${code} is not in the alphabet "${this.#alphabet}"`);
      }
      text += character;
    }
    return text;
  }

  #codeOf(text: string, index: number): number {
    const code = text.charCodeAt(index);
    const place = this.#alphabet?.indexOf(text.charAt(index));
    if (place === -1 || code >= 2 ** Math.max(this.#bits, 8)) {
      throw new PerError('invalid-value', `"${text.charAt(index)}" is not a character of this type`);
    }
    return this.#indexed !== null && place !== undefined ? place : code;
  }
}

/** Strings that always fit in 16 bits are not aligned (X.691 §30.5.6, §30.5.7). */
function isAligned(size: Size, bits: number): boolean {
  if (size.upper === null || size.isExtensible) return true;
  return size.isFixed ? size.upper * bits > 16 : size.upper * bits >= 16;
}
