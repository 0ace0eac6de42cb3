/** The main thread's end of the recordings of one media worker. */
import { ChurnMap } from '../../memory/churn-map.ts';
import type {
  RecordingCommand,
  RecordingEvent,
  RecordingRequest,
  RecordingSummary,
} from '../record/recording-message.ts';
import type { SpokenSegment } from '../record/speech-watch.ts';

export interface RecordingListener {
  onSpoken(segment: SpokenSegment): void;
  /** Nothing more is written; what stands in the file is whole. `stop` is still to be called. */
  onBroken(detail: string): void;
}

export interface MediaRecording {
  /** Resolves when the file is whole. */
  stop(): Promise<RecordingSummary>;
}

interface LinkedRecording {
  readonly listener: RecordingListener;
  readonly onStarted: () => void;
  readonly onRefused: (error: Error) => void;
  onStopped: ((summary: RecordingSummary) => void) | null;
}

export class RecordingLink {
  readonly #post: (command: RecordingCommand) => void;
  readonly #recordings = new ChurnMap<string, LinkedRecording>();

  constructor(post: (command: RecordingCommand) => void) {
    this.#post = post;
  }

  /** @throws Error where the file cannot be opened; the message is the system's */
  async start(request: RecordingRequest, listener: RecordingListener): Promise<MediaRecording> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const { recordingId } = request;
    this.#recordings.set(recordingId, {
      listener,
      onStarted: resolve,
      onRefused: reject,
      onStopped: null,
    });
    this.#post({ type: 'start-recording', request });
    await promise;
    return { stop: () => this.#stop(recordingId) };
  }

  receive(event: RecordingEvent): void {
    const recording = this.#recordings.get(event.recordingId);
    if (recording === undefined) return;
    switch (event.type) {
      case 'recording-started':
        recording.onStarted();
        break;
      case 'recording-refused':
        this.#recordings.delete(event.recordingId);
        recording.onRefused(new Error(event.detail));
        break;
      case 'recording-spoken':
        recording.listener.onSpoken(event.segment);
        break;
      case 'recording-broken':
        recording.listener.onBroken(event.detail);
        break;
      case 'recording-stopped':
        this.#recordings.delete(event.recordingId);
        recording.onStopped?.(event.summary);
    }
  }

  /** The worker is gone, and the open ends of its files with it. */
  lose(detail: string): void {
    const lost = [...this.#recordings.values()];
    this.#recordings.clear();
    for (const { listener, onRefused, onStopped } of lost) {
      onRefused(new Error(detail));
      if (onStopped === null) listener.onBroken(detail);
      else onStopped({ durationMs: 0, failure: detail });
    }
  }

  #stop(recordingId: string): Promise<RecordingSummary> {
    const recording = this.#recordings.get(recordingId);
    if (recording === undefined)
      return Promise.resolve({ durationMs: 0, failure: 'the media worker is gone' });
    const { promise, resolve } = Promise.withResolvers<RecordingSummary>();
    recording.onStopped = resolve;
    this.#post({ type: 'stop-recording', recordingId });
    return promise;
  }
}
