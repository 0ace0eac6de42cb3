import { findPolyphaseFilter } from './resampler-filter.ts';

/** Changes the sampling rate of a whole sound, between any two rates; it is delayed by half a sample at most. */
export function resampleSound(samples: Int16Array, fromRateHz: number, toRateHz: number): Int16Array {
  if (fromRateHz === toRateHz) return samples;
  const { up, down, taps, coefficients, delayMs } = findPolyphaseFilter(fromRateHz, toRateHz);
  const outputs = Math.floor((samples.length * up) / down);
  const ahead = Math.round((delayMs * toRateHz) / 1000);
  const resampled = new Int16Array(outputs);
  for (let output = 0; output < outputs; output++) {
    const position = (output + ahead) * down;
    const phase = position % up;
    const newest = (position - phase) / up;
    let sum = 0;
    for (let tap = 0; tap < taps; tap++) {
      const sample = samples[newest - taps + 1 + tap] ?? 0;
      sum += sample * (coefficients[phase * taps + tap] as number);
    }
    resampled[output] = Math.max(-32_768, Math.min(32_767, Math.round(sum)));
  }
  return resampled;
}
