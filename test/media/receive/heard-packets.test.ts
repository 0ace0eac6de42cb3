import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HeardPackets } from '../../../media/receive/heard-packets.ts';

function receive(numbers: readonly number[]): HeardPackets {
  const packets = new HeardPackets();
  for (const number of numbers) packets.receive(number & 0xffff, true);
  return packets;
}

const sequence = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);

describe('HeardPackets', () => {
  it('waits for packets that were overtaken before it calls them lost', () => {
    const packets = receive([...sequence(0, 10), 11, 10, ...sequence(12, 200)]);
    packets.close();
    expect(packets.read()).toMatchObject({ expected: 212, lost: 0, discarded: 0, unheardRuns: 0 });
  });

  it('counts what is missing and what came in vain apart, over a wrap', () => {
    const packets = new HeardPackets();
    for (const number of sequence(65_400, 300)) {
      if (number % 50 === 3) continue;
      packets.receive(number & 0xffff, number % 50 !== 7);
    }
    packets.close();
    expect(packets.read()).toMatchObject({
      expected: 300,
      lost: 6,
      discarded: 6,
      bursts: 6,
      burstPackets: 30,
    });
  });

  it('judges only what can no more come', () => {
    const packets = receive(sequence(0, 100));
    expect(packets.read().expected).toBe(100 - 64);
    packets.close();
    expect(packets.read().expected).toBe(100);
  });

  it('has lost what never came, whatever the order within a window', () => {
    const lostAndSwaps = fc.tuple(
      fc.uniqueArray(fc.integer({ min: 1, max: 498 }), { maxLength: 60 }),
      fc.nat(),
    );
    fc.assert(
      fc.property(lostAndSwaps, ([lost, seed]) => {
        const sent = sequence(65_000, 500).filter((_, index) => !lost.includes(index));
        // Pairs overtake each other; the first one, from which all is counted, stays.
        for (let at = 1 + (seed % 5); at + 1 < sent.length; at += 7)
          sent.splice(at, 2, sent[at + 1]!, sent[at]!);
        const packets = receive(sent);
        packets.close();
        expect(packets.read()).toMatchObject({ expected: 500, lost: lost.length });
      }),
    );
  });
});
