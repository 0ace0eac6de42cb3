import { expect, it } from 'vitest';
import { HepOutage } from '../../../src/hep/hep-outage.ts';

type Step = readonly [event: 'failed' | 'sent', atMs: number, expected: 'began' | 'ended' | null];

it.each<{ name: string; steps: readonly Step[]; count: number }>([
  {
    name: 'says nothing while all goes well',
    steps: [
      ['sent', 0, null],
      ['sent', 99_999, null],
    ],
    count: 0,
  },
  {
    name: 'tells the first failure only',
    steps: [
      ['failed', 0, 'began'],
      ['failed', 1, null],
    ],
    count: 1,
  },
  {
    name: 'ends it when nothing failed for ten seconds and something is sent',
    steps: [
      ['failed', 0, 'began'],
      ['sent', 9999, null],
      ['sent', 10_000, 'ended'],
      ['sent', 10_001, null],
    ],
    count: 1,
  },
  {
    name: 'counts the ten seconds from the last failure',
    steps: [
      ['failed', 0, 'began'],
      ['failed', 9000, null],
      ['sent', 18_999, null],
      ['sent', 19_000, 'ended'],
    ],
    count: 1,
  },
  {
    name: 'tells another outage',
    steps: [
      ['failed', 0, 'began'],
      ['sent', 10_000, 'ended'],
      ['failed', 10_001, 'began'],
    ],
    count: 2,
  },
])('$name', ({ steps, count }) => {
  const outage = new HepOutage();
  const told = steps.map(([event, atMs]) => (event === 'failed' ? outage.failed(atMs) : outage.sent(atMs)));
  expect(told).toEqual(steps.map(([, , expected]) => expected));
  expect(outage.count).toBe(count);
});
