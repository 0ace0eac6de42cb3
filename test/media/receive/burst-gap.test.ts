import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BurstGap, type BurstGapCounts } from '../../../media/receive/burst-gap.ts';
import { GAP_THRESHOLD } from '../../../media/receive/pace-constants.ts';

/** `.` heard, `x` not. */
function count(pattern: string): BurstGapCounts {
  const bursts = new BurstGap();
  for (const mark of pattern) bursts.push(mark === '.');
  return bursts.read();
}

/** The definition, read off the whole pattern at once. */
function countByDefinition(pattern: string): Omit<BurstGapCounts, 'gaps'> {
  const bursts = pattern.match(new RegExp(`x(?:\\.{0,${GAP_THRESHOLD - 1}}x)+`, 'g')) ?? [];
  const unheard = (text: string): number => text.split('x').length - 1;
  const burstPackets = bursts.join('').length;
  return {
    bursts: bursts.length,
    burstPackets,
    burstUnheard: unheard(bursts.join('')),
    gapPackets: pattern.length - burstPackets,
    gapUnheard: unheard(pattern) - unheard(bursts.join('')),
    unheardRuns: pattern.match(/x+/g)?.length ?? 0,
  };
}

const heard = (packets: number): string => '.'.repeat(packets);

describe('BurstGap', () => {
  it.each([
    ['nothing lost: one gap', heard(50), { bursts: 0, gaps: 1, gapPackets: 50, gapUnheard: 0 }],
    [
      'a packet alone belongs to a gap',
      `${heard(20)}x${heard(20)}`,
      { bursts: 0, gaps: 1, gapPackets: 41, gapUnheard: 1 },
    ],
    [
      'two within Gmin are a burst from the first to the last',
      `${heard(20)}x${heard(15)}x${heard(20)}`,
      {
        bursts: 1,
        burstPackets: 17,
        burstUnheard: 2,
        gaps: 2,
        gapPackets: 40,
        gapUnheard: 0,
        unheardRuns: 2,
      },
    ],
    [
      'two Gmin apart are none',
      `${heard(20)}x${heard(16)}x${heard(20)}`,
      { bursts: 0, gaps: 1, gapUnheard: 2, unheardRuns: 2 },
    ],
    [
      'a burst at the end has no gap behind it',
      `${heard(20)}xxx`,
      { bursts: 1, burstPackets: 3, gaps: 1, unheardRuns: 1 },
    ],
  ])('%s', (_, pattern, expected) => {
    expect(count(pattern)).toMatchObject(expected);
  });

  it('counts as the definition does', () => {
    const pattern = fc.array(fc.tuple(fc.nat(40), fc.integer({ min: 1, max: 4 })), { maxLength: 20 });
    fc.assert(
      fc.property(pattern, fc.nat(40), (runs, rest) => {
        const text = `.${runs.map(([good, bad]) => `${heard(good)}${'x'.repeat(bad)}`).join('')}${heard(rest)}`;
        expect(count(text)).toMatchObject(countByDefinition(text));
      }),
      { numRuns: 2000 },
    );
  });
});
