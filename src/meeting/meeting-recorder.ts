/**
 * What a meeting asks of whoever records it. A segment runs from one start to the next stop; what is recorded is
 * the sound of the mix whose ID is the meeting's.
 */

/** One recording, as the host's record of the meeting shows it. */
export interface RecordingSegment {
  readonly id: string;
  readonly startedAtMs: number;
  /** Null while it is written. */
  readonly endedAtMs: number | null;
  /** Name of whoever started it; null where that was over HTTP. */
  readonly startedBy: string | null;
  /** Relative to the data directory. */
  readonly file: string;
  /** Why it ended before somebody stopped it, else null. */
  readonly failure: string | null;
}

export interface RecordingRequest {
  readonly meetingId: string;
  readonly title: string;
  readonly startedBy: string | null;
  readonly nowMs: number;
}

export type RecordingStart =
  | { readonly kind: 'started' }
  /** `detail` is for the log; the caller hears that recording is not available, or that it failed. */
  | { readonly kind: 'refused'; readonly reason: 'unavailable' | 'failed'; readonly detail: string };

/** At most one segment of a meeting is open at a time. */
export interface MeetingRecorder {
  /**
   * Begins a segment; resolves when the file is open, and never rejects.
   * @param onBroken the segment ended by itself, as with a full disk; no `stop` is needed after it
   */
  start(request: RecordingRequest, onBroken: (detail: string) => void): Promise<RecordingStart>;
  /** Ends the open segment; resolves when its file is whole, and never rejects. Without one nothing happens. */
  stop(meetingId: string, nowMs: number): Promise<void>;
  /** All segments of a meeting, oldest first. */
  segments(meetingId: string): readonly RecordingSegment[];
}

/** Where nothing can be recorded. */
export const UNAVAILABLE_RECORDER: MeetingRecorder = {
  start: async () => ({
    kind: 'refused',
    reason: 'unavailable',
    detail: 'This service was started without a recorder.',
  }),
  stop: async () => {},
  segments: () => [],
};
