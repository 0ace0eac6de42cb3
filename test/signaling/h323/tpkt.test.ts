import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_TPKT_PAYLOAD, serializeTpkt, TpktFramer } from '../../../signaling/h323/tpkt.ts';

const payload = fc.uint8Array({ minLength: 1, maxLength: 300 });

describe('TPKT', () => {
  it('comes out whole however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(payload, { maxLength: 6 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 40 })),
        (messages, cuts) => {
          const stream = Buffer.concat(messages.map(serializeTpkt));
          const framer = new TpktFramer();
          const received: Uint8Array[] = [];
          for (let offset = 0; offset < stream.length; ) {
            const length = cuts.next().value as number;
            received.push(
              ...framer.push(stream.subarray(offset, offset + length)).payloads.map((one) => one.slice()),
            );
            offset += length;
          }
          expect(received.map((one) => [...one])).toEqual(messages.map((one) => [...one]));
          expect(framer.pendingOctets).toBe(0);
        },
      ),
    );
  });

  it('leaves keep-alives of length 4 out', () => {
    const stream = Buffer.concat([Buffer.from('03000004', 'hex'), serializeTpkt(Uint8Array.of(1))]);
    expect(new TpktFramer().push(stream)).toEqual({ payloads: [Buffer.from([1])], fault: null });
  });

  it('gives what was complete before a fault, and nothing after it', () => {
    const framer = new TpktFramer();
    const stream = Buffer.concat([serializeTpkt(Uint8Array.of(7)), Buffer.from('05000008', 'hex')]);
    const { payloads, fault } = framer.push(stream);
    expect([payloads.length, fault]).toEqual([1, { code: 'wrong-version', version: 5 }]);
    expect(framer.push(serializeTpkt(Uint8Array.of(1)))).toEqual({ payloads: [], fault });
    expect(framer.pendingOctets).toBe(0);
  });

  it.each([
    ['03000000', { code: 'length-too-small', length: 0 }],
    ['03000003', { code: 'length-too-small', length: 3 }],
    ['0300ffff', { code: 'length-too-large', length: 65_535 }],
  ])('refuses the header %s', (hex, fault) => {
    expect(new TpktFramer(1000).push(Buffer.from(hex, 'hex')).fault).toEqual(fault);
  });

  it('takes and writes the largest message and no larger one', () => {
    const largest = new Uint8Array(MAX_TPKT_PAYLOAD).fill(3);
    expect(new TpktFramer().push(serializeTpkt(largest)).payloads[0]).toHaveLength(MAX_TPKT_PAYLOAD);
    expect(() => serializeTpkt(new Uint8Array(MAX_TPKT_PAYLOAD + 1))).toThrow(RangeError);
  });

  it('does not hold the chunk that a few octets were left of', () => {
    const framer = new TpktFramer();
    const chunk = Buffer.concat([serializeTpkt(new Uint8Array(1000)), Buffer.from('0300', 'hex')]);
    framer.push(chunk);
    chunk.fill(0);
    expect(framer.push(Buffer.from('000509', 'hex')).payloads).toEqual([Buffer.from([9])]);
  });
});
