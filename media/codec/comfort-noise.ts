/**
 * Comfort noise (RFC 3389): the first octet is the noise level in −dBov, the others are reflection
 * coefficients of an all-pole model of its spectrum, quantised to a = (octet − 127) / 128 (§3.3).
 */

const LEVEL_MASK = 0x7f; // RFC 3389 §3.1: the most significant bit is unused
/** More would cost time and add nothing one can hear in noise; RFC 3389 §3 allows a receiver to use fewer. */
const ORDER_MAXIMUM = 12;
/** dBov is relative to the overload point of the codec, here full scale of 16 bits (RFC 3389 §3.1). */
const FULL_SCALE = 32_768;

export class ComfortNoise {
  #amplitude = 0;
  #order = 0;
  readonly #reflection = new Float64Array(ORDER_MAXIMUM);
  /** Backward errors of the lattice: the filter's memory. */
  readonly #memory = new Float64Array(ORDER_MAXIMUM + 1);
  #random = 0x2545_f491;

  /** Takes over the noise a payload describes; an empty payload is a silent one. */
  update(payload: Uint8Array, offset: number, length: number): void {
    if (length === 0) {
      this.#amplitude = 0;
      return;
    }
    const level = (payload[offset] ?? LEVEL_MASK) & LEVEL_MASK;
    this.#order = Math.min(length - 1, ORDER_MAXIMUM);
    // The lattice amplifies by Π 1/(1 − k²), taken out so that the noise comes at its level.
    let power = 1;
    for (let index = 0; index < this.#order; index++) {
      const quantised = ((payload[offset + 1 + index] ?? 127) - 127) / 128;
      // A reflection coefficient of ±1 would make the filter ring for ever.
      const reflection = Math.max(-0.98, Math.min(0.98, quantised));
      this.#reflection[index] = reflection;
      power *= 1 - reflection * reflection;
    }
    // Uniform noise in ±a has the power a²/3.
    this.#amplitude = FULL_SCALE * 10 ** (-level / 20) * Math.sqrt(3 * power);
  }

  /** Writes the next `count` samples of noise. */
  generate(samples: Int16Array, offset: number, count: number): void {
    if (this.#amplitude < 1) {
      samples.fill(0, offset, offset + count);
      return;
    }
    for (let index = offset; index < offset + count; index++) {
      const sample = Math.round(this.#synthesize(this.#amplitude * this.#takeRandom()));
      samples[index] = Math.max(-FULL_SCALE, Math.min(FULL_SCALE - 1, sample));
    }
  }

  /** One step of the all-pole lattice. */
  #synthesize(excitation: number): number {
    const memory = this.#memory;
    let forward = excitation;
    for (let stage = this.#order - 1; stage >= 0; stage--) {
      const reflection = this.#reflection[stage] as number;
      const backward = memory[stage] as number;
      forward -= reflection * backward;
      memory[stage + 1] = backward + reflection * forward;
    }
    memory[0] = forward;
    return forward;
  }

  /** Xorshift, uniform in −1…1: noise needs no better source. */
  #takeRandom(): number {
    let state = this.#random;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#random = state;
    return state / 0x8000_0000;
  }
}
