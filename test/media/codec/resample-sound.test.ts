import { describe, expect, it } from 'vitest';
import { resampleSound } from '../../../media/codec/resample-sound.ts';
import { sineTone, toneAmplitude } from '../../support/tone.ts';

describe.each([8000, 11_025, 22_050, 44_100, 48_000, 16_000])(
  'a sound at %i Hz, brought to 16 kHz',
  (fromRateHz) => {
    const resampled = resampleSound(sineTone(1000, fromRateHz, fromRateHz), fromRateHz, 16_000);

    it('is as long, as loud and as high', () => {
      expect(Math.abs(resampled.length - 16_000)).toBeLessThanOrEqual(1);
      expect(toneAmplitude(resampled.subarray(800, -800), 16_000, 1000)).toBeCloseTo(0.25, 2);
    });

    it('is delayed by half a sample at most', () => {
      const tone = sineTone(1000, 16_000, 16_000);
      // Half a sample is a 32nd of the period: the tone itself changes by so much meanwhile.
      const differences = [...resampled.subarray(800, 15_000)].map(
        (sample, index) => sample - tone[800 + index]!,
      );
      expect(Math.max(...differences.map(Math.abs))).toBeLessThan(1700);
    });
  },
);
