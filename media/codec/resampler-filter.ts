/** Low-pass filters for the resampler: windowed sinc, cut into the phases that one output sample needs. */

/** Stop-band attenuation that the window is made for; what comes out is measured in the tests. */
const ATTENUATION_DB = 68;
/** Where the pass band ends, in parts of the lower rate's half: 3.4 of 4 kHz, as telephony has it. */
const PASS_BAND = 0.85;
/** The resampler's inner loop takes so many taps at once. */
const TAPS_AT_ONCE = 4;

/** The filter of one pair of rates; `up` phases of `taps` coefficients each, the oldest sample's first. */
export interface PolyphaseFilter {
  /** Output samples for every `down` input samples. */
  readonly up: number;
  readonly down: number;
  readonly taps: number;
  readonly coefficients: Float64Array;
  readonly delayMs: number;
}

/** Filters are shared by all resamplers of their rates. */
const FILTERS = new Map<number, PolyphaseFilter>();

export function findPolyphaseFilter(fromRateHz: number, toRateHz: number): PolyphaseFilter {
  const key = fromRateHz * 2 ** 20 + toRateHz;
  const known = FILTERS.get(key);
  if (known !== undefined) return known;
  const made = createPolyphaseFilter(fromRateHz, toRateHz);
  FILTERS.set(key, made);
  return made;
}

function createPolyphaseFilter(fromRateHz: number, toRateHz: number): PolyphaseFilter {
  const divisor = greatestCommonDivisor(fromRateHz, toRateHz);
  const up = toRateHz / divisor;
  const down = fromRateHz / divisor;
  const rateHz = fromRateHz * up;
  const stopHz = Math.min(fromRateHz, toRateHz) / 2;
  const passHz = stopHz * PASS_BAND;
  // Kaiser's estimate of the length that the attenuation takes over this transition.
  const transition = (2 * Math.PI * (stopHz - passHz)) / rateHz;
  const length = Math.ceil((ATTENUATION_DB - 7.95) / (2.285 * transition)) + 1;
  const taps = Math.ceil(length / up / TAPS_AT_ONCE) * TAPS_AT_ONCE;
  const prototype = createLowPass(taps * up, (passHz + stopHz) / rateHz);
  const coefficients = new Float64Array(taps * up);
  for (let phase = 0; phase < up; phase++) setPhase(coefficients, prototype, phase, up, taps);
  return { up, down, taps, coefficients, delayMs: ((taps * up - 1) * 500) / rateHz };
}

/** The phase's taps back to front, with unit gain, so that a constant stays the same in every phase. */
function setPhase(
  into: Float64Array,
  prototype: Float64Array,
  phase: number,
  up: number,
  taps: number,
): void {
  let sum = 0;
  for (let tap = 0; tap < taps; tap++) sum += prototype[tap * up + phase] as number;
  for (let tap = 0; tap < taps; tap++) {
    into[phase * taps + taps - 1 - tap] = (prototype[tap * up + phase] as number) / sum;
  }
}

/** Sinc under a Kaiser window; `cutoff` in parts of the sampling rate's half. */
function createLowPass(length: number, cutoff: number): Float64Array {
  // Kaiser 1974, for more than 50 dB.
  const beta = 0.1102 * (ATTENUATION_DB - 8.7);
  const center = (length - 1) / 2;
  return Float64Array.from({ length }, (_, index) => {
    const distance = index - center;
    const angle = Math.PI * cutoff * distance;
    const sinc = distance === 0 ? 1 : Math.sin(angle) / angle;
    return sinc * besselI0(beta * Math.sqrt(1 - (distance / (center + 0.5)) ** 2));
  });
}

/** Modified Bessel function of the first kind and order zero, by its power series. */
function besselI0(x: number): number {
  let term = 1;
  let sum = 1;
  for (let order = 1; term > sum * 1e-12; order++) {
    term *= (x / (2 * order)) ** 2;
    sum += term;
  }
  return sum;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
