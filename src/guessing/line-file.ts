import { appendFile, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Lines that may wait for the disk. */
const WAITING_MAXIMUM = 10_000;

/**
 * A file that lines are added to, one after the other, never waited for. It is opened anew each time, so that whoever
 * rotates logs may move it away.
 */
export class LineFile {
  readonly #path: string;
  readonly #onTrouble: (detail: string | null) => void;
  readonly #waiting: string[] = [];
  #writing: Promise<void> | null = null;
  #isFailing = false;

  /** @param onTrouble told once when lines are lost, and with null when they can be written again */
  constructor(path: string, onTrouble: (detail: string | null) => void) {
    this.#path = path;
    this.#onTrouble = onTrouble;
  }

  /** Makes it where it is not there yet: who reads along may want a file to begin with. */
  create(): void {
    this.#append('');
  }

  push(line: string): void {
    this.#append(`${line}\n`);
  }

  /** Resolves when all lines are written, or lost. */
  async flush(): Promise<void> {
    while (this.#writing !== null) await this.#writing;
  }

  #append(text: string): void {
    if (this.#waiting.length >= WAITING_MAXIMUM) this.#fail('the disk is too slow');
    else {
      this.#waiting.push(text);
      this.#writing ??= this.#write();
    }
  }

  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      const lines = this.#waiting.splice(0).join('');
      try {
        await mkdir(dirname(this.#path), { recursive: true });
        await appendFile(this.#path, lines, { mode: 0o640 });
        if (this.#isFailing) this.#onTrouble(null);
        this.#isFailing = false;
      } catch (error) {
        this.#fail(error instanceof Error ? error.message : String(error));
      }
    }
    this.#writing = null;
  }

  #fail(detail: string): void {
    if (!this.#isFailing) this.#onTrouble(detail);
    this.#isFailing = true;
  }
}
