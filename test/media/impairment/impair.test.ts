import { describe, expect, it } from 'vitest';
import { impair, NO_IMPAIRMENT } from '../../../media/impairment/impair.ts';
import { seededRandom } from '../../../media/impairment/random.ts';

const SENT_US = Array.from({ length: 100_000 }, (_, index) => index * 20_000);

describe('impair', () => {
  it('changes nothing when nothing is asked for', () => {
    const { arrivals, lost, duplicates } = impair(SENT_US, NO_IMPAIRMENT);
    expect(arrivals.map(({ arrivalUs }) => arrivalUs)).toEqual(SENT_US);
    expect([lost.length, duplicates]).toEqual([0, 0]);
  });

  it('does the same for the same seed, and something else for the next', () => {
    const bad = { ...NO_IMPAIRMENT, lossBeginProbability: 0.02, lossEndProbability: 0.5, jitterMeanUs: 3000 };
    expect(impair(SENT_US, bad)).toEqual(impair(SENT_US, bad));
    expect(impair(SENT_US, { ...bad, seed: 2 }).lost).not.toEqual(impair(SENT_US, bad).lost);
  });

  it('loses at random what it is told', () => {
    const { lost } = impair(SENT_US, {
      ...NO_IMPAIRMENT,
      lossBeginProbability: 0.05,
      lossEndProbability: 0.95,
    });
    expect(lost.length / SENT_US.length).toBeCloseTo(0.05, 2);
  });

  it("loses in Gilbert's bursts", () => {
    const { lost } = impair(SENT_US, {
      ...NO_IMPAIRMENT,
      lossBeginProbability: 0.01,
      lossEndProbability: 0.25,
    });
    const bursts = lost.filter((index, at) => index !== (lost[at - 1] ?? -2) + 1).length;
    expect(lost.length / bursts).toBeCloseTo(4, 0);
    expect(lost.length / SENT_US.length).toBeCloseTo(0.01 / (0.01 + 0.25), 2);
  });

  it('duplicates, delays and overtakes', () => {
    const { arrivals, duplicates } = impair(SENT_US, {
      ...NO_IMPAIRMENT,
      duplicateProbability: 0.1,
      jitterMeanUs: 2000,
      spikeProbability: 0.01,
      spikeUs: 50_000,
    });
    expect(duplicates / SENT_US.length).toBeCloseTo(0.1, 2);
    expect(arrivals).toHaveLength(SENT_US.length + duplicates);
    const delays = arrivals.map(({ index, arrivalUs }) => arrivalUs - index * 20_000);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(0);
    expect(delays.filter((delayUs) => delayUs >= 50_000).length).toBeGreaterThan(100);
    expect(arrivals.some(({ index }, at) => index < (arrivals[at - 1]?.index ?? 0))).toBe(true);
    expect(arrivals.every(({ arrivalUs }, at) => arrivalUs >= (arrivals[at - 1]?.arrivalUs ?? 0))).toBe(true);
  });
});

describe('seededRandom', () => {
  it.each([0, 1, -1, 12_345])('is uniform from 0 up to 1 with seed %d', (seed) => {
    const random = seededRandom(seed);
    const values = Array.from({ length: 10_000 }, random);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    expect(values.reduce((sum, value) => sum + value, 0) / values.length).toBeCloseTo(0.5, 1);
  });
});
