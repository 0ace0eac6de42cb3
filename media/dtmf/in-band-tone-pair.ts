import { DTMF_FREQUENCIES_HZ, type InBandSpectrum } from './in-band-spectrum.ts';
import { AMPLITUDE_0_DBM0, KEYPAD_ROWS } from './key-tone.ts';

const GROUP_SIZE = 4;

/** ITU-T Q.24 wants ±1.5 % taken and ±3.5 % refused: the middle. */
const DEVIATION_MAXIMUM_PERCENT = 2.5;
/** High group over low group. Of Q.24 annex A's administrations, AT&T wants 4 dB above and 8 dB below taken. */
const TWIST_MAXIMUM_DB = 6;
const TWIST_MINIMUM_DB = -11;
/** Of the weaker tone. Q.24 annex A wants −25 or −27 dBm taken; we hear some decibels more. */
const LEVEL_MINIMUM_DBM0 = -33;
/** The part of all energy that the two tones must be: 6.5 dB over noise, and three quarters of the window filled. */
const PURITY_MINIMUM = 0.82;
/**
 * Voices have harmonics, tone pairs have not. The second harmonic of each tone, and the harmonics that stand beside
 * the tones if these two are neighbors in a voice's comb, must be so far below the stronger tone. A vowel at 238 Hz
 * whose fourth and fifth harmonic fall on 941 and 1209 Hz has them at −9 dB; noise of 15 dB has −32 dB there.
 */
const HARMONIC_MAXIMUM_DB = -14;
/** Beyond this the window leaves nothing of a tone, even where it fills only three quarters of it. */
const NEAR_HZ = 180;

/** What a window holds, if it is a key; filled again and again. */
export interface TonePair {
  digit: string;
  /** Of both tones together. */
  levelDbm0: number;
}

/** @returns whether the window is one pair of DTMF tones and nothing else, and then fills `into` */
export function readTonePair(spectrum: InBandSpectrum, into: TonePair): boolean {
  const low = strongestOf(spectrum, 0);
  const high = strongestOf(spectrum, GROUP_SIZE);
  // The cheap question first: speech fails here nearly always.
  const uncorrected = (spectrum.amplitude(low) ** 2 + spectrum.amplitude(high) ** 2) / 2;
  if (uncorrected < (PURITY_MINIMUM / 2) * spectrum.meanSquare) return false;
  const lowAmplitude = readAmplitude(spectrum, low);
  const highAmplitude = readAmplitude(spectrum, high);
  const weaker = Math.min(lowAmplitude, highAmplitude);
  if (weaker < AMPLITUDE_0_DBM0 * 10 ** (LEVEL_MINIMUM_DBM0 / 20)) return false;
  const twistDb = 20 * Math.log10(highAmplitude / lowAmplitude);
  if (twistDb > TWIST_MAXIMUM_DB || twistDb < TWIST_MINIMUM_DB) return false;
  const power = (lowAmplitude ** 2 + highAmplitude ** 2) / 2;
  if (power < PURITY_MINIMUM * spectrum.meanSquare) return false;
  if (hasHarmonics(spectrum, low, high, Math.max(lowAmplitude, highAmplitude))) return false;
  into.digit = KEYPAD_ROWS[low]?.[high - GROUP_SIZE] ?? '';
  into.levelDbm0 = 10 * Math.log10((power * 2) / AMPLITUDE_0_DBM0 ** 2);
  return true;
}

function strongestOf(spectrum: InBandSpectrum, first: number): number {
  let strongest = first;
  for (let index = first + 1; index < first + GROUP_SIZE; index++) {
    if (spectrum.amplitude(index) > spectrum.amplitude(strongest)) strongest = index;
  }
  return strongest;
}

/** The amplitude of the tone near a DTMF frequency; 0 where it is too far from it. */
function readAmplitude(spectrum: InBandSpectrum, index: number): number {
  const deviationHz = spectrum.deviationHz(index);
  const limitHz = ((DTMF_FREQUENCIES_HZ[index] as number) * DEVIATION_MAXIMUM_PERCENT) / 100;
  if (Math.abs(deviationHz) > limitHz) return 0;
  return spectrum.amplitude(index) / spectrum.response(deviationHz);
}

function hasHarmonics(spectrum: InBandSpectrum, low: number, high: number, stronger: number): boolean {
  const lowHz = (DTMF_FREQUENCIES_HZ[low] as number) + spectrum.deviationHz(low);
  const highHz = (DTMF_FREQUENCIES_HZ[high] as number) + spectrum.deviationHz(high);
  const limit = stronger * 10 ** (HARMONIC_MAXIMUM_DB / 20);
  return [2 * lowHz, 2 * highHz, 2 * highHz - lowHz, 2 * lowHz - highHz].some((hz) => {
    // What stands near a tone, such as twice 697 Hz near 1336, cannot be told from it.
    const distanceHz = Math.min(Math.abs(hz - lowHz), Math.abs(hz - highHz));
    return distanceHz > NEAR_HZ && spectrum.amplitudeAt(Math.abs(hz)) > limit;
  });
}
