import { expect, it } from 'vitest';
import { formatNumber } from '../../../src/analyze/figure-columns.ts';

it.each([0, 7, 999, 1000, 65_536, 100_000, 1_234_567, 2 ** 40])('%s is written as in America', (value) => {
  expect(formatNumber(value)).toBe(value.toLocaleString('en-US'));
});
