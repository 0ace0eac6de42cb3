import { describe, expect, it } from 'vitest';
import {
  acceptCryptoAnswer,
  CRYPTO_SUITES,
  type Crypto,
  type CryptoSuiteName,
  chooseCrypto,
  serializeCrypto,
} from '../../../signaling/sdp/crypto-choice.ts';

const ALL = Object.keys(CRYPTO_SUITES) as CryptoSuiteName[];
const inline = (bytes: number, fill = 5) => `inline:${Buffer.alloc(bytes, fill).toString('base64')}`;

describe('choosing among the lines of an offer', () => {
  it.each(ALL)('splits key and salt of %s', (suite) => {
    const { keyLength, saltLength } = CRYPTO_SUITES[suite];
    const { chosen } = chooseCrypto([`7 ${suite} ${inline(keyLength + saltLength)}|2^31`], ALL);
    expect(chosen?.masterKey).toHaveLength(keyLength);
    expect(chosen?.masterSalt).toHaveLength(saltLength);
    expect(chosen).toMatchObject({ tag: 7, suite, lifetimePackets: 2 ** 31 });
  });

  it('takes the first that it can, and says why not those before', () => {
    const { chosen, refusals } = chooseCrypto(
      [
        `1 F8_128_HMAC_SHA1_80 ${inline(30)}`,
        `2 AEAD_AES_256_GCM ${inline(46)}`,
        `3 AES_CM_128_HMAC_SHA1_80 ${inline(30)}|2^31|1:1`,
        `4 AES_CM_128_HMAC_SHA1_80 ${inline(30)};${inline(30)}`,
        `5 AES_CM_128_HMAC_SHA1_80 ${inline(30)} UNENCRYPTED_SRTP KDR=3`,
        'six',
        `7 AES_CM_128_HMAC_SHA1_32 ${inline(30)}`,
        `8 AES_CM_128_HMAC_SHA1_80 ${inline(30)}`,
      ],
      ['AES_CM_128_HMAC_SHA1_80', 'AES_CM_128_HMAC_SHA1_32', 'AEAD_AES_256_GCM'],
    );
    expect(chosen?.tag).toBe(7);
    expect(refusals.map(({ code }) => code)).toEqual([
      'unknown-suite',
      'key-length',
      'master-key-identifier',
      'several-keys',
      'session-parameter',
      'malformed',
    ]);
    expect(refusals.map(({ message }) => message).slice(0, 5)).toEqual([
      'F8_128_HMAC_SHA1_80 was offered; accepted are AES_CM_128_HMAC_SHA1_80, AES_CM_128_HMAC_SHA1_32, AEAD_AES_256_GCM',
      'AEAD_AES_256_GCM takes 44 bytes of key and salt; 46 were offered',
      'line 3 wants master key identifier 1 of 1 bytes in each packet; none is accepted',
      'line 4 has 2 keys; one is accepted',
      'line 5 wants UNENCRYPTED_SRTP, KDR=3, which is not supported',
    ]);
  });

  it('chooses nothing from nothing', () => {
    expect(chooseCrypto([], ALL)).toEqual({ chosen: null, refusals: [] });
  });

  it('passes over parameters that advise, and unknown ones marked as such', () => {
    const { chosen } = chooseCrypto([`1 AES_CM_128_HMAC_SHA1_80 ${inline(30)} WSH=64 KDR=0 -NEW=1`], ALL);
    expect(chosen?.tag).toBe(1);
  });

  it('never says a key', () => {
    const key = Buffer.alloc(31, 77).toString('base64');
    const { refusals } = chooseCrypto(
      [
        `1 AES_CM_128_HMAC_SHA1_80 inline:${key}`,
        `2 X inline:${key}`,
        `3 AES_CM_128_HMAC_SHA1_80 inline:${key}!`,
      ],
      ALL,
    );
    expect(refusals).toHaveLength(3);
    for (const { message } of refusals) expect(message).not.toContain(key.slice(0, 12));
  });
});

describe('accepting an answer', () => {
  const offered: Crypto[] = [
    {
      tag: 1,
      suite: 'AEAD_AES_128_GCM',
      masterKey: Buffer.alloc(16),
      masterSalt: Buffer.alloc(12),
      lifetimePackets: null,
    },
    {
      tag: 2,
      suite: 'AES_CM_128_HMAC_SHA1_80',
      masterKey: Buffer.alloc(16, 1),
      masterSalt: Buffer.alloc(14, 2),
      lifetimePackets: 1000,
    },
  ];

  it('takes the key of the other side', () => {
    const accepted = acceptCryptoAnswer(`2 AES_CM_128_HMAC_SHA1_80 ${inline(30, 9)}`, offered);
    expect(accepted.masterKey).toEqual(Buffer.alloc(16, 9));
  });

  it.each([`3 AES_CM_128_HMAC_SHA1_80 ${inline(30)}`, `1 AES_CM_128_HMAC_SHA1_80 ${inline(30)}`])(
    'refuses "%s"',
    (value) => {
      expect(() => acceptCryptoAnswer(value, offered)).toThrow(
        'offered were 1 AEAD_AES_128_GCM, 2 AES_CM_128',
      );
    },
  );

  it('reads what it writes', () => {
    for (const crypto of offered)
      expect(acceptCryptoAnswer(serializeCrypto(crypto), offered)).toEqual(crypto);
  });
});
