import { readdirSync, readFileSync, statSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { RecordingSegment } from '../meeting/meeting-recorder.ts';

/** Somebody's words, by the time of the recording. */
export interface SpokenWords {
  readonly callId: string;
  /** As in the roster; null where nobody knows any more. */
  readonly name: string | null;
  readonly startMs: number;
  readonly endMs: number;
}

/** What stands beside a recording, in a file of the same name that ends in `.json`. */
export interface Sidecar extends RecordingSegment {
  readonly meetingId: string;
  readonly title: string;
  /** Of the sound; null while it is written. */
  readonly durationMs: number | null;
  readonly spoken: readonly SpokenWords[];
}

const INTERRUPTED = 'The service ended before the recording did.';

/** Writes it as a whole or not at all: whoever reads meanwhile, or after a crash, finds the one before. */
export async function writeSidecar(path: string, sidecar: Sidecar): Promise<void> {
  const beside = `${path}.new`;
  await writeFile(beside, `${JSON.stringify(sidecar, null, 2)}\n`, { mode: 0o640 });
  await rename(beside, path);
}

/** The recordings that an earlier run left in a folder, oldest first; files that are no sidecars are passed over. */
export function readSidecars(folder: string): RecordingSegment[] {
  return listOrEmpty(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .flatMap((name) => readSidecar(join(folder, name)));
}

function readSidecar(path: string): RecordingSegment[] {
  try {
    const { id, startedAtMs, endedAtMs, startedBy, file, failure }: Sidecar = JSON.parse(
      readFileSync(path, 'utf8'),
    );
    if (typeof id !== 'string' || typeof file !== 'string' || basename(path) !== `${id}.json`) return [];
    const segment = { id, startedAtMs, endedAtMs, startedBy, file, failure };
    if (endedAtMs !== null) return [segment];
    const { mtimeMs } = statSync(join(dirname(path), basename(file)));
    return [{ ...segment, endedAtMs: Math.round(mtimeMs), failure: failure ?? INTERRUPTED }];
  } catch {
    return [];
  }
}

function listOrEmpty(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
