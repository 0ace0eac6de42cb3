import type { BitReader } from './bit-reader.ts';
import { BitString } from './bit-string.ts';
import type { BitWriter } from './bit-writer.ts';
import { CharacterString } from './character-string.ts';
import { Choice } from './choice.ts';
import type { Codec } from './codec.ts';
import { createInteger } from './integer.ts';
import { ObjectIdentifier } from './object-identifier.ts';
import { OctetString } from './octet-string.ts';
import { OPEN_TYPE_OCTETS } from './open-type.ts';
import { PerError } from './per-error.ts';
import type { Schema, SchemaType, SequenceField } from './schema.ts';
import { Sequence } from './sequence.ts';
import { SequenceOf } from './sequence-of.ts';
import { BOOLEAN, Enumerated, NULL } from './simple-types.ts';

/** A type by name that is compiled when its first value comes: types refer to one another in circles. */
class Reference implements Codec {
  readonly #resolve: () => Codec;
  #codec: Codec | null = null;

  constructor(resolve: () => Codec) {
    this.#resolve = resolve;
  }

  decode(reader: BitReader): unknown {
    this.#codec ??= this.#resolve();
    return this.#codec.decode(reader);
  }

  encode(writer: BitWriter, value: unknown): void {
    this.#codec ??= this.#resolve();
    this.#codec.encode(writer, value);
  }
}

/** Makes codecs of a schema's types, each once and only when asked for. */
export class SchemaCompiler {
  readonly #schema: Schema;
  readonly #codecs = new Map<string, Codec>();

  constructor(schema: Schema) {
    this.#schema = schema;
  }

  /** @param name qualified, as in `h245.TransportAddress`. */
  codec(name: string): Codec {
    const known = this.#codecs.get(name);
    if (known !== undefined) return known;
    const [module = '', typeName = ''] = name.split('.');
    const type = this.#schema[module]?.[typeName];
    if (type === undefined) throw new PerError('unknown-type', `the schema has no ${name}`);
    const codec = this.#compile(type, module);
    this.#codecs.set(name, codec);
    return codec;
  }

  #compile(type: SchemaType, module: string): Codec {
    if (typeof type === 'string') return this.#named(type, module);
    if ('sequence' in type) {
      return new Sequence(
        this.#components(type.sequence, module),
        type.additions === undefined ? null : this.#components(type.additions, module),
      );
    }
    if ('choice' in type) {
      return new Choice(
        this.#components(type.choice, module),
        type.additions === undefined ? null : this.#components(type.additions, module),
      );
    }
    if ('sequenceOf' in type) {
      return new SequenceOf(this.#compile(type.sequenceOf, module), type.size ?? [0, null]);
    }
    if ('integer' in type) return createInteger(type.integer);
    if ('octetString' in type) return new OctetString(type.octetString);
    if ('bitString' in type) return new BitString(type.bitString);
    if ('string' in type) return new CharacterString(type);
    if ('enumerated' in type) return new Enumerated(type);
    return OPEN_TYPE_OCTETS;
  }

  #named(name: string, module: string): Codec {
    switch (name) {
      case 'BOOLEAN':
        return BOOLEAN;
      case 'NULL':
        return NULL;
      case 'OBJECT IDENTIFIER':
        return new ObjectIdentifier();
      default: {
        const qualified = name.includes('.') ? name : `${module}.${name}`;
        return new Reference(() => this.codec(qualified));
      }
    }
  }

  #components(fields: readonly SequenceField[], module: string) {
    return fields.map(([name, type, optionality]) => ({
      name,
      codec: this.#compile(type, module),
      isOptional: optionality === 'OPTIONAL',
    }));
  }
}
