import type { z } from 'zod';
import type { KeyPath } from './key-path.ts';

/** What this file needs of a zod schema: the objects, and the wrappers around them. */
interface SchemaNode {
  readonly def: {
    readonly type: string;
    readonly innerType?: SchemaNode;
    readonly in?: SchemaNode;
    readonly out?: SchemaNode;
    readonly element?: SchemaNode;
    readonly shape?: Readonly<Record<string, SchemaNode>>;
  };
}

/** The path of every key, groups before their members; lists count as one key. */
export function keyPathsOf(schema: z.ZodType): string[][] {
  return pathsBelow(schema, []);
}

/** The keys of the group that stands at a path; empty where there is no group. */
export function keysAt(schema: z.ZodType, path: KeyPath): string[] {
  let node: SchemaNode | undefined = schema;
  for (const step of path) {
    const { def }: SchemaNode = unwrap(node);
    node = typeof step === 'number' ? def.element : def.shape?.[step];
    if (node === undefined) return [];
  }
  return Object.keys(unwrap(node).def.shape ?? {});
}

function pathsBelow(node: SchemaNode, path: readonly string[]): string[][] {
  const members = Object.entries(unwrap(node).def.shape ?? {});
  return members.flatMap(([key, member]) => [[...path, key], ...pathsBelow(member, [...path, key])]);
}

/** Takes off defaults, `nullable` and the like. */
function unwrap(node: SchemaNode): SchemaNode {
  const { innerType, out } = node.def;
  const inner = innerType ?? out;
  return inner === undefined ? node : unwrap(inner);
}
