import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mosFromRating, reportedMos } from '../../../media/quality/mos.ts';

describe('mosFromRating (G.107 Annex B)', () => {
  it.each([
    [-20, 1],
    [0, 1],
    [5, 1],
    [6.5153, 1],
    [50, 2.575],
    [60, 3.1],
    [70, 3.597],
    [80, 4.024],
    [90, 4.339],
    [93.2, 4.409],
    [100, 4.5],
    [120, 4.5],
  ])('R %f is %f', (rating, mos) => {
    expect(mosFromRating(rating)).toBeCloseTo(mos, 3);
  });

  it('never falls as R rises, though the cubic alone dips below 1', () => {
    const rating = fc.double({ min: -50, max: 150, noNaN: true });
    fc.assert(
      fc.property(rating, rating, (a, b) => {
        expect(mosFromRating(Math.max(a, b))).toBeGreaterThanOrEqual(mosFromRating(Math.min(a, b)));
        expect(mosFromRating(a)).toBeGreaterThanOrEqual(1);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('reportedMos', () => {
  it.each([
    [93.2, 4.4],
    [150, 4.4],
    [80, 4.02],
    [-5, 1],
  ])('R %f is told as %f', (rating, mos) => {
    expect(reportedMos(rating)).toBe(mos);
  });
});
