import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ComfortNoise } from '../../../media/codec/comfort-noise.ts';

function levelDbov(samples: Int16Array): number {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
  return 10 * Math.log10(power / 32_768 ** 2);
}

function generate(payload: readonly number[], count = 8000): Int16Array {
  const noise = new ComfortNoise();
  noise.update(Uint8Array.from([0xee, ...payload]), 1, payload.length);
  const samples = new Int16Array(count);
  noise.generate(samples, 0, count);
  return samples;
}

describe('comfort noise', () => {
  it.each([30, 40, 55])('comes at −%i dBov', (level) => {
    expect(levelDbov(generate([level]))).toBeCloseTo(-level, 0);
  });

  it('keeps its level whatever its spectrum', () => {
    expect(Math.abs(levelDbov(generate([40, 30, 180, 100], 40_000)) + 40)).toBeLessThan(1);
  });

  it('has the spectrum it is told: a negative first coefficient makes it low', () => {
    const changes = (samples: Int16Array) =>
      samples.reduce((sum, sample, index) => sum + Math.abs(sample - (samples[index - 1] ?? 0)), 0);
    expect(changes(generate([40, 15]))).toBeLessThan(changes(generate([40])) / 2);
  });

  it('is silence without a payload, and before one', () => {
    expect(generate([]).every((sample) => sample === 0)).toBe(true);
    const samples = new Int16Array(10).fill(5);
    new ComfortNoise().generate(samples, 0, 10);
    expect(samples.every((sample) => sample === 0)).toBe(true);
  });

  it('stays within 16 bits for any payload', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (payload) => {
        const samples = generate([...payload], 400);
        expect(samples.some(Number.isNaN)).toBe(false);
        expect(levelDbov(samples.subarray(200))).toBeLessThan(3);
      }),
    );
  });
});
