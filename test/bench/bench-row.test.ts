import { describe, expect, it } from 'vitest';
import { type BenchRow, isTargetMet, median, ratioOf } from './bench-row.ts';
import { formatTable } from './result-table.ts';

const PEER = { name: 'SIPp', value: 50 };

describe('a target', () => {
  it.each([
    { value: 100, target: { kind: 'at-most', limit: 100 }, isMet: true },
    { value: 101, target: { kind: 'at-most', limit: 100 }, isMet: false },
    { value: 99, target: { kind: 'at-least', limit: 100 }, isMet: false },
    { value: 100, target: { kind: 'ratio-at-most', limit: 2 }, isMet: true },
    { value: 105, target: { kind: 'ratio-at-most', limit: 2 }, isMet: false },
    { value: 100, target: { kind: 'ratio-at-least', limit: 2 }, isMet: true },
    { value: 95, target: { kind: 'ratio-at-least', limit: 2 }, isMet: false },
  ] as const)('$target.kind $target.limit for $value: $isMet', ({ value, target, isMet }) => {
    expect(isTargetMet({ name: 'x', value, unit: 'µs', peer: PEER, target })).toBe(isMet);
  });

  it('of a ratio is not met without a peer', () => {
    const row: BenchRow = { name: 'x', value: 1, unit: 'µs', target: { kind: 'ratio-at-most', limit: 2 } };
    expect(isTargetMet(row)).toBe(false);
    expect(ratioOf(row)).toBeNull();
  });
});

it('takes the middle of odd and even many', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
});

it('prints a line a row, with the mark at its end', () => {
  const row: BenchRow = {
    name: 'call',
    value: 90,
    unit: 'µs',
    peer: PEER,
    target: { kind: 'ratio-at-most', limit: 2 },
  };
  const [, line] = formatTable([row]).split('\n');
  expect(line).toMatch(/^call +90 µs +50 \(SIPp\) +1\.80× +≤ 2× +✓$/);
});
