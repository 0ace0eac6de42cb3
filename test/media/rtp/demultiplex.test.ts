import { describe, expect, it } from 'vitest';
import { isRtcp, isRtp } from '../../../media/rtp/demultiplex.ts';

function datagram(first: number, second: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  bytes.set([first, second].slice(0, length));
  return bytes;
}

describe('telling RTP from RTCP (RFC 5761 §4)', () => {
  it.each([
    ['PCMU', 0x80, 0, 12, 'rtp'],
    ['PCMU with the marker', 0x80, 0x80, 172, 'rtp'],
    ['a dynamic type with the marker', 0x80, 0x80 | 127, 40, 'rtp'],
    ['payload type 63 with the marker, 191', 0x80, 191, 40, 'rtp'],
    ['payload type 96 with the marker, 224', 0x80, 224, 40, 'rtp'],
    ['payload types 64 to 95 without the marker', 0x80, 72, 40, 'rtp'],
    ['the first RTCP type', 0x80, 192, 8, 'rtcp'],
    ['a sender report', 0x81, 200, 52, 'rtcp'],
    ['an extended report', 0x80, 207, 12, 'rtcp'],
    ['the last RTCP type', 0x80, 223, 8, 'rtcp'],
    ['an empty receiver report', 0x80, 201, 8, 'rtcp'],
    ['RTP cut short', 0x80, 0, 11, 'neither'],
    ['RTCP cut short', 0x80, 200, 7, 'neither'],
    ['STUN', 0x00, 0x01, 20, 'neither'],
    ['DTLS', 0x16, 0xfe, 60, 'neither'],
    ['nothing', 0, 0, 0, 'neither'],
  ] as const)('%s', (_, first, second, length, kind) => {
    const bytes = datagram(first, second, length);
    expect([isRtp(bytes, 0, length), isRtcp(bytes, 0, length)]).toEqual([kind === 'rtp', kind === 'rtcp']);
  });

  it('looks where it is told', () => {
    const bytes = new Uint8Array([1, 2, ...datagram(0x80, 200, 8)]);
    expect(isRtcp(bytes, 2, 8)).toBe(true);
    expect(isRtcp(bytes, 0, 10)).toBe(false);
  });
});
