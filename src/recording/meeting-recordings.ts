import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { MediaEngine } from '../../media/engine/media-leg.ts';
import type {
  MeetingRecorder,
  RecordingRequest,
  RecordingSegment,
  RecordingStart,
} from '../meeting/meeting-recorder.ts';
import { OpenRecording } from './open-recording.ts';
import { readSidecars } from './recording-sidecar.ts';

export interface MeetingRecordingsOptions {
  /** `recordings.enabled` */
  readonly isEnabled: boolean;
  /** `recordings.format` */
  readonly format: 'wav' | 'flac';
  readonly dataDirectory: string;
  readonly media: Pick<MediaEngine, 'record'>;
  /** As in the roster of the meeting; null for a call that nobody knows. */
  nameOf(meetingId: string, callId: string): string | null;
  readonly observer: RecordingObserver;
  now(): number;
}

/** Who is told what happens to recordings. */
interface RecordingObserver {
  recordingStarted(meetingId: string, segment: RecordingSegment, nowMs: number): void;
  /** Of `segment` the end and, where it broke off, the failure are known. */
  recordingStopped(meetingId: string, segment: RecordingSegment, nowMs: number): void;
  /** Something cannot be written. The recording has ended, or lacks its sidecar. */
  recordingTrouble(meetingId: string, detail: string): void;
}

const FOLDER = 'recordings';

/** Records meetings into `dataDirectory/recordings/<meetingId>/`: a sound file a segment, and a JSON file beside it. */
export class MeetingRecordings implements MeetingRecorder {
  readonly #options: MeetingRecordingsOptions;
  readonly #open = new Map<string, OpenRecording>();
  readonly #closed = new Map<string, RecordingSegment[]>();
  #brokenCount = 0;

  constructor(options: MeetingRecordingsOptions) {
    this.#options = options;
  }

  get openCount(): number {
    return this.#open.size;
  }

  /** Recordings that could not begin, or ended by themselves. */
  get brokenCount(): number {
    return this.#brokenCount;
  }

  isRecording(meetingId: string): boolean {
    return this.#open.has(meetingId);
  }

  async start(request: RecordingRequest, onBroken: (detail: string) => void): Promise<RecordingStart> {
    const { meetingId, nowMs } = request;
    const { observer, dataDirectory, isEnabled } = this.#options;
    if (!isEnabled) return refusal('recordings.enabled is false.', 'unavailable');
    if (this.#open.has(meetingId)) return refusal(`Meeting ${meetingId} is being recorded already.`);
    const recording = this.#createRecording(request);
    this.#open.set(meetingId, recording);
    try {
      await mkdir(join(dataDirectory, FOLDER, meetingId), { recursive: true });
      recording.begin(await this.#record(recording, request, onBroken));
    } catch (error) {
      this.#open.delete(meetingId);
      this.#brokenCount++;
      const detail = error instanceof Error ? error.message : String(error);
      observer.recordingTrouble(meetingId, detail);
      return refusal(detail);
    }
    observer.recordingStarted(meetingId, recording.segment, nowMs);
    return { kind: 'started' };
  }

  async stop(meetingId: string, nowMs: number): Promise<void> {
    await this.#close(meetingId, nowMs, null);
  }

  /** Ends all that are open; resolves when their files are whole. */
  async stopAll(nowMs: number): Promise<void> {
    await Promise.all([...this.#open.keys()].map((meetingId) => this.stop(meetingId, nowMs)));
  }

  segments(meetingId: string): readonly RecordingSegment[] {
    const open = this.#open.get(meetingId);
    return [...this.#closedSegments(meetingId), ...(open === undefined ? [] : [open.segment])];
  }

  /** The path of a segment's file, sound or sidecar; null where there is none of that name. */
  fileOf(meetingId: string, name: string): string | null {
    const isKnown = this.segments(meetingId).some(({ id, file }) => {
      return name === basename(file) || name === `${id}.json`;
    });
    return isKnown ? join(this.#options.dataDirectory, FOLDER, meetingId, name) : null;
  }

  #closedSegments(meetingId: string): RecordingSegment[] {
    const known = this.#closed.get(meetingId);
    if (known !== undefined) return known;
    const open = this.#open.get(meetingId)?.segment.id;
    const found = readSidecars(join(this.#options.dataDirectory, FOLDER, meetingId));
    const segments = found.filter(({ id }) => id !== open);
    this.#closed.set(meetingId, segments);
    return segments;
  }

  #createRecording({ meetingId, title, startedBy, nowMs }: RecordingRequest): OpenRecording {
    const { dataDirectory, nameOf, observer, format } = this.#options;
    const id = this.#newId(meetingId, nowMs);
    const file = `${FOLDER}/${meetingId}/${id}.${format}`;
    return new OpenRecording({
      segment: { id, startedAtMs: nowMs, endedAtMs: null, startedBy, file, failure: null },
      meetingId,
      title,
      sidecarPath: join(dataDirectory, FOLDER, meetingId, `${id}.json`),
      nameOf: (callId) => nameOf(meetingId, callId),
      onTrouble: (detail) => observer.recordingTrouble(meetingId, detail),
    });
  }

  /** `20261125T060000123Z`: sorts by time; two within a millisecond, as a test may make them, differ by a letter. */
  #newId(meetingId: string, nowMs: number): string {
    const time = new Date(nowMs).toISOString().replace(/[-:.]/g, '');
    const taken = this.#closedSegments(meetingId).filter(({ id }) => id.startsWith(time)).length;
    return taken === 0 ? time : `${time}-${taken + 1}`;
  }

  #record(recording: OpenRecording, { meetingId }: RecordingRequest, onBroken: (detail: string) => void) {
    const { dataDirectory, media, observer } = this.#options;
    const { id, file } = recording.segment;
    const source = { kind: 'mix', mixId: meetingId } as const;
    return media.record(
      { recordingId: `${meetingId}/${id}`, source, file: join(dataDirectory, file) },
      {
        onSpoken: (segment) => recording.onSpoken(segment),
        onBroken: (detail) => {
          this.#brokenCount++;
          observer.recordingTrouble(meetingId, detail);
          void this.#close(meetingId, this.#options.now(), detail);
          onBroken(detail);
        },
      },
    );
  }

  async #close(meetingId: string, nowMs: number, failure: string | null): Promise<void> {
    const recording = this.#open.get(meetingId);
    if (recording === undefined) return;
    await recording.close(nowMs, failure);
    // It may have broken off while it was being stopped: then the first of the two has told of it.
    if (this.#open.get(meetingId) !== recording) return;
    this.#closedSegments(meetingId).push(recording.segment);
    this.#open.delete(meetingId);
    this.#options.observer.recordingStopped(meetingId, recording.segment, nowMs);
  }
}

function refusal(detail: string, reason: 'unavailable' | 'failed' = 'failed'): RecordingStart {
  return { kind: 'refused', reason, detail };
}
