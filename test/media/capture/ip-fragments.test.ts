import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IpFragments } from '../../../media/capture/ip-fragments.ts';

describe('IpFragments', () => {
  it('gives back a payload cut anywhere, whatever the order', () => {
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 8 });
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 100, maxLength: 100 }),
        cuts,
        fc.infiniteStream(fc.nat()),
        (payload, places, order) => {
          const edges = [0, ...places.sort((a, b) => a - b), payload.length];
          const pieces = edges
            .slice(1)
            .map((to, index) => ({ from: edges[index] ?? 0, to, rank: order.next().value ?? 0 }))
            .sort((a, b) => a.rank - b.rank);
          const fragments = new IpFragments();
          const results = pieces.map(({ from, to }) =>
            fragments.add('k', payload.subarray(from, to), from, to === 100),
          );
          expect(results.at(-1)).toEqual(payload);
          expect(results.slice(0, -1).every((result) => result === null)).toBe(true);
          expect(fragments.size).toBe(0);
        },
      ),
    );
  });

  it('keeps packets apart, and gives up the oldest of too many', () => {
    const fragments = new IpFragments();
    for (let packet = 0; packet < 1000; packet++) fragments.add(`${packet}`, new Uint8Array(8), 0, false);
    expect(fragments.size).toBe(256);
    expect(fragments.add('0', new Uint8Array([7]), 8, true)).toBeNull();
    expect(fragments.add('999', new Uint8Array([7]), 8, true)).toEqual(
      new Uint8Array([0, 0, 0, 0, 0, 0, 0, 0, 7]),
    );
  });

  it('never completes a packet whose overlap would make up for a hole (RFC 5722)', () => {
    const fragments = new IpFragments();
    fragments.add('k', new Uint8Array(16), 0, false);
    fragments.add('k', new Uint8Array(16), 8, false);
    expect(fragments.add('k', new Uint8Array(8), 32, true)).toBeNull();
  });

  it('refuses what reaches beyond the longest packet', () => {
    const fragments = new IpFragments();
    expect(fragments.add('k', new Uint8Array(100), 65_500, true)).toBeNull();
    expect(fragments.size).toBe(0);
  });
});
