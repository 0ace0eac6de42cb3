/**
 * How much of each DTMF frequency (ITU-T Q.23 §6) the last 20 ms hold, every 5 ms. The samples are weighted with a
 * Hann window, so that a tone of one group does not leak into the other, and the Goertzel recurrence then gives
 * amplitude and phase at the eight frequencies. What the phase gains from one hop to the next beyond what the nominal
 * frequency would is the true frequency, to a few hertz, far finer than 20 ms could tell by amplitudes.
 */

/** Low group, then high group. */
export const DTMF_FREQUENCIES_HZ: readonly number[] = [697, 770, 852, 941, 1209, 1336, 1477, 1633];
const GROUP_SIZE = 4;

export const HOP_MS = 5;
const HOPS_PER_WINDOW = 4;

export class InBandSpectrum {
  readonly hopSamples: number;
  readonly #sampleRateHz: number;
  readonly #tables: Tables;
  /** The last 20 ms as they came. */
  readonly #samples: Float64Array;
  /** Complex amplitudes of this window and of the one before. */
  #real = new Float64Array(DTMF_FREQUENCIES_HZ.length);
  #imaginary = new Float64Array(DTMF_FREQUENCIES_HZ.length);
  #previousReal = new Float64Array(DTMF_FREQUENCIES_HZ.length);
  #previousImaginary = new Float64Array(DTMF_FREQUENCIES_HZ.length);
  #meanSquare = 0;

  constructor(sampleRateHz: number) {
    this.#sampleRateHz = sampleRateHz;
    this.hopSamples = Math.round((sampleRateHz * HOP_MS) / 1000);
    this.#tables = tablesOf(sampleRateHz, this.hopSamples * HOPS_PER_WINDOW);
    this.#samples = new Float64Array(this.hopSamples * HOPS_PER_WINDOW);
  }

  /** Of the present window, weighted as the tones are: a sine of amplitude a gives a²/2. */
  get meanSquare(): number {
    return this.#meanSquare;
  }

  /** Takes the next 5 ms. @returns their mean square */
  push(samples: Int16Array, offset: number): number {
    const kept = this.#samples;
    const hop = this.hopSamples;
    kept.copyWithin(0, hop);
    const start = kept.length - hop;
    let sum = 0;
    for (let index = 0; index < hop; index++) {
      const sample = samples[offset + index] as number;
      kept[start + index] = sample;
      sum += sample * sample;
    }
    return sum / hop;
  }

  /** Measures the present window at all eight frequencies. */
  analyze(): void {
    [this.#real, this.#previousReal] = [this.#previousReal, this.#real];
    [this.#imaginary, this.#previousImaginary] = [this.#previousImaginary, this.#imaginary];
    const samples = this.#samples;
    const { weighted, hann } = this.#tables;
    let sum = 0;
    for (let index = 0; index < samples.length; index++) {
      const sample = (samples[index] as number) * (hann[index] as number);
      weighted[index] = sample;
      sum += sample * sample;
    }
    // The squares of a Hann window add up to three eighths of its length.
    this.#meanSquare = sum / ((weighted.length * 3) / 8);
    this.#recur(0);
    this.#recur(GROUP_SIZE);
  }

  /** Uncorrected amplitude at one of the eight frequencies, in sample units. */
  amplitude(index: number): number {
    return this.#scale(Math.hypot(this.#real[index] as number, this.#imaginary[index] as number));
  }

  /** How far the tone near one of the eight is from it, by the phase gained since the window before; within ±100 Hz. */
  deviationHz(index: number): number {
    const real = this.#real[index] as number;
    const imaginary = this.#imaginary[index] as number;
    const previousReal = this.#previousReal[index] as number;
    const previousImaginary = this.#previousImaginary[index] as number;
    const gained = Math.atan2(
      imaginary * previousReal - real * previousImaginary,
      real * previousReal + imaginary * previousImaginary,
    );
    const expected = this.#angleOf(DTMF_FREQUENCIES_HZ[index] as number) * this.hopSamples;
    const turns = (gained - expected) / (2 * Math.PI);
    return ((turns - Math.round(turns)) * 1000) / HOP_MS;
  }

  /** Amplitude at any other frequency of the present window; 0 beyond half the sampling rate. */
  amplitudeAt(frequencyHz: number): number {
    if (frequencyHz * 2 >= this.#sampleRateHz) return 0;
    const angle = this.#angleOf(frequencyHz);
    const coefficient = 2 * Math.cos(angle);
    const { weighted } = this.#tables;
    let last = 0;
    let beforeLast = 0;
    for (let index = 0; index < weighted.length; index++) {
      const next = (weighted[index] as number) + coefficient * last - beforeLast;
      beforeLast = last;
      last = next;
    }
    return this.#scale(Math.hypot(last - beforeLast * Math.cos(angle), beforeLast * Math.sin(angle)));
  }

  /**
   * What the window leaves of the amplitude of a tone that is so far off the measured frequency: the transform of the
   * Hann window, 1 at 0 and zero at ±100 Hz.
   */
  response(deviationHz: number): number {
    const bins = Math.abs(deviationHz * (HOP_MS / 1000) * HOPS_PER_WINDOW);
    if (bins < 1e-6) return 1;
    if (Math.abs(bins - 1) < 1e-6) return 0.5;
    return Math.sin(Math.PI * bins) / (Math.PI * bins * (1 - bins * bins));
  }

  /** The Goertzel recurrence of one group: four at once, since each step of one alone waits for its last. */
  #recur(first: number): void {
    const { weighted, coefficients } = this.#tables;
    const [c0, c1, c2, c3] = coefficients.subarray(first, first + GROUP_SIZE) as unknown as Quadruple;
    let [a0, a1, a2, a3] = [0, 0, 0, 0];
    let [b0, b1, b2, b3] = [0, 0, 0, 0];
    for (let index = 0; index < weighted.length; index++) {
      const sample = weighted[index] as number;
      const n0 = sample + c0 * a0 - b0;
      const n1 = sample + c1 * a1 - b1;
      const n2 = sample + c2 * a2 - b2;
      const n3 = sample + c3 * a3 - b3;
      b0 = a0;
      b1 = a1;
      b2 = a2;
      b3 = a3;
      a0 = n0;
      a1 = n1;
      a2 = n2;
      a3 = n3;
    }
    this.#finish(first, a0, b0);
    this.#finish(first + 1, a1, b1);
    this.#finish(first + 2, a2, b2);
    this.#finish(first + 3, a3, b3);
  }

  #finish(index: number, last: number, beforeLast: number): void {
    const angle = this.#angleOf(DTMF_FREQUENCIES_HZ[index] as number);
    this.#real[index] = last - beforeLast * Math.cos(angle);
    this.#imaginary[index] = beforeLast * Math.sin(angle);
  }

  /** The weights of a Hann window add up to half its length. */
  #scale(magnitude: number): number {
    return (magnitude * 4) / this.#samples.length;
  }

  #angleOf(frequencyHz: number): number {
    return angleOf(frequencyHz, this.#sampleRateHz);
  }
}

/** What all detectors of a sampling rate have in common: a leg comes and goes for less than its window takes to make. */
interface Tables {
  readonly hann: Float64Array;
  readonly coefficients: Float64Array;
  /** The window under analysis, of whichever detector: it is read to its end before the next one is filled. */
  readonly weighted: Float64Array;
}

const tablesByRate = new Map<number, Tables>();

function tablesOf(sampleRateHz: number, length: number): Tables {
  const made = tablesByRate.get(sampleRateHz);
  if (made !== undefined) return made;
  const angle = (2 * Math.PI) / length;
  const tables = {
    hann: Float64Array.from({ length }, (_, index) => 0.5 - 0.5 * Math.cos(angle * (index + 0.5))),
    coefficients: Float64Array.from(DTMF_FREQUENCIES_HZ, (hz) => 2 * Math.cos(angleOf(hz, sampleRateHz))),
    weighted: new Float64Array(length),
  };
  tablesByRate.set(sampleRateHz, tables);
  return tables;
}

function angleOf(frequencyHz: number, sampleRateHz: number): number {
  return (2 * Math.PI * frequencyHz) / sampleRateHz;
}

type Quadruple = [number, number, number, number];
