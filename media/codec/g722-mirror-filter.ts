import { QMF_COEFFICIENTS } from './g722-table.ts';

const TAPS = 12;
/** What a sample pair still needs of those before it. */
const HISTORY = 2 * TAPS - 2;

/**
 * One side of the quadrature mirror filter (G.722 §5.2.1, §5.2.2): 24 taps over pairs of samples. `even` and `odd`
 * are the sums over every second sample; their sum and difference are the sub-bands, or they are the samples.
 */
export class MirrorFilter {
  /** The samples before the present pair stand before it, so that no pair moves the others along. */
  readonly #samples = new Int32Array(HISTORY + 2 * 160);
  #end = HISTORY;
  even = 0;
  odd = 0;

  /** Takes over the state of another one. */
  copy(other: MirrorFilter): void {
    this.#samples.set(other.#samples);
    this.#end = other.#end;
  }

  push(first: number, second: number): void {
    const samples = this.#samples;
    if (this.#end === samples.length) {
      samples.copyWithin(0, samples.length - HISTORY);
      this.#end = HISTORY;
    }
    const end = this.#end;
    samples[end] = first;
    samples[end + 1] = second;
    this.#end = end + 2;
    let even = 0;
    let odd = 0;
    for (let tap = 0, at = end - HISTORY; tap < TAPS; tap++, at += 2) {
      odd += (samples[at] as number) * (QMF_COEFFICIENTS[tap] as number);
      even += (samples[at + 1] as number) * (QMF_COEFFICIENTS[TAPS - 1 - tap] as number);
    }
    this.even = even;
    this.odd = odd;
  }
}
