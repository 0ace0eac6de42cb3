import type { MediaRecording } from '../../media/engine/recording-link.ts';
import type { SpokenSegment } from '../../media/record/speech-watch.ts';
import type { RecordingSegment } from '../meeting/meeting-recorder.ts';
import { type Sidecar, type SpokenWords, writeSidecar } from './recording-sidecar.ts';

export interface OpenRecordingInit {
  readonly segment: RecordingSegment;
  readonly meetingId: string;
  readonly title: string;
  readonly sidecarPath: string;
  /** As in the roster. */
  nameOf(callId: string): string | null;
  /** The sidecar cannot be written; the recording goes on. */
  onTrouble(detail: string): void;
}

/** How far the sidecar may be behind the sound. */
const SIDECAR_PERIOD_MS = 1000;

/** One segment while it is written, and its sidecar. */
export class OpenRecording {
  readonly #init: OpenRecordingInit;
  readonly #names = new Map<string, string | null>();
  readonly #spoken: SpokenWords[] = [];
  #segment: RecordingSegment;
  #media: MediaRecording | null = null;
  #timer: NodeJS.Timeout | null = null;
  /** Writes follow each other, so that an older state never replaces a newer one. */
  #writing: Promise<void> = Promise.resolve();
  #closing: Promise<void> | null = null;

  constructor(init: OpenRecordingInit) {
    this.#init = init;
    this.#segment = init.segment;
  }

  get segment(): RecordingSegment {
    return this.#segment;
  }

  /** The file is open. */
  begin(media: MediaRecording): void {
    this.#media = media;
    this.#write(null);
  }

  onSpoken({ speakerId, startMs, endMs }: SpokenSegment): void {
    const known = this.#names.get(speakerId) ?? this.#init.nameOf(speakerId);
    this.#names.set(speakerId, known);
    this.#spoken.push({ callId: speakerId, name: known, startMs, endMs });
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      if (this.#closing === null) this.#write(null);
    }, SIDECAR_PERIOD_MS);
  }

  /** Resolves when both files are whole; `failure` is why it ended by itself. */
  close(nowMs: number, failure: string | null): Promise<void> {
    this.#closing ??= this.#close(nowMs, failure);
    return this.#closing;
  }

  async #close(nowMs: number, failure: string | null): Promise<void> {
    this.#segment = { ...this.#segment, endedAtMs: nowMs, failure };
    const summary = await this.#media?.stop();
    this.#segment = { ...this.#segment, failure: failure ?? summary?.failure ?? null };
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#write(summary?.durationMs ?? null);
    await this.#writing;
  }

  #write(durationMs: number | null): void {
    const { meetingId, title, sidecarPath, onTrouble } = this.#init;
    const sidecar: Sidecar = { meetingId, title, ...this.#segment, durationMs, spoken: [...this.#spoken] };
    this.#writing = this.#writing
      .then(() => writeSidecar(sidecarPath, sidecar))
      .catch((error: unknown) => onTrouble(error instanceof Error ? error.message : String(error)));
  }
}
