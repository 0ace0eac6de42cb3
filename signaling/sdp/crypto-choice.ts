/** Which `a=crypto` line of an offer we take, and why not the others (RFC 4568 §5.1). */
import {
  type CryptoAttribute,
  CryptoError,
  type CryptoKey,
  parseCryptoAttribute,
  serializeCryptoAttribute,
} from './crypto-attribute.ts';

/** Lengths of master key and salt, in bytes, of each suite we know (RFC 4568 §6.2, RFC 6188 §4, RFC 7714 §14.1). */
export const CRYPTO_SUITES = {
  AES_CM_128_HMAC_SHA1_80: { keyLength: 16, saltLength: 14 },
  AES_CM_128_HMAC_SHA1_32: { keyLength: 16, saltLength: 14 },
  AES_192_CM_HMAC_SHA1_80: { keyLength: 24, saltLength: 14 },
  AES_192_CM_HMAC_SHA1_32: { keyLength: 24, saltLength: 14 },
  AES_256_CM_HMAC_SHA1_80: { keyLength: 32, saltLength: 14 },
  AES_256_CM_HMAC_SHA1_32: { keyLength: 32, saltLength: 14 },
  AEAD_AES_128_GCM: { keyLength: 16, saltLength: 12 },
  AEAD_AES_256_GCM: { keyLength: 32, saltLength: 12 },
} as const satisfies Record<string, { readonly keyLength: number; readonly saltLength: number }>;

export type CryptoSuiteName = keyof typeof CRYPTO_SUITES;

/** One side's keying, ready for SRTP. */
export interface Crypto {
  readonly tag: number;
  readonly suite: CryptoSuiteName;
  readonly masterKey: Buffer;
  readonly masterSalt: Buffer;
  /** Null where the suite's own limit holds. */
  readonly lifetimePackets: number | null;
}

export interface CryptoChoice {
  /** Null where no line can be taken. */
  readonly chosen: Crypto | null;
  /** Why the lines before the chosen one, or all of them, could not be. */
  readonly refusals: readonly CryptoError[];
}

/**
 * Takes the first line that can be taken: they stand in the offerer's order of preference (RFC 4568 §5.1.2).
 * @param values what stands behind `a=crypto:`, line by line
 * @param accepted the suites that may be used
 */
export function chooseCrypto(values: readonly string[], accepted: readonly CryptoSuiteName[]): CryptoChoice {
  const refusals: CryptoError[] = [];
  for (const value of values) {
    try {
      return { chosen: interpretCrypto(parseCryptoAttribute(value), accepted), refusals };
    } catch (error) {
      if (!(error instanceof CryptoError)) throw error;
      refusals.push(error);
    }
  }
  return { chosen: null, refusals };
}

/**
 * Reads the one line of an answer, which must accept one of ours (RFC 4568 §5.1.3).
 * @throws CryptoError
 */
export function acceptCryptoAnswer(value: string, offered: readonly Crypto[]): Crypto {
  const answer = parseCryptoAttribute(value);
  const own = offered.find(({ tag }) => tag === answer.tag);
  if (own?.suite !== answer.suite) {
    const lines = offered.map(({ tag, suite }) => `${tag} ${suite}`).join(', ');
    throw new CryptoError(
      'not-offered',
      `the answer accepts ${answer.tag} ${answer.suite}; offered were ${lines}`,
    );
  }
  return interpretCrypto(answer, [own.suite]);
}

/** @throws CryptoError where the line cannot be taken as it is */
function interpretCrypto(attribute: CryptoAttribute, accepted: readonly CryptoSuiteName[]): Crypto {
  const { tag, keys, sessionParameters } = attribute;
  const suite = accepted.find((name) => name === attribute.suite);
  if (suite === undefined) {
    throw new CryptoError(
      'unknown-suite',
      `${attribute.suite} was offered; accepted are ${accepted.join(', ')}`,
    );
  }
  const [key, ...otherKeys] = keys;
  if (key === undefined || otherKeys.length > 0) {
    throw new CryptoError('several-keys', `line ${tag} has ${keys.length} keys; one is accepted`);
  }
  if (key.masterKeyIdentifier !== null) {
    const { value, length } = key.masterKeyIdentifier;
    const offered = `master key identifier ${value.slice(0, 20)} of ${length} bytes`;
    throw new CryptoError(
      'master-key-identifier',
      `line ${tag} wants ${offered} in each packet; none is accepted`,
    );
  }
  checkSessionParameters(tag, sessionParameters);
  return { tag, suite, ...splitKey(suite, key), lifetimePackets: key.lifetimePackets };
}

/**
 * RFC 4568 §6.3.7: what begins with a hyphen may be passed over when it is not known. WSH only advises a size for
 * the replay window (§6.3.6), and KDR=0 says what holds anyway (§6.3.1); all others change the packets.
 */
function checkSessionParameters(tag: number, parameters: readonly string[]): void {
  const unsupported = parameters.filter((text) => !/^(-.*|WSH=\d{1,4}|KDR=0)$/.test(text));
  if (unsupported.length === 0) return;
  const offered = unsupported.map((text) => text.slice(0, 40)).join(', ');
  throw new CryptoError('session-parameter', `line ${tag} wants ${offered}, which is not supported`);
}

function splitKey(
  suite: CryptoSuiteName,
  { keyAndSalt }: CryptoKey,
): Pick<Crypto, 'masterKey' | 'masterSalt'> {
  const { keyLength, saltLength } = CRYPTO_SUITES[suite];
  if (keyAndSalt.length !== keyLength + saltLength) {
    const wanted = `${keyLength + saltLength} bytes of key and salt`;
    throw new CryptoError('key-length', `${suite} takes ${wanted}; ${keyAndSalt.length} were offered`);
  }
  return { masterKey: keyAndSalt.subarray(0, keyLength), masterSalt: keyAndSalt.subarray(keyLength) };
}

/** What to write behind `a=crypto:`. */
export function serializeCrypto({ tag, suite, masterKey, masterSalt, lifetimePackets }: Crypto): string {
  const key = {
    keyAndSalt: Buffer.concat([masterKey, masterSalt]),
    lifetimePackets,
    masterKeyIdentifier: null,
  };
  return serializeCryptoAttribute({ tag, suite, keys: [key], sessionParameters: [] });
}
