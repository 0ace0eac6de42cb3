import type { SchemaType } from '../../../../signaling/h323/per/schema.ts';
import { EXPORTED_TYPES, type PickedTypes } from './picked-types.ts';

const PRIMITIVES: Readonly<Record<string, string>> = {
  BOOLEAN: 'boolean',
  NULL: 'null',
  'OBJECT IDENTIFIER': 'string',
};

/** Writes TypeScript for picked types of one module; what is not picked inside them becomes `unknown`. */
export function declareTypes(
  types: Readonly<Record<string, SchemaType>>,
  picked: PickedTypes,
  header: string,
  imported: { readonly from: string; readonly picked: PickedTypes } | null = null,
): string {
  const importedNames = new Set<string>();
  const named = (name: string): string => {
    if (name in picked) return declaredName(name);
    if (imported === null || !(name in imported.picked)) return plain(name);
    importedNames.add(declaredName(name));
    return declaredName(name);
  };
  const typeOf = (type: SchemaType, only: readonly string[] | '*'): string => {
    const isWanted = ([name]: readonly [string, ...unknown[]]) => only === '*' || only.includes(name);
    if (typeof type === 'string') return PRIMITIVES[type] ?? named(type);
    if ('sequence' in type) {
      const field = (
        [name, inner, optionality]: readonly [string, SchemaType, 'OPTIONAL'?],
        isAddition: boolean,
      ) => `readonly ${quoted(name)}${isAddition || optionality ? '?' : ''}: ${typeOf(inner, '*')};`;
      const root = type.sequence.filter(isWanted).map((one) => field(one, false));
      const additions = (type.additions ?? []).filter(isWanted).map((one) => field(one, true));
      return `{ ${[...root, ...additions].join(' ')} }`;
    }
    if ('choice' in type) {
      const alternatives = [...type.choice, ...(type.additions ?? [])].filter(isWanted);
      return alternatives
        .map(([name, inner]) => `{ readonly choice: '${name}'; readonly value: ${typeOf(inner, '*')} }`)
        .join(' | ');
    }
    if ('sequenceOf' in type) return `readonly (${typeOf(type.sequenceOf, '*')})[]`;
    if ('enumerated' in type) return type.enumerated.map((name) => `'${name}'`).join(' | ');
    if ('integer' in type) return 'number';
    if ('string' in type) return 'string';
    return 'octetString' in type ? 'Uint8Array' : 'unknown';
  };
  /** A name for a simple type (a number, a string) says no more than the type: it is written out. */
  const plain = (name: string): string => {
    const type = types[name];
    if (typeof type === 'string' && type in types) return plain(type);
    return type !== undefined && isSimple(type) ? typeOf(type, '*') : 'unknown';
  };
  const declarations = Object.entries(picked).map(([name, only]) => {
    const type = types[name];
    if (type === undefined) throw new Error(`no type ${name}`);
    const isInterface = typeof type === 'object' && 'sequence' in type;
    const body = typeOf(type, only);
    const visibility = EXPORTED_TYPES.has(declaredName(name)) ? 'export ' : '';
    return isInterface
      ? `${visibility}interface ${declaredName(name)} ${body}`
      : `${visibility}type ${declaredName(name)} = ${body};`;
  });
  const imports = `import type { ${[...importedNames].sort().join(', ')} } from '${imported?.from}';\n\n`;
  return `${header}\n\n${imported === null ? '' : imports}${declarations.join('\n\n')}\n`;
}

function isSimple(type: SchemaType): boolean {
  return typeof type === 'string'
    ? type in PRIMITIVES
    : 'integer' in type || 'string' in type || 'octetString' in type;
}

/** `Setup-UUIE` → `SetupUUIE`. */
function declaredName(name: string): string {
  return name.replaceAll('-', '');
}

function quoted(name: string): string {
  return name.includes('-') ? `'${name}'` : name;
}
