import { ILB } from './g722-table.ts';

/** What differs between the two sub-bands (G.722 §6.2.1.3). */
export interface SubBandScale {
  readonly initialScaleFactor: number;
  /** Of the logarithmic scale factor. */
  readonly maximum: number;
  /** Where its antilogarithm is a whole number of table steps. */
  readonly exponent: number;
}

export const LOWER_SCALE: SubBandScale = { initialScaleFactor: 32, maximum: 18_432, exponent: 8 };
export const HIGHER_SCALE: SubBandScale = { initialScaleFactor: 8, maximum: 22_528, exponent: 10 };

/**
 * The adaptive part that encoder and decoder of one sub-band have in common: scale factor of the quantizer, and the
 * predictor of two poles and six zeros (G.722 §6.2.1.3 and §6.2.1.4, blocks 3 and 4). All of it is arithmetic of 16
 * bits that saturates, as the Recommendation writes it down, so that two implementations agree to the bit.
 * The names of its variables stand behind ours.
 */
export class SubBand {
  /** DETL, DETH: what the quantizer's levels are multiplied by. */
  scaleFactor: number;
  /** SL, SH: the predicted sample. */
  prediction = 0;
  readonly #scale: SubBandScale;
  /** NBL, NBH */
  #logScaleFactor = 0;
  /** SZ: what the zeros alone predict. */
  #zeroPrediction = 0;
  /** D1 to D6 doubled, the last quantized differences, and B1 to B6, the coefficients of the zeros. */
  readonly #differences = new Int32Array(6);
  readonly #zeros = new Int32Array(6);
  /** A1 and A2, the coefficients of the poles; P1 and P2, and R1 and R2, partial and whole reconstructions. */
  #pole1 = 0;
  #pole2 = 0;
  #partial1 = 0;
  #partial2 = 0;
  #reconstructed1 = 0;

  constructor(scale: SubBandScale) {
    this.#scale = scale;
    this.scaleFactor = scale.initialScaleFactor;
  }

  /** Takes over the state of another one of the same scale. */
  copy(other: SubBand): void {
    this.scaleFactor = other.scaleFactor;
    this.prediction = other.prediction;
    this.#logScaleFactor = other.#logScaleFactor;
    this.#zeroPrediction = other.#zeroPrediction;
    this.#differences.set(other.#differences);
    this.#zeros.set(other.#zeros);
    this.#pole1 = other.#pole1;
    this.#pole2 = other.#pole2;
    this.#partial1 = other.#partial1;
    this.#partial2 = other.#partial2;
    this.#reconstructed1 = other.#reconstructed1;
  }

  /** Takes over a quantized difference (DLT, DH), and the multiplier of its code word (WL, WH). */
  adapt(difference: number, multiplier: number): void {
    this.#adaptScaleFactor(multiplier);
    const reconstructed = saturate(this.prediction + difference); // RECONS
    const partial = saturate(this.#zeroPrediction + difference); // PARREC
    this.#adaptPoles(partial);
    this.#adaptZeros(difference);
    this.#partial2 = this.#partial1;
    this.#partial1 = partial;
    this.#predict(reconstructed);
  }

  /** LOGSCL and SCALEL, LOGSCH and SCALEH. */
  #adaptScaleFactor(multiplier: number): void {
    const { maximum, exponent } = this.#scale;
    const leaked = ((this.#logScaleFactor * 127) >> 7) + multiplier;
    const log = leaked < 0 ? 0 : leaked > maximum ? maximum : leaked;
    this.#logScaleFactor = log;
    const mantissa = ILB[(log >> 6) & 31] as number;
    const shift = exponent - (log >> 11);
    this.scaleFactor = (shift < 0 ? mantissa << -shift : mantissa >> shift) << 2;
  }

  /** UPPOL2 and UPPOL1. */
  #adaptPoles(partial: number): void {
    const isSignOf1 = partial < 0 === this.#partial1 < 0;
    const isSignOf2 = partial < 0 === this.#partial2 < 0;
    const quadruple = saturate(this.#pole1 << 2);
    // −(−32768) is the one negation that leaves 16 bits.
    const correction = isSignOf1 ? Math.min(-quadruple, 32_767) : quadruple;
    const pole2 = (correction >> 7) + (isSignOf2 ? 128 : -128) + ((this.#pole2 * 32_512) >> 15);
    this.#pole2 = Math.max(-12_288, Math.min(12_288, pole2));
    const pole1 = saturate((isSignOf1 ? 192 : -192) + ((this.#pole1 * 32_640) >> 15));
    const bound = 15_360 - this.#pole2;
    this.#pole1 = Math.max(-bound, Math.min(bound, pole1));
  }

  /**
   * UPZERO, DELAYA and FILTEZ in one pass, from the oldest difference to the newest. The coefficients leak by 1/256 and
   * step by 128, so that they cannot leave 16 bits; signs are compared without branches, which would go wrong half
   * of the time.
   */
  #adaptZeros(difference: number): void {
    const differences = this.#differences;
    const zeros = this.#zeros;
    const step = difference === 0 ? 0 : 128;
    const doubled = saturate(difference + difference);
    let prediction = 0;
    for (let index = 5; index >= 0; index--) {
      const isOpposite = ((differences[index] as number) ^ doubled) >> 31; // −1 or 0
      const zero = (((zeros[index] as number) * 32_640) >> 15) + ((step ^ isOpposite) - isOpposite);
      zeros[index] = zero;
      const newer = index === 0 ? doubled : (differences[index - 1] as number);
      differences[index] = newer;
      prediction += (zero * newer) >> 15;
    }
    this.#zeroPrediction = saturate(prediction);
  }

  /** FILTEP and PREDIC. */
  #predict(reconstructed: number): void {
    const first = (this.#pole1 * saturate(reconstructed + reconstructed)) >> 15;
    const second = (this.#pole2 * saturate(this.#reconstructed1 + this.#reconstructed1)) >> 15;
    this.#reconstructed1 = reconstructed;
    this.prediction = saturate(saturate(first + second) + this.#zeroPrediction);
  }
}

/** To 16 bits. */
export function saturate(value: number): number {
  return value > 32_767 ? 32_767 : value < -32_768 ? -32_768 : value;
}
