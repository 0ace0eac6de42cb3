import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HmacSha1 } from '../../../media/srtp/hmac-sha1.ts';

function digestOf(hmac: HmacSha1, message: Uint8Array, offset: number, length: number): string {
  hmac.update(new DataView(message.buffer, message.byteOffset, message.length), offset, length);
  return [...hmac.digest].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

describe('HMAC-SHA1', () => {
  // RFC 2202 §3
  it.each([
    [Buffer.alloc(20, 0x0b), Buffer.from('Hi There'), 'b617318655057264e28bc0b6fb378c8ef146be00'],
    [
      Buffer.from('Jefe'),
      Buffer.from('what do ya want for nothing?'),
      'effcdf6ae5eb2fa2d27416d5f184df9c259a7c79',
    ],
    [Buffer.alloc(20, 0xaa), Buffer.alloc(50, 0xdd), '125d7342b9ac11cd91a39af48aa17b4f63f175d3'],
    [
      Buffer.alloc(80, 0xaa),
      Buffer.from('Test Using Larger Than Block-Size Key and Larger Than One Block-Size Data'),
      'e8e99d0f45237d786d6bbaa7965c7808bbff1a91',
    ],
  ])('gives the digest of RFC 2202', (key, message, digest) => {
    expect(digestOf(new HmacSha1(key), message, 0, message.length)).toBe(digest);
  });

  it('agrees with node:crypto on every length around the block borders', () => {
    const key = Buffer.alloc(20, 9);
    const hmac = new HmacSha1(key);
    const message = Buffer.from(Array.from({ length: 400 }, (_, index) => (index * 31) & 0xff));
    for (let length = 0; length <= 300; length++) {
      const wanted = createHmac('sha1', key)
        .update(message.subarray(3, 3 + length))
        .digest('hex');
      expect(digestOf(hmac, message, 3, length)).toBe(wanted);
    }
  });

  it('agrees with node:crypto on any key and message', () => {
    const bytes = fc.uint8Array({ maxLength: 200 });
    fc.assert(
      fc.property(bytes, fc.uint8Array({ maxLength: 1500 }), fc.nat(64), (key, message, skipped) => {
        const offset = Math.min(skipped, message.length);
        const wanted = createHmac('sha1', key).update(message.subarray(offset)).digest('hex');
        expect(digestOf(new HmacSha1(key), message, offset, message.length - offset)).toBe(wanted);
      }),
      { numRuns: 500 },
    );
  });
});
