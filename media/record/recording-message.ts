/** What is said about recordings: to the worker whose sound it is, and back. */
import type { FragmentNaming } from './matroska-format.ts';
import type { SpokenSegment } from './speech-watch.ts';

/** The sound one leg says, or all that a mix holds. */
type RecordingSource =
  | { readonly kind: 'leg'; readonly legId: string }
  | { readonly kind: 'mix'; readonly mixId: string };

export interface RecordingRequest {
  /** Unique among those that are open. */
  readonly recordingId: string;
  readonly source: RecordingSource;
  /** Path of the file, which must not exist; FLAC where it ends in `.flac`, else WAV. */
  readonly file: string;
  /** Instead of those: Matroska as Kinesis Video Streams would hold it, narrowband. */
  readonly fragments?: FragmentNaming;
}

export type RecordingCommand =
  | { readonly type: 'start-recording'; readonly request: RecordingRequest }
  | { readonly type: 'stop-recording'; readonly recordingId: string };

/** What became of a recording when it was closed. */
export interface RecordingSummary {
  /** Of the sound that stands in the file. */
  readonly durationMs: number;
  readonly failure: string | null;
}

export type RecordingEvent =
  | { readonly type: 'recording-started'; readonly recordingId: string }
  | { readonly type: 'recording-refused'; readonly recordingId: string; readonly detail: string }
  | { readonly type: 'recording-spoken'; readonly recordingId: string; readonly segment: SpokenSegment }
  | { readonly type: 'recording-broken'; readonly recordingId: string; readonly detail: string }
  | {
      readonly type: 'recording-stopped';
      readonly recordingId: string;
      readonly summary: RecordingSummary;
    };
