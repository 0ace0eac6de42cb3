import { BitReader, DEFAULT_PER_LIMITS, type PerLimits } from './per/bit-reader.ts';
import { BitWriter } from './per/bit-writer.ts';
import { SchemaCompiler } from './per/compile.ts';
import type { Schema } from './per/schema.ts';
import schema from './schema.json' with { type: 'json' };

const compiler = new SchemaCompiler(schema as unknown as Schema);

/** @throws PerError */
export function decodeType(
  name: string,
  octets: Uint8Array,
  limits: PerLimits = DEFAULT_PER_LIMITS,
): unknown {
  return compiler.codec(name).decode(new BitReader(octets, limits));
}

/** @throws PerError */
export function encodeType(name: string, value: unknown): Uint8Array {
  const writer = new BitWriter();
  compiler.codec(name).encode(writer, value);
  return writer.finish();
}
