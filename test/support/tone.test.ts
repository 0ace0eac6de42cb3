import { describe, expect, it } from 'vitest';
import { isToneAbsent, isToneIn, toneContinuity } from './hearing.ts';
import { decodePcmu, encodePcmu, sineTone, toneAmplitude } from './tone.ts';

const RATE_HZ = 8_000;

function sound(samples: Int16Array) {
  return { sampleRateHz: RATE_HZ, samples };
}

describe('the tone detector', () => {
  it.each([0.05, 0.25, 0.5])('measures an amplitude of %s', (amplitude) => {
    const samples = sineTone(440, RATE_HZ, 1_600, amplitude);
    expect(toneAmplitude(samples, RATE_HZ, 440)).toBeCloseTo(amplitude, 3);
  });

  it('tells tones apart, and finds both in a mix', () => {
    const low = sineTone(440, RATE_HZ, RATE_HZ);
    const high = sineTone(700, RATE_HZ, RATE_HZ);
    const mix = Int16Array.from(low, (sample, index) => sample + high[index]!);
    expect(isToneIn(sound(low), 440)).toBe(true);
    expect(isToneAbsent(sound(low), 700)).toBe(true);
    expect(isToneIn(sound(mix), 440)).toBe(true);
    expect(isToneIn(sound(mix), 700)).toBe(true);
    expect(isToneAbsent(sound(mix), 1_000)).toBe(true);
  });

  it('counts a gap of 200 ms in two seconds', () => {
    const samples = sineTone(440, RATE_HZ, 2 * RATE_HZ);
    expect(toneContinuity(sound(samples), 440)).toBe(1);
    samples.fill(0, RATE_HZ, RATE_HZ + RATE_HZ / 5);
    expect(toneContinuity(sound(samples), 440)).toBeCloseTo(0.9, 2);
    expect(toneContinuity(sound(samples), 900)).toBe(0);
  });
});

describe('µ-law by the definition', () => {
  it('has 0xff for silence, and 0x80 and 0x00 at its ends', () => {
    expect(encodePcmu(0)).toBe(0xff);
    expect(encodePcmu(32_767)).toBe(0x80);
    expect(encodePcmu(-32_768)).toBe(0x00);
    expect(decodePcmu(0x80)).toBe(32_124);
    expect(decodePcmu(0x00)).toBe(-32_124);
  });

  it('gives every code back', () => {
    // 0x7f is minus zero, which codes as plus zero.
    const codes = Array.from({ length: 256 }, (_, code) => code).filter((code) => code !== 0x7f);
    expect(codes.map((code) => encodePcmu(decodePcmu(code)))).toEqual(codes);
  });
});
