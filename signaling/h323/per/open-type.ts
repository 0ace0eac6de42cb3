import type { BitReader } from './bit-reader.ts';
import { BitWriter } from './bit-writer.ts';
import type { Codec } from './codec.ts';
import { readLength } from './length.ts';
import { OctetString } from './octet-string.ts';

/** Any octets with their length in front: how an open type and an unknown addition travel (X.691 §11.2). */
export const OPEN_TYPE_OCTETS = new OctetString([0, null]);

/**
 * Reads a value of a known type from an open type field. What follows the value inside the field belongs to
 * a later version of its type and is skipped.
 */
export function decodeOpenType(reader: BitReader, codec: Codec): unknown {
  const start = readLength(reader);
  if (start >= 0) return reader.within(start, () => codec.decode(reader));
  const pieces: Uint8Array[] = [];
  for (let length = start; ; length = readLength(reader)) {
    pieces.push(reader.octets(Math.abs(length)));
    if (length >= 0) break;
  }
  return codec.decode(reader.over(Buffer.concat(pieces)));
}

export function encodeOpenType(writer: BitWriter, codec: Codec, value: unknown): void {
  const inner = new BitWriter();
  codec.encode(inner, value);
  OPEN_TYPE_OCTETS.encode(writer, inner.finish());
}

/** What a choice or a sequence remembers of additions that our version of the type does not have. */
export interface UnknownAddition {
  /** Counted from the extension marker, from 0. */
  readonly index: number;
  readonly octets: Uint8Array;
}

export function isUnknownAddition(value: unknown): value is UnknownAddition {
  if (typeof value !== 'object' || value === null) return false;
  const { index, octets } = value as Partial<UnknownAddition>;
  return Number.isInteger(index) && octets instanceof Uint8Array;
}
