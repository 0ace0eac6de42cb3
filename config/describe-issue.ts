import type { z } from 'zod';
import type { ConfigIssue } from './config-error.ts';
import { formatKeyPath, type KeyPath } from './key-path.ts';
import { keyPathsOf, keysAt } from './schema-keys.ts';
import { suggest } from './suggestion.ts';
import { isGroup, valueAt } from './value-tree.ts';

/** Values that were held against a schema. */
export interface ReadValues {
  readonly schema: z.ZodType;
  readonly tree: unknown;
  /** For a person, where the value at a path was written; empty when there is nothing to say. */
  locate(path: KeyPath): string;
}

/** Values are never shown for these; messages end up in logs and tickets. */
const SECRET_KEYS = ['password', 'secret'];

/** What zod found, in our words: key, place, what was found, what is allowed, what was probably meant. */
export function describeIssues(issues: readonly z.core.$ZodIssue[], read: ReadValues): ConfigIssue[] {
  const described = issues.flatMap((issue) => {
    const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
    if (issue.code !== 'unrecognized_keys') return [describeValue(path, issue.message, read)];
    return issue.keys.map((key) => describeUnknownKey(path, key, read));
  });
  // One value can break two rules; the first one said what is allowed.
  return [...new Map(described.toReversed().map((issue) => [issue.key, issue])).values()].toReversed();
}

/** @param allowed what the value at the path may be, in a phrase */
export function describeValue(path: KeyPath, allowed: string, { tree, locate }: ReadValues): ConfigIssue {
  const found = valueAt(tree, path);
  const isSecret = SECRET_KEYS.includes(String(path.at(-1)));
  return {
    key: formatKeyPath(path),
    // What is missing has no place; the group that it is missing from has.
    source: locate(found === undefined ? path.slice(0, -1) : path),
    detail: `found ${isSecret ? 'a value that is not shown' : describeFound(found)}; allowed: ${allowed}`,
  };
}

function describeUnknownKey(group: KeyPath, key: string, { schema, locate }: ReadValues): ConfigIssue {
  const siblings = keysAt(schema, group);
  const elsewhere = keyPathsOf(schema).filter((path) => path.at(-1) === key);
  const path = [...group, key];
  const near = suggest(key, siblings);
  const suggestion = near === null ? elsewhere[0] : [...group, near];
  const hint =
    suggestion === undefined
      ? `the keys here are ${siblings.join(', ')}`
      : `did you mean ${formatKeyPath(suggestion)}?`;
  return { key: formatKeyPath(path), source: locate(path), detail: `unknown key; ${hint}` };
}

function describeFound(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value) && value.some((element) => typeof element === 'object')) return 'a list';
  if (isGroup(value)) return 'a group of keys';
  const written = JSON.stringify(value);
  return written.length > 60 ? `${written.slice(0, 60)}…` : written;
}
