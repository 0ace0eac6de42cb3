import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVENT_MEND, EVENT_MISS, EVENT_RESTART } from '../../../media/capture/event-kinds.ts';
import { LossRecords } from '../../../media/capture/loss-records.ts';
import { BurstGap } from '../../../media/receive/burst-gap.ts';

/** Heard or not, packet by packet. */
const fates = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 40 })), { maxLength: 120 });

function missRuns(losses: LossRecords, heard: readonly boolean[], from: number, to: number): void {
  for (let at = from; at < to; at++) {
    if (heard[at]) continue;
    let end = at;
    while (end + 1 < to && heard[end + 1] === false) end++;
    losses.tell(0, EVENT_MISS, at, end);
    at = end;
  }
}

function begin(): LossRecords {
  const losses = new LossRecords();
  losses.begin(0);
  return losses;
}

describe('losses', () => {
  it('make the bursts that a count packet by packet makes, wherever one asks meanwhile', () => {
    fc.assert(
      fc.property(fates, fc.array(fc.nat(4000), { maxLength: 6 }), (list, asked) => {
        const heard = [
          true,
          ...list.flatMap(([is, times]) => new Array<boolean>(is ? times : times % 5).fill(is)),
        ];
        const reference = new BurstGap();
        for (const is of heard) reference.push(is);
        const edges = [0, ...asked.filter((at) => at < heard.length).sort((a, b) => a - b), heard.length];
        const losses = begin();
        for (const [index, edge] of edges.slice(1).entries()) {
          missRuns(losses, heard, edges[index] ?? 0, edge);
          losses.read(0);
        }
        const { bursts, burstPackets, burstUnheard } = reference.read();
        expect(losses.read(0)).toEqual({ bursts, burstPackets, burstUnheard, late: 0 });
      }),
      { numRuns: 400 },
    );
  });

  it('are mended by late packets', () => {
    const losses = begin();
    losses.tell(0, EVENT_MISS, 10, 14);
    for (const late of [12, 10, 14, 11]) losses.tell(0, EVENT_MEND, late, late);
    losses.tell(0, EVENT_MISS, 16, 16);
    expect(losses.read(0)).toEqual({ bursts: 1, burstPackets: 4, burstUnheard: 2, late: 0 });
    losses.tell(0, EVENT_MEND, 13, 13);
    expect(losses.read(0)).toEqual({ bursts: 0, burstPackets: 0, burstUnheard: 0, late: 0 });
  });

  it('keep apart what a restart of the sender parts', () => {
    const losses = begin();
    losses.tell(0, EVENT_MISS, 10, 11);
    losses.tell(0, EVENT_RESTART, 3, 3);
    losses.tell(0, EVENT_MISS, 3, 3);
    expect(losses.read(0)).toEqual({ bursts: 1, burstPackets: 2, burstUnheard: 2, late: 0 });
  });
});
