import {
  closeSync,
  fdatasync,
  futimesSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import {
  type LedgerEntry,
  type LedgerLine,
  LedgerState,
  parseLedger,
  serializeLedger,
  serializeLedgerLine,
} from './ledger-state.ts';

const FILE_MODE = 0o640;
const DIRECTORY_MODE = 0o750;
/** Then the file is begun anew with what is still open. */
const MAX_BYTES = 1_048_576;

/** What an earlier run has left unwritten. */
export interface LeftOver<Facts> {
  readonly entries: readonly LedgerEntry<Facts>[];
  /** When that run was last known to be alive. */
  readonly aliveAtMs: number;
}

/**
 * A file of what is still to be written. A line is in it when the method returns (a few microseconds: the kernel has it,
 * and a process that is killed loses nothing); `sync` makes it outlive the machine too.
 */
export class Ledger<Facts> {
  readonly #path: string;
  readonly #state: LedgerState<Facts>;
  readonly leftOver: LeftOver<Facts>;
  #descriptor: number;
  #bytes = 0;
  /** What is worth keeping when the file is begun anew. */
  #liveBytes = 0;
  #isDirty = false;

  /** @throws the system's error where the file cannot be read or made */
  constructor(path: string) {
    this.#path = path;
    mkdirSync(dirname(path), { recursive: true, mode: DIRECTORY_MODE });
    const found = readIfThere(path);
    const { entries } = parseLedger<Facts>(found.text);
    this.leftOver = { entries, aliveAtMs: found.modifiedMs };
    this.#state = new LedgerState<Facts>();
    for (const { id, facts, objects } of entries) {
      if (facts !== null) this.#state.apply({ line: 'begin', id, facts });
      if (objects !== null) this.#state.apply({ line: 'end', id, objects });
    }
    this.#descriptor = this.#begin();
  }

  get openEntries(): number {
    return this.#state.size;
  }

  /** @throws the system's error where the disk takes no more; what was said counts all the same in this run */
  append(line: LedgerLine<Facts>): void {
    this.#state.apply(line);
    const bytes = Buffer.from(serializeLedgerLine(line));
    writeAllSync(this.#descriptor, bytes);
    this.#bytes += bytes.length;
    this.#isDirty = true;
    if (this.#bytes > Math.max(MAX_BYTES, 2 * this.#liveBytes)) this.#beginAnew();
  }

  /** Says that we live: what ends with us ended now at the earliest. */
  touch(nowMs: number): void {
    if (this.#state.size > 0) futimesSync(this.#descriptor, nowMs / 1000, nowMs / 1000);
  }

  /** Resolves when what was appended would outlive the machine. Never rejects: the next one may do better. */
  sync(): Promise<void> {
    if (!this.#isDirty) return Promise.resolve();
    this.#isDirty = false;
    return new Promise((resolve) => {
      fdatasync(this.#descriptor, (error) => {
        if (error !== null) this.#isDirty = true;
        resolve();
      });
    });
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #beginAnew(): void {
    const previous = this.#descriptor;
    this.#descriptor = this.#begin();
    closeSync(previous);
  }

  #begin(): number {
    const text = serializeLedger(this.#state.entries);
    const beside = `${this.#path}.new`;
    writeFileSync(beside, text, { mode: FILE_MODE, flush: true });
    renameSync(beside, this.#path);
    this.#bytes = Buffer.byteLength(text);
    this.#liveBytes = this.#bytes;
    return openSync(this.#path, 'a', FILE_MODE);
  }
}

function readIfThere(path: string): { readonly text: string; readonly modifiedMs: number } {
  try {
    return { text: readFileSync(path, 'utf8'), modifiedMs: statSync(path).mtimeMs };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      return { text: '', modifiedMs: 0 };
    throw error;
  }
}

/** A disk that is nearly full may take a part; the torn line ends where the next one begins. */
function writeAllSync(descriptor: number, bytes: Uint8Array): void {
  let written = 0;
  try {
    while (written < bytes.length) written += writeSync(descriptor, bytes, written);
  } catch (error) {
    if (written > 0) endTornLine(descriptor);
    throw error;
  }
}

function endTornLine(descriptor: number): void {
  try {
    writeSync(descriptor, '\n');
  } catch {
    // Then the next line is lost with it; the calls of this run are written from memory.
  }
}
