import { describe, expect, it } from 'vitest';
import { deriveSessionKeys } from '../../../media/srtp/key-derivation.ts';
import { findSrtpSuite } from '../../../media/srtp/srtp-suite.ts';

const VECTORS = [
  {
    source: 'RFC 3711 B.3',
    suite: 'AES_CM_128_HMAC_SHA1_80',
    key: 'e1f97a0d3e018be0d64fa32c06de4139',
    salt: '0ec675ad498afeebb6960b3aabe6',
    encryptionKey: 'c61e7a93744f39ee10734afe3ff7a087',
    authenticationKey: 'cebe321f6ff7716b6fd4ab49af256a156d38baa4',
    sessionSalt: '30cbbc08863d8c85d49db34a9ae1',
  },
  {
    source: 'RFC 6188 §7.4',
    suite: 'AES_192_CM_HMAC_SHA1_80',
    key: '73edc66c4fa15776fb57f9505c17136550ffda71f3e8e5f1',
    salt: 'c8522f3acd4ce86d5add78edbb11',
    encryptionKey: '31874736a8f1143870c26e4857d8a5b2c4a354407faadabb',
    authenticationKey: '355b10973cd95b9eacf4061c7e1a7151e7cfbfcb',
    sessionSalt: '2372b82d639b6d8503a47adc0a6c',
  },
  {
    source: 'RFC 6188 §7.2',
    suite: 'AES_256_CM_HMAC_SHA1_80',
    key: 'f0f04914b513f2763a1b1fa130f10e2998f6f6e43e4309d1e622a0e332b9f1b6',
    salt: '3b04803de51ee7c96423ab5b78d2',
    encryptionKey: '5ba1064e30ec51613cad926c5a28ef731ec7fb397f70a960653caf06554cd8c4',
    authenticationKey: 'fd9c32d39ed5fbb5a9dc96b30818454d1313dc05',
    sessionSalt: 'fa31791685ca444a9e07c6c64e93',
  },
];

describe('key derivation', () => {
  it.each(VECTORS)('gives the session keys of $source', (vector) => {
    const suite = findSrtpSuite(vector.suite)!;
    const key = Buffer.from(vector.key, 'hex');
    const keys = deriveSessionKeys({ suite, key, salt: Buffer.from(vector.salt, 'hex') }, 'rtp');
    expect(keys.encryptionKey.toString('hex')).toBe(vector.encryptionKey);
    expect(keys.authenticationKey.toString('hex')).toBe(vector.authenticationKey);
    expect(keys.salt.toString('hex')).toBe(vector.sessionSalt);
  });

  it('gives SRTCP other keys than SRTP', () => {
    const suite = findSrtpSuite('AEAD_AES_128_GCM')!;
    const master = { suite, key: Buffer.alloc(16, 1), salt: Buffer.alloc(12, 2) };
    const rtp = deriveSessionKeys(master, 'rtp');
    const rtcp = deriveSessionKeys(master, 'rtcp');
    expect(rtp.salt).toHaveLength(12);
    expect(rtcp.encryptionKey).not.toEqual(rtp.encryptionKey);
    expect(rtcp.salt).not.toEqual(rtp.salt);
  });
});
