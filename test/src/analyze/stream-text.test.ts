import { describe, expect, it } from 'vitest';
import { formatMos, formatMs, formatSource, sparkline } from '../../../src/analyze/stream-text.ts';

describe('sparkline', () => {
  it.each([
    [[4.4, 4.4, 1], '██▁'],
    [[4.4, null, 2.7], '█ ▅'],
    [[], ''],
    // 120 minutes in 60 columns: the worst of each two.
    [Array.from({ length: 120 }, (_, minute) => (minute === 3 ? 1 : 4.4)), `█▁${'█'.repeat(58)}`],
  ])('of %j', (scores, text) => {
    expect(sparkline(scores)).toBe(text);
  });
});

it('writes what was not measured as a dash', () => {
  expect([formatMos(null), formatMos(4.4), formatMs(null), formatMs(2345)]).toEqual([
    '–',
    '4.40',
    '–',
    '2.3',
  ]);
  expect(formatSource(0xab)).toBe('0x000000ab');
});
