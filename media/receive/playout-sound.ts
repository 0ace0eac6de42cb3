/**
 * The samples that a leg is heard with, frame behind frame: decoded, or made up where nothing came. What is played
 * when is for `playout.ts` to say.
 */
import { ComfortNoise } from '../codec/comfort-noise.ts';
import { decodeG711 } from '../codec/g711.ts';
import { concealmentHistory, PacketLossConcealment } from '../codec/packet-loss-concealment.ts';
import { DecodedSound } from './decoded-sound.ts';
import type { JitterBuffer } from './jitter-buffer.ts';

const FRAME_MS = 20;
/** Eight frames are played before the samples are moved back to the beginning. */
const FRAMES_KEPT = 10;

/** What missing samples are made of. */
type Filling = 'concealment' | 'comfort-noise' | 'silence';

export class PlayoutSound {
  readonly samples: Int16Array;
  /** Where the present frame begins in `samples`, and how many it has. */
  frameOffset: number;
  readonly frameSamples: number;
  readonly #buffer: JitterBuffer;
  readonly #history: number;
  readonly #concealment: PacketLossConcealment;
  /** Made for the first codec that has a memory. */
  #decoded: DecodedSound | null = null;
  /** Made when the sender first sends some; most never do. */
  #noise: ComfortNoise | null = null;
  #filling: Filling = 'silence';
  /** False spares the samples: who plays when is kept account of all the same. */
  isHeard = true;

  constructor(buffer: JitterBuffer, samplesPerMs: 8 | 16) {
    this.#buffer = buffer;
    this.#concealment = new PacketLossConcealment(samplesPerMs);
    this.#history = concealmentHistory(samplesPerMs);
    this.frameSamples = FRAME_MS * samplesPerMs;
    this.samples = new Int16Array(this.#history + FRAMES_KEPT * this.frameSamples);
    this.frameOffset = this.#history;
  }

  /** Room for one frame more, and for another one behind it. */
  nextFrame(): void {
    const end = this.frameOffset + this.frameSamples;
    const isRoom = end + 2 * this.frameSamples <= this.samples.length;
    if (!isRoom) this.samples.copyWithin(0, end - this.#history, end);
    this.frameOffset = isRoom ? end : this.#history;
  }

  /** Nothing came for long: what was concealed has faded, noise goes on. */
  rest(): void {
    if (this.#filling === 'concealment') this.#filling = 'silence';
  }

  /** Another stream follows. */
  restart(): void {
    this.#decoded?.clear();
  }

  /** Writes `count` samples of the audio packet in a slot, from its sample `first` on. */
  play(slot: number, first: number, at: number, count: number): void {
    const buffer = this.#buffer;
    const codec = buffer.codecs[slot];
    if (codec === null || codec === undefined || !this.isHeard) return;
    if (codec.decodeTable === null) {
      this.#decoded ??= new DecodedSound();
      this.#decoded.play(codec, buffer, slot, first, this.samples, at, count);
    } else {
      decodeG711(codec, buffer.payloads, buffer.payloadOffset(slot) + first, this.samples, at, count);
      this.#decoded?.clear();
    }
    this.#concealment.resume(this.samples, at, count);
    this.#filling = 'concealment';
  }

  /** The packet in a slot has no sound: what follows it is noise as it says, or silence. */
  pause(slot: number): void {
    const buffer = this.#buffer;
    const length = buffer.lengths[slot] as number;
    this.#filling = length === 0 ? 'silence' : 'comfort-noise';
    if (length > 0) this.#noise ??= new ComfortNoise();
    this.#noise?.update(buffer.payloads, buffer.payloadOffset(slot), length);
  }

  /** Makes up `count` samples; `slot` is what comes `gap` samples after `at`, where that is known yet, else −1. */
  fill(at: number, count: number, slot: number, gap: number): void {
    if (!this.isHeard) return;
    if (this.#filling === 'concealment') {
      const isConcealed = this.#decoded?.conceal(this.samples, at, count, this.#buffer, slot, gap) ?? false;
      if (!isConcealed) this.#concealment.conceal(this.samples, at, count);
    } else if (this.#filling === 'comfort-noise') this.#noise?.generate(this.samples, at, count);
    else this.samples.fill(0, at, at + count);
  }

  /** Blends the present frame into the one written behind it, so that two are played in the time of one. */
  blend(): void {
    if (!this.isHeard) return;
    const { samples, frameOffset, frameSamples } = this;
    for (let index = 0; index < frameSamples; index++) {
      const before = samples[frameOffset + index] as number;
      const after = samples[frameOffset + frameSamples + index] as number;
      const weight = (index + 1) / (frameSamples + 1);
      samples[frameOffset + index] = Math.round(before + (after - before) * weight);
    }
  }

  /** Mean magnitude of the present frame; 0 while it is not heard. */
  measureLoudness(): number {
    if (!this.isHeard) return 0;
    const { samples, frameOffset, frameSamples } = this;
    let sum = 0;
    for (let index = frameOffset; index < frameOffset + frameSamples; index++) {
      sum += Math.abs(samples[index] as number);
    }
    return sum / frameSamples;
  }
}
