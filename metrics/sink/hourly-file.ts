import { join } from 'node:path';
import { AppendFailure, AppendFile } from './append-file.ts';
import { hourName } from './sink.ts';

const HOUR_MS = 3_600_000;
const BATCH_CHARACTERS = 65_536;

/** What the files of one sink share: the room for lines not yet written, and their counters. */
export interface LineBudget {
  readonly maxPendingCharacters: number;
  pendingCharacters: number;
  linesWritten: number;
  linesDropped: number;
}

export interface HourlyFileListener {
  onFailing(place: string, error: unknown): void;
  onRecovered(place: string): void;
}

/** Lines of one hour, to be written at once. */
interface Batch {
  readonly hour: number;
  readonly lines: string[];
  characters: number;
}

/** One destination: lines wait here in batches and are appended to the file of their UTC hour. */
export class HourlyFile {
  readonly #folder: string;
  readonly #budget: LineBudget;
  readonly #listener: HourlyFileListener;
  readonly #open: (path: string) => Promise<AppendFile>;
  readonly #pending: Batch[] = [];
  #file: { readonly hour: number; readonly appender: AppendFile } | null = null;
  #flushing: Promise<void> | null = null;
  #isFailing = false;
  /** Somebody may have deleted the file since it was last looked at: asked once a flush, not for each batch. */
  #mayBeGone = false;

  constructor(
    folder: string,
    budget: LineBudget,
    listener: HourlyFileListener,
    open: (path: string) => Promise<AppendFile> = AppendFile.open,
  ) {
    this.#open = open;
    this.#folder = folder;
    this.#budget = budget;
    this.#listener = listener;
  }

  push(line: string, atMs: number): void {
    const hour = Math.floor(atMs / HOUR_MS);
    let batch = this.#pending.at(-1);
    if (batch === undefined || batch.hour !== hour || batch.characters >= BATCH_CHARACTERS) {
      batch = { hour, lines: [], characters: 0 };
      this.#pending.push(batch);
    }
    batch.lines.push(line);
    batch.characters += line.length;
    this.#budget.pendingCharacters += line.length;
    this.#dropOldest();
    if (batch.characters >= BATCH_CHARACTERS && !this.#isFailing) {
      void this.#writePending();
    }
  }

  /**
   * Resolves when everything that waits now is written, or writing has failed; never rejects. With nothing to
   * write it closes the file, so that a destination at rest holds no descriptor.
   */
  flush(): Promise<void> {
    this.#mayBeGone = true;
    return this.#writePending();
  }

  #writePending(): Promise<void> {
    if (this.#flushing === null && (this.#pending.length > 0 || this.#file !== null)) {
      this.#flushing = this.#drain();
    }
    return this.#flushing ?? Promise.resolve();
  }

  async stop(): Promise<void> {
    await this.flush();
    for (let batch = this.#pending.shift(); batch !== undefined; batch = this.#pending.shift()) {
      this.#release(batch, batch.lines.length);
      this.#budget.linesDropped += batch.lines.length;
    }
    await this.#closeFile();
  }

  /** Called with something to write or to close, so that it never ends before `#flushing` is set. */
  async #drain(): Promise<void> {
    if (this.#pending.length === 0) {
      await this.#closeFile();
    }
    for (let batch = this.#pending.shift(); batch !== undefined; batch = this.#pending.shift()) {
      try {
        await this.#write(batch);
      } catch (error) {
        this.#putBack(batch, error instanceof AppendFailure ? error.wholeLines : 0);
        await this.#closeFile();
        this.#fail(batch.hour, error);
        break;
      }
      this.#release(batch, batch.lines.length);
      this.#budget.linesWritten += batch.lines.length;
      this.#recover(batch.hour);
    }
    this.#flushing = null;
  }

  async #write(batch: Batch): Promise<void> {
    if (
      this.#file !== null &&
      (this.#file.hour !== batch.hour || (await this.#isGone(this.#file.appender)))
    ) {
      await this.#closeFile();
    }
    this.#file ??= { hour: batch.hour, appender: await this.#open(this.#path(batch.hour)) };
    await this.#file.appender.append(`${batch.lines.join('\n')}\n`);
  }

  async #isGone(appender: AppendFile): Promise<boolean> {
    if (!this.#mayBeGone) return false;
    this.#mayBeGone = false;
    return appender.isGone();
  }

  #putBack(batch: Batch, wholeLines: number): void {
    this.#release(batch, wholeLines);
    this.#budget.linesWritten += wholeLines;
    batch.lines.splice(0, wholeLines);
    if (batch.lines.length > 0) {
      this.#pending.unshift(batch);
    }
    this.#dropOldest();
  }

  /** Gives back the room of the first `lines` lines of a batch. */
  #release(batch: Batch, lines: number): void {
    const characters = batch.lines.slice(0, lines).reduce((sum, line) => sum + line.length, 0);
    batch.characters -= characters;
    this.#budget.pendingCharacters -= characters;
  }

  #dropOldest(): void {
    const budget = this.#budget;
    while (budget.pendingCharacters > budget.maxPendingCharacters) {
      const oldest = this.#pending[0];
      const line = oldest?.lines.shift();
      if (oldest === undefined || line === undefined) {
        return; // The rest of the room is held by other files, or is being written.
      }
      oldest.characters -= line.length;
      budget.pendingCharacters -= line.length;
      budget.linesDropped++;
      if (oldest.lines.length === 0) {
        this.#pending.shift();
      }
    }
  }

  #fail(hour: number, error: unknown): void {
    if (!this.#isFailing) {
      this.#isFailing = true;
      this.#listener.onFailing(this.#path(hour), error instanceof AppendFailure ? error.cause : error);
    }
  }

  #recover(hour: number): void {
    if (this.#isFailing) {
      this.#isFailing = false;
      this.#listener.onRecovered(this.#path(hour));
    }
  }

  async #closeFile(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    await file?.appender.close().catch(() => undefined);
  }

  #path(hour: number): string {
    return join(this.#folder, `${hourName(hour * HOUR_MS)}.jsonl`);
  }
}
