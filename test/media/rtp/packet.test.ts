import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createRtpHeader,
  RTP_FIXED_HEADER_LENGTH,
  readRtpHeader,
  writeRtpHeader,
} from '../../../media/rtp/packet.ts';

const uint32 = fc.integer({ min: 0, max: 0xffff_ffff });

/** A packet at an odd offset, with rubbish around it, as it lies in a batch. */
function place(packet: readonly number[], offset = 3): DataView {
  const bytes = new Uint8Array(offset + packet.length + 5).fill(0xee);
  bytes.set(packet, offset);
  return new DataView(bytes.buffer);
}

const PLAIN = [0x80, 0x80, 0x12, 0x34, 0xff, 0xff, 0xff, 0xfe, 0xde, 0xad, 0xbe, 0xef];

describe('readRtpHeader', () => {
  it('reads each field', () => {
    const header = createRtpHeader();
    expect(readRtpHeader(place([...PLAIN, 1, 2, 3]), 3, 15, header)).toBe(true);
    expect(header).toEqual({
      isMarked: true,
      payloadType: 0,
      sequenceNumber: 0x1234,
      timestamp: 0xffff_fffe,
      synchronizationSource: 0xdead_beef,
      contributingSourceCount: 0,
      payloadOffset: 3 + 12,
      payloadLength: 3,
    });
  });

  it('steps over contributing sources and the extension, and leaves the padding out', () => {
    const packet = [
      0xb2,
      0x08,
      ...PLAIN.slice(2),
      ...Array(8).fill(7),
      0xbe,
      0xde,
      0,
      1,
      9,
      9,
      9,
      9,
      42,
      43,
      0,
      2,
    ];
    const header = createRtpHeader();
    expect(readRtpHeader(place(packet), 3, packet.length, header)).toBe(true);
    expect(header.contributingSourceCount).toBe(2);
    expect(header.payloadType).toBe(8);
    expect(header.isMarked).toBe(false);
    expect(header.payloadOffset).toBe(3 + 12 + 8 + 8);
    expect(header.payloadLength).toBe(2);
  });

  const rest = PLAIN.slice(1);
  it.each([
    ['eleven bytes', PLAIN.slice(0, 11)],
    ['version 1', [0x40, ...rest]],
    ['version 3', [0xc0, ...rest]],
    ['more contributing sources than bytes', [0x81, ...rest, 0, 0, 0]],
    ['an extension without its header', [0x90, ...rest, 0, 0, 0]],
    ['an extension longer than the packet', [0x90, ...rest, 0, 0, 0, 2, 0, 0, 0, 0]],
    ['padding of length zero', [0xa0, ...rest, 0]],
    ['padding longer than the payload', [0xa0, ...rest, 0, 0, 4]],
  ])('refuses %s', (_, packet) => {
    expect(readRtpHeader(place(packet), 3, packet.length, createRtpHeader())).toBe(false);
  });

  it('takes padding that is all there is', () => {
    const header = createRtpHeader();
    expect(readRtpHeader(place([0xa0, ...rest, 0, 0, 3]), 3, 15, header)).toBe(true);
    expect(header.payloadLength).toBe(0);
  });

  it('never throws, and never points outside the packet', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        const header = createRtpHeader();
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
        if (!readRtpHeader(view, 0, bytes.length, header)) return;
        expect(header.payloadOffset).toBeGreaterThanOrEqual(RTP_FIXED_HEADER_LENGTH);
        expect(header.payloadOffset + header.payloadLength).toBeLessThanOrEqual(bytes.length);
        expect(header.payloadLength).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 5000 },
    );
  });

  it('gives back what was written', () => {
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.integer({ min: 0, max: 127 }),
        fc.integer({ min: 0, max: 0xffff }),
        uint32,
        uint32,
        fc.nat(200),
        (isMarked, payloadType, sequenceNumber, timestamp, synchronizationSource, payloadLength) => {
          const view = new DataView(new ArrayBuffer(12 + payloadLength));
          writeRtpHeader(view, 0, isMarked, payloadType, sequenceNumber, timestamp, synchronizationSource);
          const header = createRtpHeader();
          expect(readRtpHeader(view, 0, view.byteLength, header)).toBe(true);
          expect(header).toEqual({
            isMarked,
            payloadType,
            sequenceNumber,
            timestamp,
            synchronizationSource,
            contributingSourceCount: 0,
            payloadOffset: 12,
            payloadLength,
          });
        },
      ),
    );
  });

  it('writes counters that ran over modulo their width', () => {
    const view = new DataView(new ArrayBuffer(12));
    writeRtpHeader(view, 0, false, 0, 0x1_0001, 2 ** 32 + 5, 1);
    const header = createRtpHeader();
    readRtpHeader(view, 0, 12, header);
    expect(header.sequenceNumber).toBe(1);
    expect(header.timestamp).toBe(5);
  });
});
