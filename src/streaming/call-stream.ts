import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { MediaRecording } from '../../media/engine/recording-link.ts';
import {
  type OpenStream,
  type StreamingCall,
  type StreamingChange,
  serializeStreamingEvent,
} from '../../metrics/streaming-event.ts';
import type { StreamedParty } from '../connector/recording-description.ts';
import { createFragmentNumber, type PooledStream } from './stream-pool.ts';
import type { StreamingDesk } from './streaming-desk.ts';

const DIRECTORY_MODE = 0o750;

/** One stream of a call: STARTED and then ENDED, or FAILED in place of either. */
export class CallStream {
  readonly #desk: StreamingDesk;
  readonly #call: StreamingCall;
  readonly #party: StreamedParty;
  #pooled: PooledStream | null = null;
  #open: OpenStream | null = null;
  #recording: MediaRecording | null = null;
  #hasFailed = false;

  constructor(desk: StreamingDesk, call: StreamingCall, party: StreamedParty) {
    this.#desk = desk;
    this.#call = call;
    this.#party = party;
  }

  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /** Never rejects. */
  async start(): Promise<void> {
    const { pool, now } = this.#desk;
    const startMs = now();
    const pooled = pool.take(this.#call.voiceConnectorId, startMs);
    this.#pooled = pooled;
    const startFragmentNumber = createFragmentNumber(startMs);
    const { isCaller, recorded } = this.#party;
    try {
      this.#recording = await this.#record(pooled, startFragmentNumber, startMs);
      this.#open = { isCaller, streamArn: pooled.arn, startFragmentNumber, startMs, recorded };
      this.#tell({ status: 'STARTED', stream: this.#open });
      this.#desk.onTrouble(null);
    } catch (error) {
      this.#fail(error instanceof Error ? error.message : String(error));
    }
  }

  /** Resolves when the file is whole. Never rejects. */
  async stop(): Promise<void> {
    const summary = await this.#recording?.stop();
    const failure = summary?.failure ?? null;
    if (failure !== null) this.#fail(failure);
    if (this.#pooled !== null) this.#desk.pool.giveBack(this.#pooled);
    this.#pooled = null;
    if (this.#open !== null && !this.#hasFailed) this.#tell({ status: 'ENDED', stream: this.#open });
  }

  async #record(
    { folder }: PooledStream,
    firstFragmentNumber: string,
    startedAtMs: number,
  ): Promise<MediaRecording> {
    const { dataDirectory, media } = this.#desk;
    const path = join(dataDirectory, folder);
    await mkdir(path, { recursive: true, mode: DIRECTORY_MODE });
    const { transactionId, voiceConnectorId, sipCallId } = this.#call;
    const { legId } = this.#party;
    const tags = { TransactionId: transactionId, VoiceConnectorId: voiceConnectorId, CallId: sipCallId };
    return media.record(
      {
        recordingId: firstFragmentNumber,
        source: { kind: 'leg', legId },
        file: join(path, `${firstFragmentNumber}.mkv`),
        fragments: { firstFragmentNumber, startedAtMs, tags },
      },
      { onSpoken: () => undefined, onBroken: (detail) => this.#fail(detail) },
    );
  }

  #fail(detail: string): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#desk.onTrouble(detail);
    this.#tell({ status: 'FAILED' });
  }

  #tell(change: StreamingChange): void {
    const { origin, writeEvent, now } = this.#desk;
    const atMs = now();
    writeEvent(serializeStreamingEvent(origin, this.#call, change, randomUUID(), atMs), atMs);
  }
}
