/** Full scale of 16-bit PCM. */
const FULL_SCALE = 32_768;

/** A sine of `amplitude` (0–1 of full scale), starting at sample `from`, so that frames join without a click. */
export function sineTone(
  frequencyHz: number,
  sampleRateHz: number,
  samples: number,
  amplitude = 0.25,
  from = 0,
): Int16Array {
  const step = (2 * Math.PI * frequencyHz) / sampleRateHz;
  return Int16Array.from({ length: samples }, (_, index) =>
    Math.round(Math.sin(step * (from + index)) * amplitude * (FULL_SCALE - 1)),
  );
}

/**
 * The amplitude (0–1 of full scale) of one frequency in the samples, by the Goertzel recurrence; a pure sine of
 * amplitude 0.25 gives 0.25, other frequencies near nothing.
 */
export function toneAmplitude(samples: Int16Array, sampleRateHz: number, frequencyHz: number): number {
  if (samples.length === 0) return 0;
  const omega = (2 * Math.PI * frequencyHz) / sampleRateHz;
  const coefficient = 2 * Math.cos(omega);
  let previous = 0;
  let beforePrevious = 0;
  for (const sample of samples) {
    const current = sample / FULL_SCALE + coefficient * previous - beforePrevious;
    beforePrevious = previous;
    previous = current;
  }
  const power = previous ** 2 + beforePrevious ** 2 - coefficient * previous * beforePrevious;
  return (2 * Math.sqrt(Math.max(0, power))) / samples.length;
}

/**
 * The greatest amplitude of a frequency over windows of 200 ms: a tone that came for a part of the recording is
 * found at its full height, and one that never came stays at nothing.
 */
export function toneAmplitudePeak(samples: Int16Array, sampleRateHz: number, frequencyHz: number): number {
  const window = Math.round(sampleRateHz / 5);
  let peak = 0;
  for (let from = 0; from + window <= samples.length; from += window) {
    peak = Math.max(peak, toneAmplitude(samples.subarray(from, from + window), sampleRateHz, frequencyHz));
  }
  return peak;
}

/** ITU-T G.711 µ-law of one sample, by the definition (bias 33 on 14 bits), slow and plain on purpose. */
export function encodePcmu(sample: number): number {
  const sign = sample < 0 ? 0x80 : 0;
  const biased = Math.min(Math.abs(sample) >> 2, 8_158) + 33;
  const segment = 31 - Math.clz32(biased) - 5;
  const mantissa = (biased >> (segment + 1)) & 0x0f;
  return ~(sign | (segment << 4) | mantissa) & 0xff;
}

export function decodePcmu(code: number): number {
  const inverted = ~code & 0xff;
  const segment = (inverted >> 4) & 7;
  const magnitude = (((inverted & 0x0f) * 2 + 33) << segment) - 33;
  return (inverted & 0x80 ? -magnitude : magnitude) * 4;
}
