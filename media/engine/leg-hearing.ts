/** What one leg hears: its mix, and what it is played besides. */
import { type AudioCodec, isG711 } from '../codec/audio-codec.ts';
import type { G711Codec } from '../codec/g711.ts';
import type { StreamCodec, StreamEncoder } from '../codec/stream-codec.ts';
import {
  encodeTotal,
  MIX_FRAME_SAMPLES,
  type Mixer,
  type MixParticipant,
  silentFrame,
} from '../mix/mixer.ts';
import { ENCODED_OCTETS_MAXIMUM } from '../mix/shared-stream.ts';
import type { Clips } from '../prompt/clip.ts';
import { Playback } from '../prompt/playback.ts';

/** Used by one leg after the other: a frame is sent before the next one is made. */
const narrowTotal = new Int32Array(MIX_FRAME_SAMPLES);
const wideTotal = new Int32Array(2 * MIX_FRAME_SAMPLES);
const octets = new Uint8Array(ENCODED_OCTETS_MAXIMUM);
const narrowOctets = octets.subarray(0, MIX_FRAME_SAMPLES);

/**
 * Who stops speaking keeps an encoder of its own for half a second: hearing the same, it and the one that all others
 * share come together by then, and the change makes no noise.
 */
const OWN_ENCODER_FRAMES = 25;

export class LegHearing {
  readonly playback: Playback;
  /** Whether it hears itself, as it comes out of the jitter buffer, and nobody else. */
  isEcho = false;
  readonly #onPlayed: () => void;
  #codec: AudioCodec | null = null;
  /** While what it hears is its own, and shortly after; for codecs with a memory. */
  #encoder: StreamEncoder | null = null;
  #ownFrames = 0;

  /** @param onPlayed everything in the queue of the playback has been heard */
  constructor(clips: Clips, onPlayed: () => void) {
    this.playback = new Playback(clips, 8000);
    this.#onPlayed = onPlayed;
  }

  /** What it hears is encoded so from now on. */
  configure(codec: AudioCodec): void {
    if (codec === this.#codec) return;
    this.playback.rateHz = codec.sampleRateHz;
    this.#codec = codec;
    this.close();
  }

  /** The next frame, encoded; valid until the next call. Silence without a mix and something to play. */
  encode<P extends MixParticipant>(leg: P, mixer: Mixer<P> | null, codec: AudioCodec): Uint8Array {
    return isG711(codec) ? this.#encodeG711(leg, mixer, codec) : this.#encodeStream(leg, mixer, codec);
  }

  /** A frame that nobody hears: what is played comes to its end all the same, for somebody may wait for it. */
  skip(): void {
    if (!this.playback.isActive) return;
    const total = this.playback.rateHz === 8000 ? narrowTotal : wideTotal;
    total.fill(0);
    this.#play(total);
  }

  close(): void {
    this.#encoder?.close();
    this.#encoder = null;
    this.#ownFrames = 0;
  }

  #encodeG711<P extends MixParticipant>(leg: P, mixer: Mixer<P> | null, codec: G711Codec): Uint8Array {
    if (this.playback.isActive || this.isEcho) {
      this.#hear(leg, mixer, narrowTotal);
      encodeTotal(narrowTotal, codec, narrowOctets);
      return narrowOctets;
    }
    return mixer === null ? silentFrame(codec) : mixer.encodeFor(leg, codec);
  }

  #encodeStream<P extends MixParticipant>(leg: P, mixer: Mixer<P> | null, codec: StreamCodec): Uint8Array {
    if (mixer === null || leg.isSpeaking || this.playback.isActive || this.isEcho)
      this.#ownFrames = OWN_ENCODER_FRAMES;
    if (this.#ownFrames === 0 && mixer !== null) return mixer.encodeShared(codec);
    this.#encoder ??= createEncoder(codec, mixer);
    this.#hear(leg, mixer, wideTotal);
    const length = this.#encoder?.encode(wideTotal, octets) ?? 0;
    this.#ownFrames--;
    if (this.#ownFrames === 0) this.close();
    return octets.subarray(0, length);
  }

  #hear<P extends MixParticipant>(leg: P, mixer: Mixer<P> | null, total: Int32Array): void {
    if (this.isEcho) readFrame(leg, total);
    else if (mixer === null) total.fill(0);
    else mixer.hear(leg, total);
    if (this.playback.isActive) this.#play(total);
  }

  #play(total: Int32Array): void {
    if (this.playback.addTo(total)) this.#onPlayed();
  }
}

function readFrame({ samples, frameOffset }: MixParticipant, into: Int32Array): void {
  for (let index = 0; index < into.length; index++) into[index] = samples[frameOffset + index] as number;
}

/** The other side's decoder goes on with what it heard until now. */
function createEncoder<P extends MixParticipant>(
  codec: StreamCodec,
  mixer: Mixer<P> | null,
): StreamEncoder | null {
  const encoder = codec.createEncoder();
  const before = mixer?.sharedEncoder(codec) ?? null;
  if (before !== null) encoder?.resume(before);
  return encoder;
}
