import { InBandDetector } from '../../../media/dtmf/in-band-detector.ts';
import type { MediaDigit } from '../../../media/engine/media-leg.ts';
import { seededRandom } from '../../../media/impairment/random.ts';

export const DIGITS = [...'0123456789*#ABCD'];
const LOW_HZ = [697, 770, 852, 941];
const HIGH_HZ = [1209, 1336, 1477, 1633];
const ROWS = ['123A', '456B', '789C', '*0#D'];
/** A sine of 0 dBm0 (ITU-T G.711: 3.14 dB below full scale). */
const AMPLITUDE_0_DBM0 = 32_768 * 10 ** (-3.14 / 20);

export interface KeySound {
  readonly digit: string;
  readonly sampleRateHz?: number;
  readonly durationMs?: number;
  /** Of each tone, in dBm0. */
  readonly lowLevel?: number;
  readonly highLevel?: number;
  /** Of each frequency. */
  readonly lowDeviationPercent?: number;
  readonly highDeviationPercent?: number;
  /** Where in its period the sound begins; decides how it falls on the detector's windows and samples. */
  readonly phase?: number;
}

export function frequenciesOf(digit: string): readonly [number, number] {
  const row = ROWS.findIndex((keys) => keys.includes(digit));
  return [LOW_HZ[row]!, HIGH_HZ[ROWS[row]!.indexOf(digit)]!];
}

export function keySound(key: KeySound): Int16Array {
  const { sampleRateHz = 8000, durationMs = 100, lowLevel = -10, highLevel = -10, phase = 0 } = key;
  const [lowHz, highHz] = frequenciesOf(key.digit);
  return tones(
    [
      { hz: lowHz * (1 + (key.lowDeviationPercent ?? 0) / 100), level: lowLevel },
      { hz: highHz * (1 + (key.highDeviationPercent ?? 0) / 100), level: highLevel },
    ],
    durationMs,
    sampleRateHz,
    phase,
  );
}

/** A sum of sines; levels in dBm0. */
export function tones(
  parts: readonly { readonly hz: number; readonly level: number }[],
  durationMs: number,
  sampleRateHz = 8000,
  phase = 0,
): Int16Array {
  return Int16Array.from({ length: Math.round((sampleRateHz * durationMs) / 1000) }, (_, index) => {
    let sum = 0;
    for (const { hz, level } of parts) {
      const angle = (2 * Math.PI * hz * index) / sampleRateHz + phase;
      sum += AMPLITUDE_0_DBM0 * 10 ** (level / 20) * Math.sin(angle);
    }
    return Math.max(-32_768, Math.min(32_767, Math.round(sum)));
  });
}

export function silence(durationMs: number, sampleRateHz = 8000): Int16Array {
  return new Int16Array(Math.round((sampleRateHz * durationMs) / 1000));
}

export function join(...parts: readonly Int16Array[]): Int16Array {
  const whole = new Int16Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The sound with white noise over it; the level is that of a sine of the same power. */
export function withNoise(sound: Int16Array, level: number, seed: number): Int16Array {
  const random = seededRandom(seed);
  // Uniform in ±a has the power a²/3, a sine a²/2.
  const amplitude = AMPLITUDE_0_DBM0 * 10 ** (level / 20) * Math.sqrt(3 / 2);
  return sound.map((sample) => {
    const noisy = Math.round(sample + (random() * 2 - 1) * amplitude);
    return Math.max(-32_768, Math.min(32_767, noisy));
  });
}

/** What the detector hears in a sound, given in frames of 20 ms. */
export function detect(sound: Int16Array, sampleRateHz = 8000, frameMs = 20): MediaDigit[] {
  const heard: MediaDigit[] = [];
  const detector = new InBandDetector(sampleRateHz, (digit) => heard.push(digit));
  const frame = (sampleRateHz * frameMs) / 1000;
  for (let at = 0; at < sound.length; at += frame) {
    const count = Math.min(frame, sound.length - at);
    detector.listen(sound, at, count, ((at + count) * 1000) / sampleRateHz);
  }
  detector.close();
  return heard;
}

export function digitsIn(sound: Int16Array, sampleRateHz = 8000): string {
  return detect(sound, sampleRateHz)
    .map(({ digit }) => digit)
    .join('');
}
