/**
 * The schema notation that the PER runtime reads: ASN.1 types as plain JSON, one entry a type. A string is a
 * built-in type or the name of another entry (`h245.TransportAddress` where it stands in another module).
 */

/** Effective size constraint (X.691 §10.3): lower bound, upper bound (null: none), `...` where extensible. */
export type SizeConstraint = readonly [lower: number, upper: number | null, extensible?: '...'];

/** Value range; null stands for MIN or MAX. */
export type ValueConstraint = readonly [lower: number | null, upper: number | null, extensible?: '...'];

/** A component of a SEQUENCE. */
export type SequenceField = readonly [name: string, type: SchemaType, optionality?: 'OPTIONAL'];

/** An alternative of a CHOICE. */
export type ChoiceAlternative = readonly [name: string, type: SchemaType];

/** The string types in use; GeneralString has no PER-visible constraint (X.691 §30). */
export type StringTypeName =
  | 'IA5String'
  | 'BMPString'
  | 'GeneralString'
  | 'NumericString'
  | 'PrintableString';

interface SequenceSchema {
  readonly sequence: readonly SequenceField[];
  /** Extension additions; absent where the type has no extension marker. */
  readonly additions?: readonly SequenceField[];
}

interface ChoiceSchema {
  readonly choice: readonly ChoiceAlternative[];
  readonly additions?: readonly ChoiceAlternative[];
}

export interface EnumeratedSchema {
  readonly enumerated: readonly string[];
  readonly additions?: readonly string[];
}

interface SequenceOfSchema {
  readonly sequenceOf: SchemaType;
  readonly size?: SizeConstraint;
}

interface IntegerSchema {
  readonly integer: ValueConstraint;
}

interface OctetStringSchema {
  readonly octetString: SizeConstraint;
}

interface BitStringSchema {
  readonly bitString: SizeConstraint;
}

export interface StringSchema {
  readonly string: StringTypeName;
  readonly size?: SizeConstraint;
  /** The permitted alphabet (X.680 §51.7). */
  readonly from?: string;
}

/** A type carried as octets of its own (X.691 §10.2); the runtime leaves it undecoded. */
interface OpenTypeSchema {
  readonly openType: SchemaType;
}

export type SchemaType =
  | string
  | SequenceSchema
  | ChoiceSchema
  | EnumeratedSchema
  | SequenceOfSchema
  | IntegerSchema
  | OctetStringSchema
  | BitStringSchema
  | StringSchema
  | OpenTypeSchema;

/** Modules by short name (`h225`, `h235`, `h245`), each with its types. */
export type Schema = Readonly<Record<string, Readonly<Record<string, SchemaType>>>>;
