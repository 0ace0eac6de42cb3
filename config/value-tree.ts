import type { KeyPath } from './key-path.ts';

/** A group of keys as it was read, not yet validated. */
export type ValueGroup = Readonly<Record<string, unknown>>;

export function isGroup(value: unknown): value is ValueGroup {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Lays one value over another: groups are merged key by key, everything else is replaced. */
export function overlay(under: unknown, over: unknown): unknown {
  if (!isGroup(under) || !isGroup(over)) return over;
  // `fromEntries` defines properties, so that a key named __proto__ is one more unknown key and nothing else.
  return Object.fromEntries([
    ...Object.entries(under),
    ...Object.entries(over).map(([key, value]) => [
      key,
      Object.hasOwn(under, key) ? overlay(under[key], value) : value,
    ]),
  ]);
}

/** The tree with a value laid over at a path; a number steps into a list where there is one. */
export function overlayAt(tree: unknown, path: KeyPath, value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return overlay(tree, value);
  if (Array.isArray(tree) && typeof step === 'number' && step <= tree.length) {
    return [...tree.slice(0, step), overlayAt(tree[step], rest, value), ...tree.slice(step + 1)];
  }
  const group = isGroup(tree) ? tree : {};
  const key = String(step);
  return overlay(group, Object.fromEntries([[key, overlayAt(ownValue(group, key), rest, value)]]));
}

/** The value at a path; undefined where there is none. */
export function valueAt(tree: unknown, path: KeyPath): unknown {
  let value = tree;
  for (const step of path) {
    if (Array.isArray(value) && typeof step === 'number') value = value[step];
    else if (isGroup(value)) value = ownValue(value, String(step));
    else return undefined;
  }
  return value;
}

function ownValue(group: ValueGroup, key: string): unknown {
  return Object.hasOwn(group, key) ? group[key] : undefined;
}
