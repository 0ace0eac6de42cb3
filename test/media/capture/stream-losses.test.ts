import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBulkCore } from '../../../media/capture/bulk/bulk-core.ts';
import { EVENT_LATE, EVENT_MEND, EVENT_MISS, EVENT_RESTART } from '../../../media/capture/event-kinds.ts';
import { LossRecords } from '../../../media/capture/loss-records.ts';
import type { StreamLosses } from '../../../media/capture/stream-losses.ts';
import { LossLists } from '../../support/loss-lists.ts';

/** One thing that happens: packets that come, or a gap, and how far back a late one lies. */
const step = fc.record({
  heard: fc.oneof(fc.nat(30), fc.nat(300)),
  missed: fc.oneof(fc.nat(3), fc.nat(40), fc.nat(2999)),
  isLate: fc.boolean(),
  mendedBehind: fc.option(fc.integer({ min: 1, max: 99 })),
  restart: fc.integer({ min: 0, max: 40 }),
  isAsked: fc.boolean(),
});
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

/** As a stream tells it: nothing is missed twice, and what comes late was missed. */
function tellAll(losses: StreamLosses, list: readonly Step[]): unknown[] {
  const slot = 3;
  const told: unknown[] = [];
  let highest = 1000;
  let missing = new Set<number>();
  losses.begin(slot);
  for (const { heard, missed, isLate, mendedBehind, restart, isAsked } of list) {
    highest += heard;
    if (missed > 0) {
      losses.tell(slot, EVENT_MISS, highest + 1, highest + missed);
      for (let sequence = highest + 1; sequence <= highest + missed; sequence++) missing.add(sequence);
    }
    highest += missed + 1;
    if (isLate) losses.tell(slot, EVENT_LATE, highest, highest);
    const mended = highest - (mendedBehind ?? 0);
    if (mendedBehind !== null && missing.delete(mended)) {
      losses.tell(slot, EVENT_MEND, mended, mended);
      if (isLate) losses.tell(slot, EVENT_LATE, mended, mended);
    }
    if (restart === 0) {
      highest = heard;
      missing = new Set();
      losses.tell(slot, EVENT_RESTART, highest, highest);
    }
    if (isAsked) told.push(losses.read(slot));
  }
  return [...told, losses.read(slot), losses.read(slot)];
}

/** Those of the core are always the same memory. */
const counters: [string, () => StreamLosses][] = [
  ['TypeScript', () => new LossRecords()],
  ['AssemblyScript', coreLosses],
];

function coreLosses(): StreamLosses {
  const core = createBulkCore();
  if (core === null) throw new Error('core.wasm was not built: npm run prepare');
  return core.losses;
}

describe.each(counters)('losses in %s', (_, create) => {
  it('are those of a list of runs, wherever one asks meanwhile', () => {
    const losses = create();
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (list) => {
        expect(tellAll(losses, list)).toEqual(tellAll(new LossLists(), list));
      }),
      { numRuns: 1000 },
    );
  });

  it('of a stream whose slot another one gets are forgotten', () => {
    const losses = create();
    losses.begin(7);
    losses.tell(7, EVENT_MISS, 5, 9);
    losses.tell(7, EVENT_LATE, 10, 10);
    losses.begin(7);
    expect(losses.read(7)).toEqual({ bursts: 0, burstPackets: 0, burstUnheard: 0, late: 0 });
  });

  it('of other streams stay what they are when more come', () => {
    const losses = create();
    losses.begin(0);
    losses.tell(0, EVENT_MISS, 5, 9);
    for (let slot = 1; slot < 1000; slot++) losses.begin(slot);
    losses.tell(999, EVENT_LATE, 1, 1);
    expect(losses.read(0)).toEqual({ bursts: 1, burstPackets: 5, burstUnheard: 5, late: 0 });
    expect(losses.read(999)).toEqual({ bursts: 0, burstPackets: 0, burstUnheard: 0, late: 1 });
  });
});
