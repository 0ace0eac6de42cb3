/**
 * A sound file that is written while its sound comes in: by the second, off the packet path, and never waited for. After
 * each piece the lengths in the header are written anew, behind the sound they count, so that a file left by a crash
 * is whole up to its last second.
 */
import type { SoundFormat } from './sound-format.ts';

/** What is needed of `node:fs`'s FileHandle. */
export interface OutputFile {
  write(
    bytes: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ bytesWritten: number }>;
  truncate(length: number): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** Pieces that wait for the disk; with more it is too slow, and memory must not pay for that. */
const WAITING_MAXIMUM = 30;

export class SoundFile {
  readonly #format: SoundFormat;
  readonly #onFailure: (detail: string) => void;
  /** One second, being filled. */
  #piece: Int16Array;
  #filled = 0;
  readonly #waiting: Int16Array[] = [];
  #file: OutputFile | null = null;
  /** That stands in the file. */
  #header: Uint8Array | null = null;
  #dataLength = 0;
  #written = 0;
  #appended = 0;
  #failure: string | null = null;
  #writing: Promise<void> | null = null;

  /** @param onFailure told once: what is on the disk by then stays, and is whole; nothing more is written */
  constructor(sampleRateHz: number, format: SoundFormat, onFailure: (detail: string) => void) {
    this.#format = format;
    this.#onFailure = onFailure;
    this.#piece = new Int16Array(sampleRateHz);
  }

  get failure(): string | null {
    return this.#failure;
  }

  /** Samples given so far. */
  get appended(): number {
    return this.#appended;
  }

  /** Samples that stand in the file. */
  get written(): number {
    return this.#written;
  }

  /** @throws the system's error where the file cannot be opened or its header not be written */
  async open(opening: Promise<OutputFile>): Promise<void> {
    const file = await opening;
    try {
      await this.#writeHeader(file, false);
    } catch (error) {
      await file.close().catch(() => undefined);
      throw error;
    }
    this.#file = file;
    this.#write();
  }

  /** Takes samples as they come. Never throws, never waits. */
  append(samples: Int16Array, offset: number, count: number): void {
    if (this.#failure !== null) return;
    this.#appended += count;
    for (let taken = 0; taken < count; ) {
      const part = Math.min(count - taken, this.#piece.length - this.#filled);
      this.#piece.set(samples.subarray(offset + taken, offset + taken + part), this.#filled);
      this.#filled += part;
      taken += part;
      if (this.#filled === this.#piece.length) this.#finishPiece();
    }
  }

  /** Writes what is left and closes; resolves when the file is whole on the disk. Never rejects. */
  async close(): Promise<void> {
    if (this.#filled > 0) this.#finishPiece();
    while (this.#writing !== null) await this.#writing;
    const file = this.#file;
    this.#file = null;
    if (file === null) return;
    await this.#finish(file).catch((error: unknown) => this.#fail(error));
    await file.sync().catch((error: unknown) => this.#fail(error));
    await file.close().catch((error: unknown) => this.#fail(error));
  }

  async #finish(file: OutputFile): Promise<void> {
    if (this.#failure === null) await this.#writeHeader(file, true);
    // A part of a piece may stand behind the last that is whole.
    else await file.truncate(this.#format.headerLength + this.#dataLength);
  }

  #finishPiece(): void {
    this.#waiting.push(this.#piece.subarray(0, this.#filled));
    this.#piece = new Int16Array(this.#piece.length);
    this.#filled = 0;
    if (this.#waiting.length > WAITING_MAXIMUM) this.#fail(new Error('the disk is too slow'));
    else this.#write();
  }

  #write(): void {
    if (this.#file === null || this.#writing !== null || this.#waiting.length === 0) return;
    this.#writing = this.#writeWaiting(this.#file)
      .catch((error: unknown) => this.#fail(error))
      .finally(() => {
        this.#writing = null;
        this.#write();
      });
  }

  async #writeWaiting(file: OutputFile): Promise<void> {
    for (let piece = this.#waiting.shift(); piece !== undefined; piece = this.#waiting.shift()) {
      const bytes = this.#format.encode(piece);
      await writeAll(file, bytes, this.#format.headerLength + this.#dataLength);
      await this.#writeHeader(file, false);
      this.#dataLength += bytes.length;
      this.#written += piece.length;
    }
  }

  /** Not again, where the format has the same for all that follows. */
  async #writeHeader(file: OutputFile, isComplete: boolean): Promise<void> {
    const header = this.#format.header(isComplete);
    if (header === this.#header) return;
    await writeAll(file, header, 0);
    this.#header = header;
  }

  #fail(error: unknown): void {
    this.#waiting.length = 0;
    this.#filled = 0;
    if (this.#failure !== null) return;
    this.#failure = error instanceof Error ? error.message : String(error);
    this.#onFailure(this.#failure);
  }
}

/** A disk that is nearly full may take a part. */
async function writeAll(file: OutputFile, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}
