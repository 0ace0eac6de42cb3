/** What one leg hears: its mix, and what it is played besides. */
import { G711_CLOCK_RATE_HZ, type G711Codec } from '../codec/g711.ts';
import {
  encodeTotal,
  MIX_FRAME_SAMPLES,
  type Mixer,
  type MixParticipant,
  silentFrame,
} from '../mix/mixer.ts';
import type { Clips } from '../prompt/clip.ts';
import { Playback } from '../prompt/playback.ts';

/** Used by one leg after the other: a frame is sent before the next one is made. */
const total = new Int32Array(MIX_FRAME_SAMPLES);
const octets = new Uint8Array(MIX_FRAME_SAMPLES);

export class LegHearing {
  readonly playback: Playback;
  readonly #onPlayed: () => void;

  /** @param onPlayed everything in the queue of the playback has been heard */
  constructor(clips: Clips, onPlayed: () => void) {
    this.playback = new Playback(clips, G711_CLOCK_RATE_HZ);
    this.#onPlayed = onPlayed;
  }

  /** The next frame, encoded; valid until the next call. Silence without a mix and something to play. */
  encode<P extends MixParticipant>(leg: P, mixer: Mixer<P> | null, codec: G711Codec): Uint8Array {
    if (this.playback.isActive) {
      this.#hear(leg, mixer);
      encodeTotal(total, codec, octets);
      return octets;
    }
    return mixer === null ? silentFrame(codec) : mixer.encodeFor(leg, codec);
  }

  /** A frame that nobody hears: what is played comes to its end all the same, for somebody may wait for it. */
  skip(): void {
    if (!this.playback.isActive) return;
    total.fill(0);
    this.#play();
  }

  #hear<P extends MixParticipant>(leg: P, mixer: Mixer<P> | null): void {
    if (mixer === null) total.fill(0);
    else mixer.hear(leg, total);
    this.#play();
  }

  #play(): void {
    if (this.playback.addTo(total)) this.#onPlayed();
  }
}
