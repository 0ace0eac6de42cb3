import { randomInt, randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** A stream of Kinesis Video Streams, as we stand in for it: a folder, with a file for each time it was written. */
export interface PooledStream {
  readonly voiceConnectorId: string;
  readonly arn: string;
  /** Under `dataDirectory`. */
  readonly folder: string;
}

export const STREAMS_FOLDER = 'streams';

/** A prefix that all fragment numbers have, then the time, then chance and room to count. */
const FRAGMENT_PREFIX = '91343852333181';
const MS_DIGITS = 13;
const CHANCE_DIGITS = 10;

/** 47 digits; later ones are greater. */
export function createFragmentNumber(nowMs: number): string {
  const chance = `${randomInt(10 ** CHANCE_DIGITS)}`.padStart(CHANCE_DIGITS, '0');
  return `${FRAGMENT_PREFIX}${`${nowMs}`.padStart(MS_DIGITS, '0')}${chance}${'0'.repeat(CHANCE_DIGITS)}`;
}

/** The streams of all connectors. They are used again, as AWS does: one for each party of a call at a time. */
export class StreamPool {
  readonly #dataDirectory: string;
  readonly #arnPrefix: string;
  readonly #free = new Map<string, PooledStream[]>();

  constructor(dataDirectory: string, region: string, accountId: string) {
    this.#dataDirectory = dataDirectory;
    this.#arnPrefix = `arn:aws:kinesisvideo:${region}:${accountId}:stream`;
  }

  take(voiceConnectorId: string, nowMs: number): PooledStream {
    const free = this.#free.get(voiceConnectorId) ?? this.#find(voiceConnectorId);
    this.#free.set(voiceConnectorId, free);
    const used = free.shift();
    if (used !== undefined) return used;
    return this.#describe(voiceConnectorId, `${streamPrefix(voiceConnectorId)}${randomUUID()}`, `${nowMs}`);
  }

  giveBack(stream: PooledStream): void {
    this.#free.get(stream.voiceConnectorId)?.push(stream);
  }

  /** Those that an earlier run has made. */
  #find(voiceConnectorId: string): PooledStream[] {
    const prefix = streamPrefix(voiceConnectorId);
    const folder = join(this.#dataDirectory, STREAMS_FOLDER);
    return listOrEmpty(folder)
      .filter((name) => name.startsWith(prefix))
      .flatMap((name) => {
        const createdAt = listOrEmpty(join(folder, name)).find((it) => /^\d{13}$/.test(it));
        return createdAt === undefined ? [] : [this.#describe(voiceConnectorId, name, createdAt)];
      });
  }

  #describe(voiceConnectorId: string, name: string, createdAt: string): PooledStream {
    const arn = `${this.#arnPrefix}/${name}/${createdAt}`;
    return { voiceConnectorId, arn, folder: `${STREAMS_FOLDER}/${name}/${createdAt}` };
  }
}

function streamPrefix(voiceConnectorId: string): string {
  return `ChimeVoiceConnector-${voiceConnectorId}-`;
}

function listOrEmpty(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
