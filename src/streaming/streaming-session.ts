import { randomUUID } from 'node:crypto';
import type { StreamedCall } from '../../metrics/record/streaming-detail-record.ts';
import {
  type RecordedMedia,
  type StreamingCall,
  serializeStreamingEvent,
} from '../../metrics/streaming-event.ts';
import type { StreamedParty } from '../connector/recording-description.ts';
import { streamingRecord } from '../records/pending-call.ts';
import { CallStream } from './call-stream.ts';
import type { StreamingDesk } from './streaming-desk.ts';

/** The streams of one call, and its streaming detail record. */
export class StreamingSession {
  readonly #desk: StreamingDesk;
  readonly #call: StreamingCall;
  readonly #streams: readonly CallStream[];
  readonly #billed: StreamedCall;
  readonly #starting: Promise<unknown>;
  #stopping: Promise<void> | null = null;

  constructor(desk: StreamingDesk, call: StreamingCall, parties: readonly StreamedParty[]) {
    this.#desk = desk;
    this.#call = call;
    const { voiceConnectorId, transactionId, sipCallId } = call;
    const { accountId, region } = desk.origin;
    this.#billed = { accountId, region, voiceConnectorId, transactionId, sipCallId, startMs: desk.now() };
    const { bucket, keeper } = desk;
    if (bucket !== null) keeper.begin(this.#recordId, { kind: 'streaming', bucket, call: this.#billed });
    this.#streams = parties.map((party) => new CallStream(desk, call, party));
    this.#starting = Promise.all(this.#streams.map((stream) => stream.start()));
  }

  /** A recording session client has changed what it tells. */
  update(recorded: Pick<RecordedMedia, 'headers' | 'metadata'>): void {
    const { origin, writeEvent, now } = this.#desk;
    const change = { status: 'UPDATED', recorded } as const;
    const atMs = now();
    writeEvent(serializeStreamingEvent(origin, this.#call, change, randomUUID(), atMs), atMs);
  }

  /** Resolves when the files are whole; never rejects. */
  stop(endMs: number): Promise<void> {
    this.#stopping ??= this.#stop(endMs);
    return this.#stopping;
  }

  get #recordId(): string {
    return `${this.#call.transactionId}/streaming`;
  }

  async #stop(endMs: number): Promise<void> {
    await this.#starting;
    await Promise.all(this.#streams.map((stream) => stream.stop()));
    const { bucket, keeper } = this.#desk;
    if (bucket === null) return;
    const hasFailed = this.#streams.some((stream) => stream.hasFailed);
    keeper.end(this.#recordId, [streamingRecord(bucket, this.#billed, { endMs, hasFailed })]);
  }
}
