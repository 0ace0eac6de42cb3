/** What a crypto suite fixes: key and tag lengths in bytes. Names as in RFC 4568 §6.2, RFC 6188 §4 and RFC 7714 §14.1. */

export type SrtpSuiteName =
  | 'AES_CM_128_HMAC_SHA1_80'
  | 'AES_CM_128_HMAC_SHA1_32'
  | 'AES_192_CM_HMAC_SHA1_80'
  | 'AES_192_CM_HMAC_SHA1_32'
  | 'AES_256_CM_HMAC_SHA1_80'
  | 'AES_256_CM_HMAC_SHA1_32'
  | 'AEAD_AES_128_GCM'
  | 'AEAD_AES_256_GCM';

export interface SrtpSuite {
  readonly name: SrtpSuiteName;
  readonly mode: 'counter' | 'gcm';
  readonly keyLength: 16 | 24 | 32;
  readonly saltLength: 12 | 14;
  readonly rtpTagLength: number;
  readonly rtcpTagLength: number;
}

/** One side's master key and salt, each as long as the suite says. */
export interface SrtpMasterKey {
  readonly suite: SrtpSuite;
  readonly key: Uint8Array;
  readonly salt: Uint8Array;
}

/** The most that protecting adds behind a packet: SRTCP with GCM, its word and a tag of 16 bytes (RFC 7714 §9). */
export const SRTP_OVERHEAD_MAXIMUM = 20;

const SUITES: readonly SrtpSuite[] = [
  counterSuite('AES_CM_128_HMAC_SHA1_80', 16, 10),
  counterSuite('AES_CM_128_HMAC_SHA1_32', 16, 4),
  counterSuite('AES_192_CM_HMAC_SHA1_80', 24, 10),
  counterSuite('AES_192_CM_HMAC_SHA1_32', 24, 4),
  counterSuite('AES_256_CM_HMAC_SHA1_80', 32, 10),
  counterSuite('AES_256_CM_HMAC_SHA1_32', 32, 4),
  gcmSuite('AEAD_AES_128_GCM', 16),
  gcmSuite('AEAD_AES_256_GCM', 32),
];

function counterSuite(name: SrtpSuiteName, keyLength: 16 | 24 | 32, rtpTagLength: number): SrtpSuite {
  // RFC 4568 §6.2.2: the short tag is for RTP only, SRTCP keeps its 80 bits.
  return { name, mode: 'counter', keyLength, saltLength: 14, rtpTagLength, rtcpTagLength: 10 };
}

function gcmSuite(name: SrtpSuiteName, keyLength: 16 | 32): SrtpSuite {
  return { name, mode: 'gcm', keyLength, saltLength: 12, rtpTagLength: 16, rtcpTagLength: 16 };
}

/** Null for a suite that we do not have; names are case-sensitive (RFC 4568 §9.1). */
export function findSrtpSuite(name: string): SrtpSuite | null {
  return SUITES.find((suite) => suite.name === name) ?? null;
}

/** Whether two master keys are the same, which a re-INVITE that changes something else tells again. */
export function isSameMasterKey(one: SrtpMasterKey, other: SrtpMasterKey): boolean {
  const isSameSuite = one.suite.name === other.suite.name;
  return (
    isSameSuite && Buffer.compare(one.key, other.key) === 0 && Buffer.compare(one.salt, other.salt) === 0
  );
}
