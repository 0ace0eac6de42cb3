import type { BitReader } from './bit-reader.ts';
import type { BitWriter } from './bit-writer.ts';
import type { Codec } from './codec.ts';
import { PerError } from './per-error.ts';
import type { EnumeratedSchema } from './schema.ts';
import { ConstrainedNumber, readNormallySmall, writeNormallySmall } from './whole-number.ts';

/** BOOLEAN (X.691 §12). */
export const BOOLEAN: Codec = {
  decode: (reader) => reader.bit(),
  encode: (writer, value) => {
    if (typeof value !== 'boolean') throw new PerError('invalid-value', 'a boolean is wanted');
    writer.bit(value);
  },
};

/** NULL: no bits at all (X.691 §18). */
export const NULL: Codec = {
  decode: () => null,
  encode: () => undefined,
};

/** ENUMERATED: the name of the value, or its number where it is an addition that we do not know (X.691 §14). */
export class Enumerated implements Codec {
  readonly #names: readonly string[];
  readonly #additions: readonly string[] | null;
  readonly #index: ConstrainedNumber;

  constructor({ enumerated, additions }: EnumeratedSchema) {
    this.#names = enumerated;
    this.#additions = additions ?? null;
    this.#index = new ConstrainedNumber(0, enumerated.length - 1);
  }

  decode(reader: BitReader): string | number {
    if (this.#additions !== null && reader.bit()) {
      const index = readNormallySmall(reader);
      return this.#additions[index] ?? index;
    }
    return this.#names[this.#index.decode(reader)] as string;
  }

  encode(writer: BitWriter, value: unknown): void {
    const index = this.#names.indexOf(value as string);
    const addition = typeof value === 'number' ? value : (this.#additions?.indexOf(value as string) ?? -1);
    if (index < 0 && (addition < 0 || this.#additions === null)) {
      throw new PerError('invalid-value', `${String(value)} is none of ${this.#names.join(', ')}`);
    }
    if (this.#additions !== null) writer.bit(index < 0);
    if (index >= 0) this.#index.encode(writer, index);
    else writeNormallySmall(writer, addition);
  }
}
