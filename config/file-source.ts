import { readFileSync } from 'node:fs';
import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
} from 'yaml';
import { ConfigError } from './config-error.ts';
import type { KeyPath } from './key-path.ts';
import type { ConfigSource } from './source.ts';
import { isGroup, overlay } from './value-tree.ts';

/**
 * Reads a configuration file, YAML 1.2 or JSON (which is YAML too).
 * @throws ConfigError when it cannot be read, is not YAML, or holds no keys.
 */
export function readFileSource(file: string): ConfigSource {
  const lines = new LineCounter();
  const document = parseDocument(readText(file), { lineCounter: lines, prettyErrors: false });
  const issues = document.errors.map((error) => {
    const { line, col } = lines.linePos(error.pos[0]);
    return { key: '', source: `${file}:${line}:${col}`, detail: lowerFirst(error.message) };
  });
  if (issues.length > 0) throw new ConfigError(issues);
  keepWrittenDigits(document);
  const values = toPlain(document, file);
  return {
    applyTo: (tree) => overlay(tree, values),
    locate: (path) => {
      const offset = offsetOf(document, path);
      return offset === null ? null : `${file}:${lines.linePos(offset).line}`;
    },
  };
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reasons: Record<string, string> = {
      ENOENT: 'there is no such file',
      EACCES: 'no permission to read it',
      EISDIR: 'it is a folder, not a file',
    };
    const detail = `cannot be read: ${reasons[code ?? ''] ?? code}`;
    throw new ConfigError([{ key: '', source: file, detail }]);
  }
}

/** YAML takes 0123 and +12065550100 for numbers, and the zero and the plus would be lost. */
function keepWrittenDigits(document: Document): void {
  visit(document, {
    Scalar(_, node) {
      const { source } = node;
      if (typeof node.value === 'number' && source !== undefined && /^(?:\+|-?0)\d/.test(source)) {
        node.value = source;
      }
    },
  });
}

function toPlain(document: Document, file: string): unknown {
  try {
    const values: unknown = document.toJS() ?? {};
    if (isGroup(values)) return values;
  } catch (error) {
    // Aliases that multiply without end.
    throw new ConfigError([{ key: '', source: file, detail: lowerFirst(String((error as Error).message)) }]);
  }
  throw new ConfigError([{ key: '', source: file, detail: 'holds no keys; expected lines such as "sip:"' }]);
}

/** Where the key, or the list's element, at a path begins in the text. */
function offsetOf(document: Document, path: KeyPath): number | null {
  let node: unknown = document.contents;
  let offset = 0;
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
      if (pair === undefined) return null;
      offset = startOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node) && typeof step === 'number' && step < node.items.length) {
      node = node.items[step];
      offset = startOf(node) ?? offset;
    } else return null;
  }
  return offset;
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

function lowerFirst(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
