import { DTMF_FREQUENCIES_HZ } from './in-band-spectrum.ts';

/** Keys by low and high frequency (ITU-T Q.23 §6). */
export const KEYPAD_ROWS: readonly string[] = ['123A', '456B', '789C', '*0#D'];
/** A sine of 0 dBm0 in 16-bit samples: 3.14 dB below full scale (ITU-T G.711, table 5). */
export const AMPLITUDE_0_DBM0 = 32_768 * 10 ** (-3.14 / 20);
/** Telephones send the high group some 2 dB louder, for lines lose more of it (ETSI ES 201 235-2 §4.2.2). */
const LOW_DBM0 = -11;
const HIGH_DBM0 = -9;
/** Begins and ends without a click. */
const EDGE_MS = 2;

/**
 * The tone of a key, and silence after it.
 * @throws RangeError for a character that is no key
 */
export function createKeyTone(
  digit: string,
  { toneMs, silenceMs, sampleRateHz }: { toneMs: number; silenceMs: number; sampleRateHz: number },
): Int16Array {
  const row = KEYPAD_ROWS.findIndex((keys) => keys.includes(digit));
  const column = KEYPAD_ROWS[row]?.indexOf(digit) ?? -1;
  const lowHz = DTMF_FREQUENCIES_HZ[row];
  const highHz = DTMF_FREQUENCIES_HZ[KEYPAD_ROWS.length + column];
  if (lowHz === undefined || highHz === undefined || digit.length !== 1) {
    throw new RangeError(`"${digit}" is not a key: expected one of 0-9 * # A-D`);
  }
  const count = Math.round((toneMs * sampleRateHz) / 1000);
  const edge = (EDGE_MS * sampleRateHz) / 1000;
  const samples = new Int16Array(count + Math.round((silenceMs * sampleRateHz) / 1000));
  for (let index = 0; index < count; index++) {
    const angle = (2 * Math.PI * index) / sampleRateHz;
    const envelope = Math.min(1, index / edge, (count - 1 - index) / edge);
    const wave =
      amplitude(LOW_DBM0) * Math.sin(angle * lowHz) + amplitude(HIGH_DBM0) * Math.sin(angle * highHz);
    samples[index] = Math.round(wave * envelope);
  }
  return samples;
}

function amplitude(levelDbm0: number): number {
  return AMPLITUDE_0_DBM0 * 10 ** (levelDbm0 / 20);
}
