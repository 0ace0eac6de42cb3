import { Resampler } from '../codec/resampler.ts';

export type MixRateHz = 8000 | 16_000;

/** What somebody says: the frame of 20 ms at `frameOffset`, and before it what was said before. */
export interface Voice {
  readonly sampleRateHz: MixRateHz;
  readonly samples: Int16Array;
  readonly frameOffset: number;
}

interface ResampledVoice {
  readonly voice: Voice;
  readonly fromRateHz: MixRateHz;
  readonly resampler: Resampler;
  mix: number;
}

const NARROW_SAMPLES = 160; // 20 ms of 8 kHz
/** Used within one call: a frame at either rate. */
const resampled = new Int16Array(320);

/** The sum of those who speak, at one rate. Who speaks at that rate is in it unchanged, and can be taken out exactly. */
export class MixSum {
  readonly #rateHz: MixRateHz;
  readonly #total: Int32Array;
  #mix = 0;
  /** Of those who speak at the other rate. */
  #resampled: ResampledVoice[] = [];

  constructor(rateHz: MixRateHz) {
    this.#rateHz = rateHz;
    this.#total = new Int32Array(rateHz / 50);
  }

  /** The sum of a mix, which counts from 1; made when first asked for. */
  of(speaking: readonly Voice[], mix: number): Int32Array {
    if (mix === this.#mix) return this.#total;
    this.#mix = mix;
    const total = this.#total;
    total.fill(0);
    // By index: V8 compiles what it inlines into a for-of loop to code that takes three times as long.
    for (let speaker = 0; speaker < speaking.length; speaker++) {
      const voice = speaking[speaker] as Voice;
      if (voice.sampleRateHz === this.#rateHz) addSamples(total, voice.samples, voice.frameOffset);
      else this.#addResampled(voice, mix);
    }
    if (this.#resampled.length > 0) this.#resampled = this.#resampled.filter((entry) => entry.mix === mix);
    return total;
  }

  #addResampled(voice: Voice, mix: number): void {
    const { samples, frameOffset, sampleRateHz } = voice;
    const frame = sampleRateHz / 50;
    let entry = this.#resampled.find((known) => known.voice === voice && known.fromRateHz === sampleRateHz);
    if (entry === undefined) {
      const resampler = new Resampler(sampleRateHz, this.#rateHz);
      entry = { voice, fromRateHz: sampleRateHz, resampler, mix };
      this.#resampled.push(entry);
      // The filter begins within what was said already, not with a step out of silence.
      if (frameOffset >= frame) resampler.resample(samples, frameOffset - frame, frame, resampled, 0);
    }
    entry.mix = mix;
    entry.resampler.resample(samples, frameOffset, frame, resampled, 0);
    addSamples(this.#total, resampled, 0);
  }
}

/** One loop for each length: with a constant V8 makes code that saves 8 % in a room of three. */
function addSamples(total: Int32Array, samples: Int16Array, offset: number): void {
  if (total.length === NARROW_SAMPLES) addNarrow(total, samples, offset);
  else addWide(total, samples, offset);
}

function addNarrow(total: Int32Array, samples: Int16Array, offset: number): void {
  for (let index = 0; index < NARROW_SAMPLES; index++) {
    total[index] = (total[index] as number) + (samples[offset + index] as number);
  }
}

function addWide(total: Int32Array, samples: Int16Array, offset: number): void {
  for (let index = 0; index < 2 * NARROW_SAMPLES; index++) {
    total[index] = (total[index] as number) + (samples[offset + index] as number);
  }
}
