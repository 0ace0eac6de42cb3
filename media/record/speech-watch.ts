/** Who spoke when: frames louder than a threshold, with pauses between words bridged. */

export interface SpokenSegment {
  readonly speakerId: string;
  /** From the beginning of the recording. */
  readonly startMs: number;
  readonly endMs: number;
}

/** Mean magnitude of a frame, some −50 dBov: above the noise of a quiet room, below soft speech. */
const SPEECH_LOUDNESS = 100;
/** Within a sentence people pause for less. */
const PAUSE_MAXIMUM_MS = 500;
/** A shorter sound is a click. */
const SPEECH_MINIMUM_MS = 60;

interface OpenSegment {
  readonly startMs: number;
  endMs: number;
}

export class SpeechWatch {
  readonly #open = new Map<string, OpenSegment>();

  /** One frame of somebody, which begins at `startMs`. */
  hear(speakerId: string, loudness: number, startMs: number, frameMs: number): void {
    if (loudness < SPEECH_LOUDNESS) return;
    const segment = this.#open.get(speakerId);
    if (segment === undefined) this.#open.set(speakerId, { startMs, endMs: startMs + frameMs });
    else segment.endMs = startMs + frameMs;
  }

  /** The segments that are over by now, in the order they ended. */
  takeFinished(nowMs: number): SpokenSegment[] {
    return this.#take((segment) => nowMs - segment.endMs > PAUSE_MAXIMUM_MS);
  }

  /** The end: whoever still speaks is cut off. */
  takeAll(): SpokenSegment[] {
    return this.#take(() => true);
  }

  #take(isFinished: (segment: OpenSegment) => boolean): SpokenSegment[] {
    const finished: SpokenSegment[] = [];
    for (const [speakerId, segment] of this.#open) {
      if (!isFinished(segment)) continue;
      this.#open.delete(speakerId);
      if (segment.endMs - segment.startMs >= SPEECH_MINIMUM_MS) finished.push({ speakerId, ...segment });
    }
    return finished.sort((one, other) => one.endMs - other.endMs);
  }
}
