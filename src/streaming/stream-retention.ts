import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { STREAMS_FOLDER } from './stream-pool.ts';

const SWEEP_MS = 60_000;
const HOUR_MS = 3_600_000;
/** What is to be kept for no time at all stays so long after its last fragment: whoever follows it reads it whole. */
const GRACE_MS = 60_000;

/** `ChimeVoiceConnector-<connector>-<UUID>` */
const STREAM_NAME = /^ChimeVoiceConnector-(.+)-[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

/** Removes the files of streams that are older than their connector keeps them. */
export class StreamRetention {
  readonly #folder: string;
  readonly #hoursOf: (voiceConnectorId: string) => number | null;
  #timer: NodeJS.Timeout | null = null;

  /** @param hoursOf null for a connector that is not known: its files are nobody's to remove */
  constructor(dataDirectory: string, hoursOf: (voiceConnectorId: string) => number | null) {
    this.#folder = join(dataDirectory, STREAMS_FOLDER);
    this.#hoursOf = hoursOf;
  }

  start(): void {
    this.#timer ??= setInterval(() => void this.sweep(Date.now()), SWEEP_MS).unref();
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  /** Never rejects: what cannot be removed is tried again. */
  async sweep(nowMs: number): Promise<void> {
    for (const name of await listOrEmpty(this.#folder)) {
      const hours = this.#hoursOf(STREAM_NAME.exec(name)?.[1] ?? '');
      if (hours === null) continue;
      const oldestMs = nowMs - Math.max(GRACE_MS, hours * HOUR_MS);
      await removeOlder(join(this.#folder, name), oldestMs);
    }
  }
}

/** The file's last change is that of its last fragment. The folders stay: the stream is used again. */
async function removeOlder(streamFolder: string, oldestMs: number): Promise<void> {
  for (const created of await listOrEmpty(streamFolder)) {
    const folder = join(streamFolder, created);
    for (const file of await listOrEmpty(folder)) {
      const path = join(folder, file);
      const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
      if (file.endsWith('.mkv') && mtimeMs < oldestMs) await rm(path, { force: true }).catch(() => undefined);
    }
  }
}

async function listOrEmpty(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}
