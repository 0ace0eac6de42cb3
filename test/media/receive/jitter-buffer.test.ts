import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PCMU } from '../../../media/codec/g711.ts';
import { type Insertion, JitterBuffer } from '../../../media/receive/jitter-buffer.ts';

/** The payload is the low octet of the sequence number. */
function insert(buffer: JitterBuffer, sequenceNumber: number, length = 160): Insertion {
  const payload = new Uint8Array(length).fill(sequenceNumber);
  return buffer.insert(sequenceNumber & 0xffff, sequenceNumber * 160, PCMU, payload, 0, length);
}

/** Takes everything out, as the first octet of each payload. */
function drain(buffer: JitterBuffer): number[] {
  const taken: number[] = [];
  for (let slot = buffer.peek(); slot >= 0; slot = buffer.peek()) {
    taken.push(buffer.payloads[buffer.payloadOffset(slot)]!);
    buffer.take();
  }
  return taken;
}

describe('a jitter buffer', () => {
  it('gives packets in the order of their numbers, across the wrap', () => {
    const buffer = new JitterBuffer();
    for (const sequenceNumber of [65_534, 65_536, 65_535, 65_538]) {
      expect(insert(buffer, sequenceNumber)).toBe('stored');
    }
    expect(drain(buffer)).toEqual([254, 255, 0, 2]);
  });

  it('takes what the very first packet overtook, while nothing was played', () => {
    const buffer = new JitterBuffer();
    insert(buffer, 10);
    expect(insert(buffer, 8)).toBe('stored');
    expect(drain(buffer)).toEqual([8, 10]);
    expect(insert(buffer, 9)).toBe('late');
  });

  it('tells late packets and duplicates', () => {
    const buffer = new JitterBuffer();
    insert(buffer, 1);
    expect(insert(buffer, 1)).toBe('duplicate');
    insert(buffer, 3);
    buffer.take();
    buffer.take();
    expect(insert(buffer, 2)).toBe('late');
    expect(buffer.count).toBe(0);
  });

  it('begins anew where numbers jump beyond its capacity', () => {
    const buffer = new JitterBuffer();
    insert(buffer, 1);
    expect(insert(buffer, 200)).toBe('stored');
    expect(drain(buffer)).toEqual([200]);
  });

  it('keeps what is stored when a longer packet comes', () => {
    const buffer = new JitterBuffer();
    insert(buffer, 1, 80);
    insert(buffer, 2, 480);
    insert(buffer, 3, 1);
    expect(buffer.lengths[buffer.peek()]).toBe(80);
    expect(drain(buffer)).toEqual([1, 2, 3]);
  });

  it('never gives a packet twice nor out of order, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 255 }), fc.boolean()), { maxLength: 200 }),
        (steps) => {
          const buffer = new JitterBuffer();
          const taken: number[] = [];
          for (const [sequenceNumber, isTaken] of steps) {
            insert(buffer, sequenceNumber);
            expect(buffer.count).toBeLessThanOrEqual(32);
            const slot = buffer.peek();
            if (!isTaken || slot < 0) continue;
            taken.push(buffer.payloads[buffer.payloadOffset(slot)]!);
            buffer.take();
          }
          for (let index = 1; index < taken.length; index++) {
            expect(taken[index]).toBeGreaterThan(taken[index - 1]!);
          }
        },
      ),
    );
  });
});
