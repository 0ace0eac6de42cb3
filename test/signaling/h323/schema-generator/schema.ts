import type { Schema, SchemaType } from '../../../../signaling/h323/per/schema.ts';
import { ModuleParser, type ParsedModule } from './module-parser.ts';

/** The modules by the name they have in the schema, in the order in which they import parameterized types. */
const MODULES = [
  { key: 'h235', name: 'H235-SECURITY-MESSAGES' },
  { key: 'h245', name: 'MULTIMEDIA-SYSTEM-CONTROL' },
  { key: 'h225', name: 'H323-MESSAGES' },
] as const;

const BUILT_IN = new Set(['BOOLEAN', 'NULL', 'OBJECT IDENTIFIER']);

/** Makes the schema of module texts, every reference resolved. */
export function createSchema(textOf: (moduleName: string) => string): Schema {
  const schema: Record<string, Record<string, SchemaType>> = {};
  let parameterized: ParsedModule['parameterized'] = new Map();
  for (const { key, name } of MODULES) {
    const module = new ModuleParser(textOf(name), parameterized).parse();
    parameterized = module.parameterized;
    const qualify = (reference: string) => qualifiedName(reference, module);
    schema[key] = Object.fromEntries(
      [...module.types].map(([type, body]) => [type, withReferences(body, qualify)]),
    );
  }
  return schema;
}

function qualifiedName(reference: string, module: ParsedModule): string {
  if (BUILT_IN.has(reference) || module.types.has(reference)) return reference;
  const from = module.imports.get(reference);
  const key = MODULES.find(({ name }) => name === from)?.key ?? (SIGNED_PARTS.has(reference) ? 'h235' : null);
  if (key === null) throw new SyntaxError(`nothing defines ${reference}`);
  return `${key}.${reference}`;
}

/** What H.235's parameterized types name inside, used where they are expanded. */
const SIGNED_PARTS = new Set(['Params', 'EncodedPwdCertToken', 'EncodedGeneralToken']);

function withReferences(type: SchemaType, qualify: (reference: string) => string): SchemaType {
  if (typeof type === 'string') return qualify(type);
  if ('sequenceOf' in type) return { ...type, sequenceOf: withReferences(type.sequenceOf, qualify) };
  if ('openType' in type) return { openType: withReferences(type.openType, qualify) };
  const inside = <Part extends readonly [string, SchemaType, 'OPTIONAL'?]>(parts: readonly Part[]) =>
    parts.map(([name, part, ...rest]) => [name, withReferences(part, qualify), ...rest] as unknown as Part);
  if ('sequence' in type) {
    const sequence = inside(type.sequence);
    return type.additions ? { sequence, additions: inside(type.additions) } : { sequence };
  }
  if ('choice' in type) {
    const choice = inside(type.choice);
    return type.additions ? { choice, additions: inside(type.additions) } : { choice };
  }
  return type;
}
