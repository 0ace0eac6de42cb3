import { describe, expect, it } from 'vitest';
import { Resampler, type SampleRateHz } from '../../../media/codec/resampler.ts';
import { seededRandom } from '../../../media/impairment/random.ts';
import { sineTone, toneAmplitude } from '../../support/tone.ts';

const RATES: readonly SampleRateHz[] = [8000, 16_000, 48_000];
const PAIRS = RATES.flatMap((from) => RATES.filter((to) => to !== from).map((to) => ({ from, to })));
const AMPLITUDE = 0.5;
/** Rounding to 16 bits alone leaves about this much of everything. */
const SETTLED = 0.05;

function resample(samples: Int16Array, from: SampleRateHz, to: SampleRateHz): Int16Array {
  const into = new Int16Array((samples.length * to) / from);
  const resampler = new Resampler(from, to);
  expect(resampler.resample(samples, 0, samples.length, into, 0)).toBe(into.length);
  return into.subarray(Math.round(to * SETTLED));
}

function halfSecond(frequencyHz: number, rateHz: number): Int16Array {
  return sineTone(frequencyHz, rateHz, rateHz * 0.5, AMPLITUDE);
}

function decibels(amplitude: number): number {
  return 20 * Math.log10(amplitude / AMPLITUDE);
}

/** Root of the mean square, as the amplitude of a sine that has as much of it. */
function loudness(samples: Int16Array): number {
  let sum = 0;
  for (const sample of samples) sum += (sample / 32_768) ** 2;
  return Math.sqrt((2 * sum) / samples.length);
}

describe.each(PAIRS)('from $from to $to Hz', ({ from, to }) => {
  const lowerHz = Math.min(from, to);

  it('keeps the pass band within 0.1 dB', () => {
    for (const part of [0.01, 0.1, 0.25, 0.5, 0.7, 0.8, 0.85]) {
      const frequencyHz = (lowerHz / 2) * part;
      const heard = resample(halfSecond(frequencyHz, from), from, to);
      expect(Math.abs(decibels(toneAmplitude(heard, to, frequencyHz))), `${frequencyHz} Hz`).toBeLessThan(
        0.1,
      );
    }
  });

  it('keeps everything but the tone 60 dB below it', () => {
    for (const part of [0.13, 0.37, 0.61, 0.85]) {
      const frequencyHz = (lowerHz / 2) * part;
      const heard = resample(halfSecond(frequencyHz, from), from, to);
      const residue = removeTone(heard, to, frequencyHz);
      expect(decibels(loudness(residue)), `${frequencyHz} Hz`).toBeLessThan(-60);
    }
  });

  it('gives the same samples in frames of 20 ms as at once', () => {
    const random = seededRandom(from + to);
    const samples = Int16Array.from({ length: from / 2 }, () => (random() - 0.5) * 30_000);
    const atOnce = new Int16Array(to / 2);
    new Resampler(from, to).resample(samples, 0, samples.length, atOnce, 0);
    const inFrames = new Int16Array(to / 2);
    const resampler = new Resampler(from, to);
    for (let frame = 0; frame < 25; frame++) {
      resampler.resample(samples, (frame * from) / 50, from / 50, inFrames, (frame * to) / 50);
    }
    expect(inFrames).toEqual(atOnce);
  });

  it('keeps full scale within 16 bits', () => {
    const square = Int16Array.from({ length: from / 10 }, (_, index) => (index % 40 < 20 ? 32_767 : -32_768));
    const heard = resample(square, from, to);
    expect(Math.max(...heard)).toBe(32_767);
    expect(Math.min(...heard)).toBe(-32_768);
  });

  it('delays by as much as it says', () => {
    const pulse = new Int16Array(from / 10);
    const at = from / 25;
    // A hill 4 ms wide, in the pass band of all rates.
    for (let index = -from / 500; index <= from / 500; index++) {
      pulse[at + index] = 16_000 * Math.cos((index / (from / 500)) * (Math.PI / 2)) ** 2;
    }
    const into = new Int16Array(to / 10);
    const resampler = new Resampler(from, to);
    resampler.resample(pulse, 0, pulse.length, into, 0);
    let moment = 0;
    let sum = 0;
    for (const [index, sample] of into.entries()) {
      moment += index * sample;
      sum += sample;
    }
    expect((moment / sum / to) * 1000 - (at / from) * 1000).toBeCloseTo(resampler.delayMs, 1);
    expect(resampler.delayMs).toBeLessThan(4);
  });
});

it.each(PAIRS.filter(({ from, to }) => to < from))(
  'rejects by 60 dB what would fold back, from $from to $to Hz',
  ({ from, to }) => {
    for (let frequencyHz = to / 2; frequencyHz < from / 2; frequencyHz += 190) {
      const heard = resample(halfSecond(frequencyHz, from), from, to);
      expect(decibels(loudness(heard)), `${frequencyHz} Hz`).toBeLessThan(-60);
    }
  },
);

it.each(PAIRS.filter(({ from, to }) => to > from))(
  'rejects by 60 dB the images above the old half rate, from $from to $to Hz',
  ({ from, to }) => {
    for (const part of [0.2, 0.5, 0.85, 0.95]) {
      const frequencyHz = (from / 2) * part;
      const heard = resample(halfSecond(frequencyHz, from), from, to);
      for (let carrierHz = from; carrierHz <= to / 2; carrierHz += from) {
        for (const imageHz of [carrierHz - frequencyHz, carrierHz + frequencyHz]) {
          if (imageHz >= to / 2) continue;
          expect(decibels(toneAmplitude(heard, to, imageHz)), `${imageHz} Hz`).toBeLessThan(-60);
        }
      }
    }
  },
);

it('leaves a stream of the same rate as it is, but for its delay', () => {
  const resampler = new Resampler(16_000, 16_000);
  const samples = sineTone(1000, 16_000, 3200, AMPLITUDE);
  const heard = resample(samples, 16_000, 16_000);
  expect(decibels(toneAmplitude(heard, 16_000, 1000))).toBeCloseTo(0, 1);
  expect(resampler.delayMs).toBeGreaterThan(0);
});

/** What is left when the best fitting sine of this frequency is taken out. */
function removeTone(samples: Int16Array, rateHz: number, frequencyHz: number): Int16Array {
  const omega = (2 * Math.PI * frequencyHz) / rateHz;
  let cosine = 0;
  let sine = 0;
  for (const [index, sample] of samples.entries()) {
    cosine += (sample * Math.cos(omega * index) * 2) / samples.length;
    sine += (sample * Math.sin(omega * index) * 2) / samples.length;
  }
  return samples.map((sample, index) =>
    Math.round(sample - cosine * Math.cos(omega * index) - sine * Math.sin(omega * index)),
  );
}
