import { existsSync } from 'node:fs';
import type { Ledger } from '../../metrics/record/ledger.ts';
import type { LedgerLine } from '../../metrics/record/ledger-state.ts';
import { objectPath, type StoredObject, writeObject } from '../../metrics/sink/object-file.ts';
import { interruptedRecord, type PendingCall } from './pending-call.ts';

const TICK_MS = 1000;
/** Written at once; each waits for its disk. */
const CONCURRENT_WRITES = 4;

export interface RecordKeeperOptions {
  /** The data directory. */
  readonly directory: string;
  /** Null where it cannot be written: then records outlive no crash. */
  readonly ledger: Ledger<PendingCall> | null;
  /** Told once when records cannot be written, with null once they can again. */
  onTrouble(error: Error | null): void;
  now(): number;
}

interface QueuedObject {
  readonly id: string;
  readonly object: StoredObject;
}

/**
 * Sees to it that every call has its record once, also where the process is killed in between: what is not yet written
 * stands in the ledger, and is written at the next start.
 */
export class RecordKeeper {
  readonly #options: RecordKeeperOptions;
  readonly #queue: QueuedObject[] = [];
  readonly #idle = new Set<() => void>();
  #writing = 0;
  #isFailing = false;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: RecordKeeperOptions) {
    this.#options = options;
  }

  /** Objects that are not written yet. */
  get waiting(): number {
    return this.#queue.length + this.#writing;
  }

  start(): void {
    this.#writeLeftOver();
    this.#timer ??= setInterval(() => this.#tick(), TICK_MS).unref();
  }

  /** A call goes on of which a record is due at its end. */
  begin(id: string, facts: PendingCall): void {
    this.#note({ line: 'begin', id, facts });
  }

  /** It ended: its records are written, now or at the next start. */
  end(id: string, objects: readonly StoredObject[]): void {
    this.#note({ line: 'end', id, objects });
    for (const object of objects) this.#queue.push({ id, object });
    this.#drain();
  }

  /** Resolves when everything is written, or has failed and is left for the next start. */
  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.#drain();
    while (this.#writing > 0) await new Promise<void>((resolve) => this.#idle.add(resolve));
    await this.#options.ledger?.sync();
    this.#options.ledger?.close();
  }

  /** An object that is there already was written just before the end. */
  #writeLeftOver(): void {
    const { ledger, directory } = this.#options;
    if (ledger === null) return;
    const { entries, aliveAtMs } = ledger.leftOver;
    for (const { id, facts, objects } of entries) {
      const due = objects ?? (facts === null ? [] : [interruptedRecord(facts, aliveAtMs)]);
      if (objects === null) this.#note({ line: 'end', id, objects: due });
      for (const object of due) {
        if (existsSync(objectPath(directory, object))) this.#note({ line: 'done', id, key: object.key });
        else this.#queue.push({ id, object });
      }
    }
    this.#drain();
  }

  #tick(): void {
    const { ledger, now } = this.#options;
    ledger?.touch(now());
    void ledger?.sync();
    this.#drain();
  }

  #drain(): void {
    while (this.#writing < CONCURRENT_WRITES) {
      const next = this.#queue.shift();
      if (next === undefined) break;
      this.#writing++;
      void this.#write(next);
    }
  }

  async #write(queued: QueuedObject): Promise<void> {
    const { id, object } = queued;
    let isWritten = true;
    try {
      await writeObject(this.#options.directory, object);
      this.#note({ line: 'done', id, key: object.key });
      this.#settle();
    } catch (error) {
      isWritten = false;
      this.#queue.unshift(queued);
      this.#trouble(error);
    }
    this.#writing--;
    // A disk that takes nothing is asked again with the next tick.
    if (isWritten) this.#drain();
    if (this.#writing > 0) return;
    for (const resolve of this.#idle) resolve();
    this.#idle.clear();
  }

  #note(line: LedgerLine<PendingCall>): void {
    try {
      this.#options.ledger?.append(line);
    } catch (error) {
      this.#trouble(error);
    }
  }

  #trouble(error: unknown): void {
    if (this.#isFailing) return;
    this.#isFailing = true;
    this.#options.onTrouble(error instanceof Error ? error : new Error(String(error)));
  }

  #settle(): void {
    if (!this.#isFailing) return;
    this.#isFailing = false;
    this.#options.onTrouble(null);
  }
}
