import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReceiveStreams } from '../../../media/receive/receive-stream.ts';
import { AUDIO } from '../../../media/receive/reception.ts';
import { StreamTable } from '../../../media/receive/stream-table.ts';

describe('StreamTable', () => {
  it('tells the same SSRC apart by address and port (RFC 3550 §8.2)', () => {
    const table = new StreamTable(new ReceiveStreams());
    const slots = [
      table.open(1, 2, 3, 0xffff_ffff, 8000),
      table.open(9, 2, 3, 0xffff_ffff, 8000),
      table.open(1, 9, 3, 0xffff_ffff, 8000),
      table.open(1, 2, 9, 0xffff_ffff, 8000),
      table.open(1, 2, 3, 0xffff_fffe, 8000),
    ];
    expect(new Set(slots).size).toBe(5);
    expect(table.open(1, 2, 3, 0xffff_ffff, 8000)).toBe(slots[0]);
    expect(table.find(1, 2, 4, 0xffff_ffff)).toBe(-1);
    expect(table.size).toBe(5);
  });

  it('keeps what was counted while it grows', () => {
    const streams = new ReceiveStreams();
    const table = new StreamTable(streams);
    for (let round = 0; round < 3; round++) {
      for (let stream = 0; stream < 5000; stream++) {
        const slot = table.open(0x0a00_0001, 0x0a00_0002, stream, stream * 7, 8000);
        streams.receive(slot, round, round * 160, 172, false, round * 20_000, AUDIO);
      }
    }
    expect(table.size).toBe(5000);
    for (let slot = 0; slot < 5000; slot++) {
      expect(streams.report(slot)).toMatchObject({
        packets: 3,
        lost: 0,
        jitterUs: 0,
        synchronizationSource: slot * 7,
      });
    }
  });

  it('finds like a map, whatever was opened and closed before', () => {
    // Few different keys, so that runs of entries form and break.
    const key = fc.tuple(
      fc.nat(1),
      fc.nat(1),
      fc.nat(1),
      fc.oneof(fc.nat(2), fc.constantFrom(0x8000_0000, 0xffff_ffff)),
    );
    const command = fc.tuple(fc.boolean(), key);
    fc.assert(
      fc.property(fc.array(command, { maxLength: 200 }), (commands) => {
        const table = new StreamTable(new ReceiveStreams(1));
        const model = new Map<string, number>();
        for (const [isOpening, parts] of commands) {
          const known = model.get(parts.join());
          expect(table.find(...parts)).toBe(known ?? -1);
          if (isOpening) model.set(parts.join(), table.open(...parts, 8000));
          else if (known !== undefined) {
            table.close(known);
            model.delete(parts.join());
          }
        }
        expect(table.size).toBe(model.size);
        expect(new Set(model.values()).size).toBe(model.size);
        for (const [name, slot] of model) {
          const [source = 0, destination = 0, ports = 0, ssrc = 0] = name.split(',').map(Number);
          expect(table.find(source, destination, ports, ssrc)).toBe(slot);
        }
      }),
      { numRuns: 500 },
    );
  });
});
