import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readOpusDurationMs } from '../../../media/codec/opus-packet.ts';

describe('the duration of an Opus packet', () => {
  // RFC 6716 §3.1, table 2: configuration number, s, and the code of the number of frames.
  it.each([
    ['SILK, 10 ms', [0 << 3], 10],
    ['SILK, 60 ms', [3 << 3], 60],
    ['SILK, two of 60 ms', [(11 << 3) | 1], 120],
    ['hybrid, 20 ms', [13 << 3], 20],
    ['CELT, 2.5 ms', [16 << 3], 2.5],
    ['CELT, two of 20 ms', [(31 << 3) | 2], 40],
    ['CELT, six of 20 ms', [(31 << 3) | 3, 6], 120],
    ['stereo, 20 ms', [(31 << 3) | 4], 20],
    ['more than 120 ms', [(31 << 3) | 3, 7], 0],
    ['no frame', [(31 << 3) | 3, 0], 0],
    ['no number of frames', [(31 << 3) | 3], 0],
    ['nothing', [], 0],
  ])('%s', (_, octets, durationMs) => {
    expect(readOpusDurationMs(Uint8Array.from([9, ...octets]), 1, octets.length)).toBe(durationMs);
  });

  it('is that of a packet one can play, whatever the octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4 }), (octets) => {
        const durationMs = readOpusDurationMs(octets, 0, octets.length);
        expect(durationMs >= 0 && durationMs <= 120 && durationMs % 2.5 === 0).toBe(true);
      }),
    );
  });
});
