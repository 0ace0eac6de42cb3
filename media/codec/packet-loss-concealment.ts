/**
 * Packet-loss concealment after the manner of ITU-T G.711 Appendix I: the last pitch period heard is repeated,
 * from 10 ms on fading by 20 % each 10 ms, so that after 60 ms there is silence. Unlike the Appendix it adds
 * no delay: the seam at the beginning is left to the pitch match, that at the end is cross-faded.
 *
 * It works on the samples as they are played out, one after the other in one array, and so needs no copy of
 * what it heard: the history of a position is what stands before it.
 */

const SAMPLES_PER_MS = 8;
const PITCH_MINIMUM = 40; // 200 Hz (G.711 Appendix I §I.2.2)
const PITCH_MAXIMUM = 120; // 66 Hz
const CORRELATION_LENGTH = 20 * SAMPLES_PER_MS;
/** Samples that must stand before the position where a loss begins. */
export const CONCEALMENT_HISTORY = CORRELATION_LENGTH + PITCH_MAXIMUM + (PITCH_MAXIMUM >> 2);
const FULL_VOLUME_SAMPLES = 10 * SAMPLES_PER_MS;
const SILENT_SAMPLES = 60 * SAMPLES_PER_MS;
const OVERLAP_SAMPLES = 4 * SAMPLES_PER_MS;
/** The coarse search looks at every second sample and every second lag, then the best is refined. */
const COARSE_STEP = 2;

/** What would have been repeated had the loss gone on; used within one call, so one is enough for all legs. */
const CONTINUATION = new Int16Array(OVERLAP_SAMPLES);

export class PacketLossConcealment {
  /** Made at the first loss. */
  #period: Int16Array | null = null;
  #periodLength = PITCH_MINIMUM;
  #position = 0;
  #concealedSamples = 0;

  /** Writes `count` made-up samples at `offset`; `CONCEALMENT_HISTORY` samples must stand before it. */
  conceal(samples: Int16Array, offset: number, count: number): void {
    if (this.#concealedSamples === 0) this.#period = this.#findPeriod(samples, offset);
    this.#repeat(samples, offset, count);
    this.#concealedSamples += count;
  }

  /** Real samples stand at `offset` again: the first of them after a loss are blended into what was made up. */
  resume(samples: Int16Array, offset: number, count: number): void {
    if (this.#concealedSamples === 0 || count === 0) return;
    const overlap = Math.min(OVERLAP_SAMPLES, count);
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
    for (let index = 0; index < count; index++) {
      const faded = this.#concealedSamples + index - FULL_VOLUME_SAMPLES;
      const gain = 1 - Math.max(0, Math.min(1, faded / (SILENT_SAMPLES - FULL_VOLUME_SAMPLES)));
      samples[offset + index] = Math.round((period[this.#position] as number) * gain);
      this.#position = this.#position + 1 === this.#periodLength ? 0 : this.#position + 1;
    }
  }

  /** Keeps the last pitch period, its end blended into what came before it, so that it can be repeated. */
  #findPeriod(samples: Int16Array, end: number): Int16Array {
    const period = this.#period ?? new Int16Array(PITCH_MAXIMUM);
    const pitch = findPitch(samples, end);
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

function findPitch(samples: Int16Array, end: number): number {
  const coarse = findBestLag(samples, end, PITCH_MINIMUM, PITCH_MAXIMUM, COARSE_STEP);
  const from = Math.max(PITCH_MINIMUM, coarse - 1);
  return findBestLag(samples, end, from, Math.min(PITCH_MAXIMUM, coarse + 1), 1);
}

function findBestLag(samples: Int16Array, end: number, from: number, to: number, step: number): number {
  let best = from;
  let bestScore = Number.NEGATIVE_INFINITY;
  for (let lag = from; lag <= to; lag += step) {
    const score = correlate(samples, end, lag, step);
    if (score > bestScore) {
      best = lag;
      bestScore = score;
    }
  }
  return best;
}

/** Normalized cross-correlation of the last 20 ms with those `lag` samples earlier. */
function correlate(samples: Int16Array, end: number, lag: number, step: number): number {
  let product = 0;
  let energy = 1;
  for (let index = end - CORRELATION_LENGTH; index < end; index += step) {
    const earlier = samples[index - lag] as number;
    product += (samples[index] as number) * earlier;
    energy += earlier * earlier;
  }
  return product / Math.sqrt(energy);
}
