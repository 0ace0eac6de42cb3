/**
 * Packet-loss concealment after the manner of ITU-T G.711 Appendix I: the last pitch period heard is repeated,
 * from 10 ms on fading by 20 % each 10 ms, so that after 60 ms there is silence. Unlike the Appendix it adds
 * no delay: the seam at the beginning is left to the pitch match, that at the end is cross-faded.
 *
 * It works on the samples as they are played out, one after the other in one array, and so needs no copy of
 * what it heard: the history of a position is what stands before it.
 */

const PITCH_MINIMUM_MS = 5; // 200 Hz (G.711 Appendix I §I.2.2)
const PITCH_MAXIMUM_MS = 15; // 66 Hz
const CORRELATION_MS = 20;
/** Of sound that must stand before the position where a loss begins; a quarter period is blended in front of one. */
const HISTORY_MS = CORRELATION_MS + PITCH_MAXIMUM_MS * 1.25;
const FULL_VOLUME_MS = 10;
const SILENT_MS = 60;
const OVERLAP_MS = 4;
/** The coarse search looks, at 8 kHz, at every second sample and every second lag, then the best is refined. */
const COARSE_STEPS_PER_MS = 4;
const SAMPLES_PER_MS_MAXIMUM = 16;

/** What would have been repeated had the loss gone on; used within one call, so one is enough for all legs. */
const CONTINUATION = new Int16Array(OVERLAP_MS * SAMPLES_PER_MS_MAXIMUM);

/** Samples that must stand before the position where a loss begins. */
export function concealmentHistory(samplesPerMs: number): number {
  return HISTORY_MS * samplesPerMs;
}

export class PacketLossConcealment {
  readonly #samplesPerMs: number;
  /** Made at the first loss. */
  #period: Int16Array | null = null;
  #periodLength = 1;
  #position = 0;
  #concealedSamples = 0;

  constructor(samplesPerMs: 8 | 16) {
    this.#samplesPerMs = samplesPerMs;
  }

  /** Writes `count` made-up samples at `offset`; `concealmentHistory` samples must stand before it. */
  conceal(samples: Int16Array, offset: number, count: number): void {
    if (this.#concealedSamples === 0) this.#period = this.#findPeriod(samples, offset);
    this.#repeat(samples, offset, count);
    this.#concealedSamples += count;
  }

  /** Real samples stand at `offset` again: the first of them after a loss are blended into what was made up. */
  resume(samples: Int16Array, offset: number, count: number): void {
    if (this.#concealedSamples === 0 || count === 0) return;
    const overlap = Math.min(OVERLAP_MS * this.#samplesPerMs, count);
    this.#repeat(CONTINUATION, 0, overlap);
    for (let index = 0; index < overlap; index++) {
      const weight = (index + 1) / (overlap + 1);
      const made = CONTINUATION[index] as number;
      const real = samples[offset + index] as number;
      samples[offset + index] = Math.round(made + (real - made) * weight);
    }
    this.#concealedSamples = 0;
  }

  #repeat(samples: Int16Array, offset: number, count: number): void {
    const period = this.#period;
    if (period === null) return;
    const fullVolume = FULL_VOLUME_MS * this.#samplesPerMs;
    const fading = SILENT_MS * this.#samplesPerMs - fullVolume;
    for (let index = 0; index < count; index++) {
      const faded = this.#concealedSamples + index - fullVolume;
      const gain = 1 - Math.max(0, Math.min(1, faded / fading));
      samples[offset + index] = Math.round((period[this.#position] as number) * gain);
      this.#position = this.#position + 1 === this.#periodLength ? 0 : this.#position + 1;
    }
  }

  /** Keeps the last pitch period, its end blended into what came before it, so that it can be repeated. */
  #findPeriod(samples: Int16Array, end: number): Int16Array {
    const period = this.#period ?? new Int16Array(PITCH_MAXIMUM_MS * this.#samplesPerMs);
    const pitch = findPitch(samples, end, this.#samplesPerMs);
    this.#periodLength = pitch;
    this.#position = 0;
    for (let index = 0; index < pitch; index++) {
      period[index] = samples[end - pitch + index] as number;
    }
    const overlap = pitch >> 2;
    for (let index = 0; index < overlap; index++) {
      const weight = (index + 1) / (overlap + 1);
      const last = samples[end - overlap + index] as number;
      const before = samples[end - pitch - overlap + index] as number;
      period[pitch - overlap + index] = Math.round(last + (before - last) * weight);
    }
    return period;
  }
}

function findPitch(samples: Int16Array, end: number, samplesPerMs: number): number {
  const minimum = PITCH_MINIMUM_MS * samplesPerMs;
  const maximum = PITCH_MAXIMUM_MS * samplesPerMs;
  const length = CORRELATION_MS * samplesPerMs;
  const step = samplesPerMs / COARSE_STEPS_PER_MS;
  let lag = findBestLag(samples, end, minimum, maximum, step, length);
  for (let finer = step / 2; finer >= 1; finer /= 2) {
    const from = Math.max(minimum, lag - finer);
    lag = findBestLag(samples, end, from, Math.min(maximum, lag + finer), finer, length);
  }
  return lag;
}

function findBestLag(
  samples: Int16Array,
  end: number,
  from: number,
  to: number,
  step: number,
  length: number,
): number {
  let best = from;
  let bestScore = Number.NEGATIVE_INFINITY;
  for (let lag = from; lag <= to; lag += step) {
    const score = correlate(samples, end, lag, step, length);
    if (score > bestScore) {
      best = lag;
      bestScore = score;
    }
  }
  return best;
}

/** Normalized cross-correlation of the last 20 ms with those `lag` samples earlier. */
function correlate(samples: Int16Array, end: number, lag: number, step: number, length: number): number {
  let product = 0;
  let energy = 1;
  for (let index = end - length; index < end; index += step) {
    const earlier = samples[index - lag] as number;
    product += (samples[index] as number) * earlier;
    energy += earlier * earlier;
  }
  return product / Math.sqrt(energy);
}
