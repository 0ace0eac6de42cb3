import type { BitReader } from './bit-reader.ts';
import type { BitWriter } from './bit-writer.ts';
import type { Codec } from './codec.ts';
import { Size } from './length.ts';
import { invalidValue, located } from './per-error.ts';
import type { SizeConstraint } from './schema.ts';

/** SEQUENCE OF and SET OF: an array (X.691 §20, §22). */
export class SequenceOf implements Codec {
  readonly #element: Codec;
  readonly #size: Size;

  constructor(element: Codec, size: SizeConstraint) {
    this.#element = element;
    this.#size = new Size(size);
  }

  decode(reader: BitReader): unknown[] {
    const elements: unknown[] = [];
    reader.enter();
    this.#size.decode(reader, (count) => {
      reader.spend(count);
      for (let index = 0; index < count; index++) {
        try {
          elements.push(this.#element.decode(reader));
        } catch (error) {
          throw located(error, `[${elements.length}]`);
        }
      }
    });
    reader.leave();
    return elements;
  }

  encode(writer: BitWriter, value: unknown): void {
    if (!Array.isArray(value)) throw invalidValue('an array is wanted');
    this.#size.encode(writer, value.length, (start, end) => {
      for (let index = start; index < end; index++) {
        try {
          this.#element.encode(writer, value[index]);
        } catch (error) {
          throw located(error, `[${index}]`);
        }
      }
    });
  }
}
