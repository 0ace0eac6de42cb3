import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CryptoError,
  parseCryptoAttribute,
  serializeCryptoAttribute,
} from '../../../signaling/sdp/crypto-attribute.ts';

const KEY = 'WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz';

describe('parsing a=crypto', () => {
  // RFC 4568 §6.1 and appendix A
  it('reads key, lifetime, master key identifier and session parameters', () => {
    const line = `1 AES_CM_128_HMAC_SHA1_80 inline:${KEY}|2^20|1:4 FEC_ORDER=FEC_SRTP WSH=128`;
    expect(parseCryptoAttribute(line)).toEqual({
      tag: 1,
      suite: 'AES_CM_128_HMAC_SHA1_80',
      keys: [
        {
          keyAndSalt: Buffer.from(KEY, 'base64'),
          lifetimePackets: 2 ** 20,
          masterKeyIdentifier: { value: '1', length: 4 },
        },
      ],
      sessionParameters: ['FEC_ORDER=FEC_SRTP', 'WSH=128'],
    });
  });

  it('reads several keys', () => {
    const { keys } = parseCryptoAttribute(`2 F8_128_HMAC_SHA1_80 inline:${KEY}|1:4;INLINE:${KEY}|50|22:4`);
    expect(keys.map(({ lifetimePackets }) => lifetimePackets)).toEqual([null, 50]);
    expect(keys.map(({ masterKeyIdentifier }) => masterKeyIdentifier?.value)).toEqual(['1', '22']);
  });

  it('reads a key whose padding was left out', () => {
    const bytes = Buffer.alloc(46, 7);
    const text = bytes.toString('base64').replaceAll('=', '');
    expect(parseCryptoAttribute(`1 AES_256_CM_HMAC_SHA1_80 inline:${text}`).keys[0]?.keyAndSalt).toEqual(
      bytes,
    );
  });

  it.each([
    ['', 'is no tag'],
    [`-1 AES_CM_128_HMAC_SHA1_80 inline:${KEY}`, 'is no tag'],
    [`1000000000 AES_CM_128_HMAC_SHA1_80 inline:${KEY}`, 'is no tag'],
    ['1', 'names no suite'],
    [`1 AES/CM inline:${KEY}`, 'names no suite'],
    ['1 AES_CM_128_HMAC_SHA1_80', 'has no key'],
    [`1 AES_CM_128_HMAC_SHA1_80 uri:${KEY}`, 'is not told inline'],
    [`1 AES_CM_128_HMAC_SHA1_80 inline:${KEY};`, 'is not told inline'],
    ['1 AES_CM_128_HMAC_SHA1_80 inline:', 'is not base64'],
    ['1 AES_CM_128_HMAC_SHA1_80 inline:ab!c', 'is not base64'],
    [`1 AES_CM_128_HMAC_SHA1_80 inline:${KEY}|2^49`, 'is no lifetime'],
    [`1 AES_CM_128_HMAC_SHA1_80 inline:${KEY}|0`, 'is no lifetime'],
    [`1 AES_CM_128_HMAC_SHA1_80 inline:${KEY}|2^`, 'is no lifetime'],
    [`1 AES_CM_128_HMAC_SHA1_80 inline:${KEY}|2^20|3|1:4`, 'too many fields'],
    [`1 AES_CM_128_HMAC_SHA1_80 inline:${KEY}|1:0`, 'is no master key identifier'],
    [`1 AES_CM_128_HMAC_SHA1_80 inline:${KEY}|x:4`, 'is no master key identifier'],
    [`1 AES_CM_128_HMAC_SHA1_80 inline:${KEY}|1:129`, 'is no master key identifier'],
  ])('refuses "%s"', (line, words) => {
    expect(() => parseCryptoAttribute(line)).toThrow(CryptoError);
    expect(() => parseCryptoAttribute(line)).toThrow(words);
  });

  it('gives back what was serialized', () => {
    const key = fc.record({
      keyAndSalt: fc.uint8Array({ minLength: 1, maxLength: 50 }).map((bytes) => Buffer.from(bytes)),
      lifetimePackets: fc.option(fc.integer({ min: 1, max: 2 ** 48 })),
      masterKeyIdentifier: fc.option(
        fc.record({ value: fc.nat().map(String), length: fc.integer({ min: 1, max: 128 }) }),
      ),
    });
    const attribute = fc.record({
      tag: fc.nat(999_999_999),
      suite: fc.stringMatching(/^\w{1,60}$/),
      keys: fc.array(key, { minLength: 1, maxLength: 3 }),
      sessionParameters: fc.array(fc.stringMatching(/^[!-~]{1,10}$/), { maxLength: 3 }),
    });
    fc.assert(
      fc.property(attribute, (value) => {
        expect(parseCryptoAttribute(serializeCryptoAttribute(value))).toEqual(value);
      }),
    );
  });

  it('throws nothing but CryptoError at any text', () => {
    const pieces = fc.constantFrom(
      '1',
      ' ',
      'AES_CM_128_HMAC_SHA1_80',
      'inline:',
      KEY,
      '|',
      '2^',
      ':',
      ';',
      '=',
      '\0',
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(pieces).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (line) => {
        try {
          parseCryptoAttribute(line);
        } catch (error) {
          expect(error).toBeInstanceOf(CryptoError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
