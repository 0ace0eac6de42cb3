import type { BitReader } from './bit-reader.ts';
import type { BitWriter } from './bit-writer.ts';
import type { NamedCodec } from './choice.ts';
import type { Codec } from './codec.ts';
import { readLength, writeLength } from './length.ts';
import {
  decodeOpenType,
  encodeOpenType,
  isUnknownAddition,
  OPEN_TYPE_OCTETS,
  type UnknownAddition,
} from './open-type.ts';
import { invalidValue, located, PerError } from './per-error.ts';

/** Under this key a decoded SEQUENCE keeps what its own type does not say, so that it is encoded alike again. */
const RECEIVED_EXTENSION: unique symbol = Symbol('received extension');

export interface ReceivedExtension {
  /** Additions that the sender's version of the type has, present or not. */
  readonly bitmapLength: number;
  readonly unknown: readonly UnknownAddition[];
}

export interface SequenceComponent extends NamedCodec {
  readonly isOptional: boolean;
}

type SequenceValue = Record<string | symbol, unknown>;

/** SEQUENCE: an object with the components that are present (X.691 §19). */
export class Sequence implements Codec {
  readonly #root: readonly SequenceComponent[];
  readonly #additions: readonly NamedCodec[] | null;
  readonly #optionalCount: number;

  constructor(root: readonly SequenceComponent[], additions: readonly NamedCodec[] | null) {
    this.#root = root;
    this.#additions = additions;
    this.#optionalCount = root.filter(({ isOptional }) => isOptional).length;
  }

  decode(reader: BitReader): SequenceValue {
    reader.enter();
    const isExtended = this.#additions !== null && reader.bit();
    const value = this.#decodeRoot(reader);
    if (isExtended) this.#decodeAdditions(reader, value);
    reader.leave();
    return value;
  }

  #decodeRoot(reader: BitReader): SequenceValue {
    const value: SequenceValue = {};
    // The widest SEQUENCE of the three modules has 21 optional components, so one bit field holds them all.
    let presence = reader.bits(this.#optionalCount);
    let weight = 2 ** (this.#optionalCount - 1);
    for (const { name, codec, isOptional } of this.#root) {
      if (isOptional) {
        const isPresent = presence >= weight;
        if (isPresent) presence -= weight;
        weight /= 2;
        if (!isPresent) continue;
      }
      try {
        value[name] = codec.decode(reader);
      } catch (error) {
        throw located(error, name);
      }
    }
    return value;
  }

  #decodeAdditions(reader: BitReader, value: SequenceValue): void {
    const additions = this.#additions ?? [];
    const bitmapLength = readBitmapLength(reader);
    reader.spend(bitmapLength);
    const present: number[] = [];
    for (let index = 0; index < bitmapLength; index++) if (reader.bit()) present.push(index);
    const unknown: UnknownAddition[] = [];
    for (const index of present) {
      const addition = additions[index];
      if (addition === undefined) unknown.push({ index, octets: OPEN_TYPE_OCTETS.decode(reader) });
      else {
        try {
          value[addition.name] = decodeOpenType(reader, addition.codec);
        } catch (error) {
          throw located(error, addition.name);
        }
      }
    }
    if (unknown.length > 0 || bitmapLength !== additions.length || present.length === 0) {
      value[RECEIVED_EXTENSION] = { bitmapLength, unknown } satisfies ReceivedExtension;
    }
  }

  encode(writer: BitWriter, value: unknown): void {
    if (typeof value !== 'object' || value === null) throw invalidValue('an object is wanted');
    const fields = value as SequenceValue;
    const received = receivedExtensionOf(fields);
    const isExtended = this.#additions !== null && (received !== null || this.#hasAddition(fields));
    if (this.#additions !== null) writer.bit(isExtended);
    for (const { name, isOptional } of this.#root) {
      if (isOptional) writer.bit(fields[name] !== undefined);
    }
    for (const { name, codec, isOptional } of this.#root) {
      if (!isOptional || fields[name] !== undefined) encodeComponent(writer, codec, fields, name);
    }
    if (isExtended) this.#encodeAdditions(writer, fields, received);
  }

  #hasAddition(fields: SequenceValue): boolean {
    return (this.#additions ?? []).some(({ name }) => fields[name] !== undefined);
  }

  #encodeAdditions(writer: BitWriter, fields: SequenceValue, received: ReceivedExtension | null): void {
    const additions = this.#additions ?? [];
    const unknown = new Map(received?.unknown.map(({ index, octets }) => [index, octets]));
    const isPresent = (index: number) => {
      const known = additions[index];
      return known === undefined ? unknown.has(index) : fields[known.name] !== undefined;
    };
    const bitmapLength = received?.bitmapLength ?? additions.length;
    writeBitmapLength(writer, bitmapLength);
    for (let index = 0; index < bitmapLength; index++) writer.bit(isPresent(index));
    for (let index = 0; index < bitmapLength; index++) {
      const known = additions[index];
      const octets = unknown.get(index);
      if (known === undefined) {
        if (octets !== undefined) OPEN_TYPE_OCTETS.encode(writer, octets);
      } else if (fields[known.name] !== undefined) {
        const opened: Codec = {
          decode: () => null,
          encode: (inner, inside) => encodeOpenType(inner, known.codec, inside),
        };
        encodeComponent(writer, opened, fields, known.name);
      }
    }
  }
}

function encodeComponent(writer: BitWriter, codec: Codec, fields: SequenceValue, name: string): void {
  if (fields[name] === undefined) throw invalidValue(`${name} is missing`).within(name);
  try {
    codec.encode(writer, fields[name]);
  } catch (error) {
    throw located(error, name);
  }
}

/** The length of the bitmap of additions: a normally small length, never 0 (X.691 §11.9.3.4). */
function readBitmapLength(reader: BitReader): number {
  const length = reader.bit() ? readLength(reader) : reader.bits(6) + 1;
  if (length < 1) throw new PerError('out-of-range', `a bitmap of ${length} additions`);
  return length;
}

function writeBitmapLength(writer: BitWriter, length: number): void {
  writer.bit(length > 64);
  if (length <= 64) writer.bits(length - 1, 6);
  else writeLength(writer, length);
}

function receivedExtensionOf(fields: SequenceValue): ReceivedExtension | null {
  const received = fields[RECEIVED_EXTENSION] as ReceivedExtension | undefined;
  return received?.unknown.every(isUnknownAddition) ? received : null;
}
