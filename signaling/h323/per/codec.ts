import type { BitReader } from './bit-reader.ts';
import type { BitWriter } from './bit-writer.ts';

/** One ASN.1 type: how its values are read and written. */
export interface Codec {
  decode(reader: BitReader): unknown;
  /** @throws PerError `invalid-value`, `out-of-range` */
  encode(writer: BitWriter, value: unknown): void;
}
