import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';

const NEWLINE = 0x0a;
const DIRECTORY_MODE = 0o750; // Who calls whom is not for everybody.
const FILE_MODE = 0o640;

export type AppendHandle = Pick<FileHandle, 'write' | 'read' | 'stat' | 'truncate' | 'close'>;

/**
 * A file of lines that only grows. Opening it mends a last line that a crash has torn; a write that fails half
 * way is cut back to its last whole line.
 */
export class AppendFile {
  readonly #handle: AppendHandle;
  #size: number;
  #needsNewline: boolean;

  private constructor(handle: AppendHandle, size: number, needsNewline: boolean) {
    this.#handle = handle;
    this.#size = size;
    this.#needsNewline = needsNewline;
  }

  /** @throws the system's error when the folder or the file cannot be made or opened. */
  static async open(path: string): Promise<AppendFile> {
    await mkdir(dirname(path), { recursive: true, mode: DIRECTORY_MODE });
    // 'a+': O_APPEND, so that no other writer's line is ever overwritten, and readable for its last byte.
    return AppendFile.from(await open(path, 'a+', FILE_MODE));
  }

  static async from(handle: AppendHandle): Promise<AppendFile> {
    try {
      const { size } = await handle.stat();
      const last = Buffer.alloc(1);
      const { bytesRead } = size > 0 ? await handle.read(last, 0, 1, size - 1) : { bytesRead: 0 };
      return new AppendFile(handle, size, bytesRead === 1 && last[0] !== NEWLINE);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** True when somebody has deleted the file under us. */
  async isGone(): Promise<boolean> {
    return (await this.#handle.stat()).nlink === 0;
  }

  /**
   * Appends lines that each end in a newline.
   * @throws AppendFailure, saying how many lines stand in the file all the same.
   */
  async append(text: string): Promise<void> {
    const bytes = Buffer.from(this.#needsNewline ? `\n${text}` : text);
    let written = 0;
    try {
      while (written < bytes.length) {
        const { bytesWritten } = await this.#handle.write(bytes, written, bytes.length - written);
        if (bytesWritten === 0) {
          throw new Error('the file takes no more bytes');
        }
        written += bytesWritten;
      }
    } catch (error) {
      throw new AppendFailure(error, await this.#cutBack(bytes, written));
    }
    this.#size += written;
    this.#needsNewline = false;
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  /** Cuts a line that was written in part; returns the number of our lines that are whole. */
  async #cutBack(bytes: Buffer, written: number): Promise<number> {
    const wholeBytes = written === 0 ? 0 : bytes.lastIndexOf(NEWLINE, written - 1) + 1;
    if (wholeBytes < written) {
      // Where even this fails, the next opening puts a newline after the torn line.
      await this.#handle.truncate(this.#size + wholeBytes).catch(() => undefined);
    }
    const newlines = bytes.subarray(0, wholeBytes).reduce((sum, byte) => sum + Number(byte === NEWLINE), 0);
    return newlines - Number(this.#needsNewline && newlines > 0);
  }
}

/** An append that failed, and how far it came. */
export class AppendFailure extends Error {
  override readonly name = 'AppendFailure';
  readonly wholeLines: number;

  constructor(cause: unknown, wholeLines: number) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.wholeLines = wholeLines;
  }
}
