import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { billableSeconds, recordKey, usageRegion } from '../../../metrics/record/billing.ts';

describe('billed time', () => {
  it.each([
    [0, 0],
    [1, 6],
    [4000, 6],
    [6000, 6],
    [6001, 12],
    [59_999, 60],
    [60_000, 60],
    [-5, 0],
  ])('of %i ms is %i s', (durationMs, seconds) => {
    expect(billableSeconds(durationMs)).toBe(seconds);
  });

  it('is the smallest number of steps that holds the call', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000_000 }), (durationMs) => {
        const seconds = billableSeconds(durationMs);
        expect(seconds % 6).toBe(0);
        expect(seconds * 1000).toBeGreaterThanOrEqual(durationMs);
        expect((seconds - 6) * 1000).toBeLessThan(Math.max(1, durationMs));
      }),
    );
  });
});

it.each([
  ['us-east-1', 'USE1'],
  ['us-west-2', 'USW2'],
  ['eu-central-1', 'EUC1'],
  ['ap-northeast-1', 'APN1'],
  ['ap-southeast-2', 'APS2'],
  ['ca-central-1', 'CAN1'],
])('names %s as bills do, %s', (region, code) => {
  expect(usageRegion(region)).toBe(code);
});

it('lays records by day and names them by time, in UTC', () => {
  const key = recordKey('Prefix', 'owner', Date.UTC(2019, 7, 10, 4, 5, 55, 32), 'id');
  expect(key).toBe('Prefix/json/owner/2019/08/10/04.05.55.032_id');
});
