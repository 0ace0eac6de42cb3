/**
 * What a ledger file says. A line says that a call began to be billable (`begin`, with what is known of it), that it
 * ended (`end`, with the objects to be written), or that an object of it is written (`done`).
 */
import type { StoredObject } from '../sink/object-file.ts';

export type LedgerLine<Facts> =
  | { readonly line: 'begin'; readonly id: string; readonly facts: Facts }
  | { readonly line: 'end'; readonly id: string; readonly objects: readonly StoredObject[] }
  | { readonly line: 'done'; readonly id: string; readonly key: string };

/** A call of which something is still to be written. */
export interface LedgerEntry<Facts> {
  readonly id: string;
  /** Null where nothing was known of it before its end. */
  readonly facts: Facts | null;
  /** Null while the call goes on. */
  readonly objects: readonly StoredObject[] | null;
}

export class LedgerState<Facts> {
  readonly #entries = new Map<string, LedgerEntry<Facts>>();

  get entries(): readonly LedgerEntry<Facts>[] {
    return [...this.#entries.values()];
  }

  get size(): number {
    return this.#entries.size;
  }

  apply(line: LedgerLine<Facts>): void {
    const { id } = line;
    const known = this.#entries.get(id);
    if (line.line === 'begin') this.#entries.set(id, { id, facts: line.facts, objects: null });
    else if (line.line === 'end') this.#put(id, known?.facts ?? null, line.objects);
    else if (known?.objects) {
      this.#put(
        id,
        known.facts,
        known.objects.filter(({ key }) => key !== line.key),
      );
    }
  }

  #put(id: string, facts: Facts | null, objects: readonly StoredObject[]): void {
    if (objects.length === 0) this.#entries.delete(id);
    else this.#entries.set(id, { id, facts, objects });
  }
}

/** Lines that a crash has torn, or that are none of ours, are passed over. Never throws. */
export function parseLedger<Facts>(text: string): LedgerState<Facts> {
  const state = new LedgerState<Facts>();
  for (const line of text.split('\n')) {
    const parsed = parseLine<Facts>(line);
    if (parsed !== null) state.apply(parsed);
  }
  return state;
}

/** The lines that lead to the same state. */
export function serializeLedger<Facts>(entries: readonly LedgerEntry<Facts>[]): string {
  return entries
    .flatMap(({ id, facts, objects }) => [
      ...(facts === null ? [] : [serializeLedgerLine<Facts>({ line: 'begin', id, facts })]),
      ...(objects === null ? [] : [serializeLedgerLine<Facts>({ line: 'end', id, objects })]),
    ])
    .join('');
}

export function serializeLedgerLine<Facts>(line: LedgerLine<Facts>): string {
  return `${JSON.stringify(line)}\n`;
}

function parseLine<Facts>(text: string): LedgerLine<Facts> | null {
  try {
    const line = JSON.parse(text);
    if (line === null || typeof line !== 'object' || typeof line.id !== 'string') return null;
    const isBegin = line.line === 'begin' && typeof line.facts === 'object' && line.facts !== null;
    const isEnd = line.line === 'end' && Array.isArray(line.objects) && line.objects.every(isObject);
    const isDone = line.line === 'done' && typeof line.key === 'string';
    return isBegin || isEnd || isDone ? line : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is StoredObject {
  if (value === null || typeof value !== 'object') return false;
  return ['bucket', 'key', 'body'].every((name) => typeof Reflect.get(value, name) === 'string');
}
