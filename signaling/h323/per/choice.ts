import type { BitReader } from './bit-reader.ts';
import type { BitWriter } from './bit-writer.ts';
import type { Codec } from './codec.ts';
import { decodeOpenType, encodeOpenType, isUnknownAddition, OPEN_TYPE_OCTETS } from './open-type.ts';
import { invalidValue, located } from './per-error.ts';
import { ConstrainedNumber, readNormallySmall, writeNormallySmall } from './whole-number.ts';

/** The name of an alternative that our version of the type does not have; its value is an `UnknownAddition`. */
const UNKNOWN_ALTERNATIVE = '?';

export interface NamedCodec {
  readonly name: string;
  readonly codec: Codec;
}

/** CHOICE: `{ choice, value }`, the name of the alternative and its value, null for NULL (X.691 §23). */
export class Choice implements Codec {
  /** Root alternatives, then additions. */
  readonly #alternatives: readonly NamedCodec[];
  readonly #rootCount: number;
  readonly #isExtensible: boolean;
  readonly #index: ConstrainedNumber;
  readonly #places: ReadonlyMap<string, number>;

  constructor(root: readonly NamedCodec[], additions: readonly NamedCodec[] | null) {
    this.#alternatives = [...root, ...(additions ?? [])];
    this.#rootCount = root.length;
    this.#isExtensible = additions !== null;
    this.#index = new ConstrainedNumber(0, root.length - 1);
    this.#places = new Map(this.#alternatives.map(({ name }, place) => [name, place]));
  }

  decode(reader: BitReader): { choice: string; value: unknown } {
    reader.enter();
    const isAddition = this.#isExtensible && reader.bit();
    const chosen = isAddition ? this.#decodeAddition(reader) : this.#decodeRoot(reader);
    reader.leave();
    return chosen;
  }

  #decodeRoot(reader: BitReader): { choice: string; value: unknown } {
    const { name, codec } = this.#alternatives[this.#index.decode(reader)] as NamedCodec;
    try {
      return { choice: name, value: codec.decode(reader) };
    } catch (error) {
      throw located(error, name);
    }
  }

  #decodeAddition(reader: BitReader): { choice: string; value: unknown } {
    const index = readNormallySmall(reader);
    const known = this.#alternatives[this.#rootCount + index];
    if (known === undefined) {
      return { choice: UNKNOWN_ALTERNATIVE, value: { index, octets: OPEN_TYPE_OCTETS.decode(reader) } };
    }
    try {
      return { choice: known.name, value: decodeOpenType(reader, known.codec) };
    } catch (error) {
      throw located(error, known.name);
    }
  }

  encode(writer: BitWriter, value: unknown): void {
    const { choice, value: chosen } = chosenOf(value);
    const place = this.#places.get(choice);
    if (place === undefined) this.#encodeUnknown(writer, choice, chosen);
    else this.#encodeKnown(writer, choice, place, chosen);
  }

  #encodeKnown(writer: BitWriter, choice: string, place: number, chosen: unknown): void {
    const isAddition = place >= this.#rootCount;
    const { codec } = this.#alternatives[place] as NamedCodec;
    if (this.#isExtensible) writer.bit(isAddition);
    try {
      if (isAddition) {
        writeNormallySmall(writer, place - this.#rootCount);
        encodeOpenType(writer, codec, chosen);
      } else {
        this.#index.encode(writer, place);
        codec.encode(writer, chosen);
      }
    } catch (error) {
      throw located(error, choice);
    }
  }

  #encodeUnknown(writer: BitWriter, choice: string, value: unknown): void {
    if (choice !== UNKNOWN_ALTERNATIVE || !isUnknownAddition(value) || !this.#isExtensible) {
      throw invalidValue(`${choice} is no alternative`);
    }
    writer.bit(true);
    writeNormallySmall(writer, value.index);
    OPEN_TYPE_OCTETS.encode(writer, value.octets);
  }
}

function chosenOf(value: unknown): { choice: string; value: unknown } {
  if (typeof value === 'object' && value !== null && 'choice' in value && typeof value.choice === 'string') {
    return { choice: value.choice, value: 'value' in value ? value.value : null };
  }
  throw invalidValue('an alternative is wanted: { choice, value }');
}
