/**
 * What one leg is played besides the meeting: clips one after the other, and behind them a sound without an end.
 * Speech lowers what it is spoken over; tones do not.
 */
import { type Clip, type Clips, narrowband } from './clip.ts';

/** A clip, and whether it lowers the sound that it is played over. */
interface QueuedClip {
  readonly clip: Clip;
  readonly isDucking: boolean;
}

/** −12 dB: what is spoken over stays to be heard and cannot be mistaken for what is said. */
const DUCKED_GAIN = 0.25;
/** Nobody listens to more; a flood of keys must not fill the memory. */
const QUEUE_MAXIMUM = 100;

export class Playback {
  readonly #clips: Clips;
  #rateHz: 8000 | 16_000;
  readonly #queue: QueuedClip[] = [];
  #position = 0;
  #background: Clip | null = null;
  #backgroundPosition = 0;

  constructor(clips: Clips, rateHz: 8000 | 16_000) {
    this.#clips = clips;
    this.#rateHz = rateHz;
  }

  get rateHz(): 8000 | 16_000 {
    return this.#rateHz;
  }

  /** Goes on at another rate where it is. */
  set rateHz(rateHz: 8000 | 16_000) {
    const factor = rateHz / this.#rateHz;
    this.#position = Math.floor(this.#position * factor);
    this.#backgroundPosition = Math.floor(this.#backgroundPosition * factor);
    this.#rateHz = rateHz;
  }

  /** Whether the leg hears anything from here. */
  get isActive(): boolean {
    return this.#queue.length > 0 || this.#background !== null;
  }

  /** Adds clips to the queue; names that no clip has are passed over. */
  play(names: readonly string[], isDucking: boolean): void {
    for (const name of names) {
      const clip = this.#clips[name];
      if (clip === undefined || this.#queue.length >= QUEUE_MAXIMUM) continue;
      this.#queue.push({ clip, isDucking });
    }
  }

  /** Empties the queue; the background goes on. */
  stop(): void {
    this.#queue.length = 0;
    this.#position = 0;
  }

  /** Plays a clip over and over behind everything, or no longer. */
  setBackground(name: string | null): void {
    const clip = name === null ? null : (this.#clips[name] ?? null);
    if (clip === this.#background) return;
    this.#background = clip;
    this.#backgroundPosition = 0;
  }

  /**
   * Adds the next `frame.length` samples to what the frame holds already.
   * @returns whether the queue ran empty with this frame
   */
  addTo(frame: Int32Array): boolean {
    this.#addBackground(frame);
    return this.#addQueued(frame);
  }

  #addBackground(frame: Int32Array): void {
    if (this.#background === null) return;
    const samples = this.#samplesOf(this.#background);
    for (let index = 0; index < frame.length; index++) {
      frame[index] = (frame[index] as number) + (samples[this.#backgroundPosition] as number);
      this.#backgroundPosition = (this.#backgroundPosition + 1) % samples.length;
    }
  }

  #addQueued(frame: Int32Array): boolean {
    const queued = this.#queue[0];
    if (queued === undefined) return false;
    const { clip, isDucking } = queued;
    const samples = this.#samplesOf(clip);
    const gain = isDucking ? DUCKED_GAIN : 1;
    const count = Math.min(frame.length, samples.length - this.#position);
    for (let index = 0; index < count; index++) {
      frame[index] = (frame[index] as number) * gain + (samples[this.#position + index] as number);
    }
    this.#position += count;
    if (this.#position < samples.length) return false;
    this.#position = 0;
    this.#queue.shift();
    return this.#queue.length === 0;
  }

  #samplesOf(clip: Clip): Int16Array {
    return this.#rateHz === 8000 ? narrowband(clip) : clip;
  }
}
