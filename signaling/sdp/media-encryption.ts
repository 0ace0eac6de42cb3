/** SRTP keys told in SDP (RFC 4568): what we answer to an offer, and what we offer. */
import { randomBytes } from 'node:crypto';
import { CallFailure } from '../call-failure.ts';
import type { EncryptionPolicy, MediaSecurity, SrtpKey } from '../session-description.ts';
import { CryptoError } from './crypto-attribute.ts';
import {
  acceptCryptoAnswer,
  CRYPTO_SUITES,
  type Crypto,
  type CryptoSuiteName,
  chooseCrypto,
  serializeCrypto,
} from './crypto-choice.ts';
import type { SdpMedia } from './description.ts';

const ACCEPTED_SUITES = Object.keys(CRYPTO_SUITES) as CryptoSuiteName[];
/** In our order; more lines would only make the offer longer. */
const OFFERED_SUITES: readonly CryptoSuiteName[] = [
  'AEAD_AES_256_GCM',
  'AEAD_AES_128_GCM',
  'AES_256_CM_HMAC_SHA1_80',
  'AES_CM_128_HMAC_SHA1_80',
  'AES_CM_128_HMAC_SHA1_32',
];
const SECURE_PROFILES: readonly string[] = ['RTP/SAVP', 'RTP/SAVPF'];

/** Our own keys of one dialog: a suite keeps its key, so that a re-INVITE about something else changes nothing. */
export class LocalKeys {
  readonly #keys = new Map<CryptoSuiteName, Pick<Crypto, 'masterKey' | 'masterSalt'>>();

  line(suite: CryptoSuiteName, tag: number): Crypto {
    const { keyLength, saltLength } = CRYPTO_SUITES[suite];
    const known = this.#keys.get(suite);
    const key = known ?? { masterKey: randomBytes(keyLength), masterSalt: randomBytes(saltLength) };
    this.#keys.set(suite, key);
    return { tag, suite, ...key, lifetimePackets: null };
  }
}

/**
 * What becomes of the keys in an offer. A secure profile must be taken as such or refused; keys beside a plain one
 * are taken where they can be (RFC 8643 §3.2).
 * @throws CallFailure `media-encryption-not-allowed`, `media-encryption-required` or `no-common-media-encryption`
 */
export function answerEncryption(media: SdpMedia, policy: EncryptionPolicy, keys: LocalKeys): MediaSecurity {
  const values = cryptoValues(media);
  const isSecureProfile = SECURE_PROFILES.includes(media.protocol);
  if (policy === 'off') {
    if (!isSecureProfile) return plain([], []);
    throw new CallFailure(
      'media-encryption-not-allowed',
      `audio is offered over ${media.protocol} alone, and encrypted media is off here`,
    );
  }
  const { chosen, refusals } = chooseCrypto(values, ACCEPTED_SUITES);
  const reasons = refusals.map(({ message }) => message);
  if (chosen !== null)
    return encrypted(chosen, keys.line(chosen.suite, chosen.tag), suitesOf(values), reasons);
  if (isSecureProfile) {
    throw new CallFailure(
      'no-common-media-encryption',
      values.length === 0
        ? `audio is offered over ${media.protocol} without a key in SDP (a=crypto)`
        : `no a=crypto line offered can be taken: ${reasons.join('; ')}`,
    );
  }
  if (policy === 'required') throw requiredFailure(media.protocol, reasons);
  return plain(suitesOf(values), reasons);
}

/** The lines of our offer: what was agreed before, or all suites (RFC 8643 §3.1 beside a plain profile). */
export function offerEncryption(
  policy: EncryptionPolicy,
  agreed: MediaSecurity | null,
  keys: LocalKeys,
): readonly Crypto[] {
  if (policy === 'off') return [];
  if (agreed === null) return OFFERED_SUITES.map((suite, index) => keys.line(suite, index + 1));
  const { encryption } = agreed;
  return encryption === null ? [] : [keys.line(encryption.suite as CryptoSuiteName, 1)];
}

/**
 * What the answer to our offer says.
 * @throws CallFailure `media-encryption-required` or `no-common-media-encryption`
 */
export function acceptEncryption(
  media: SdpMedia,
  policy: EncryptionPolicy,
  offered: readonly Crypto[],
): MediaSecurity {
  const [value] = cryptoValues(media);
  const suites = offered.map(({ suite }) => suite);
  if (value === undefined || offered.length === 0) {
    if (policy === 'required') throw requiredFailure(media.protocol, []);
    return plain(suites, []);
  }
  try {
    const remote = acceptCryptoAnswer(value, offered);
    const local = offered.find(({ tag }) => tag === remote.tag) as Crypto;
    return encrypted(remote, local, suites, []);
  } catch (error) {
    if (error instanceof CryptoError) throw new CallFailure('no-common-media-encryption', error.message);
    throw error;
  }
}

/** What stands behind `a=crypto:` in our description. */
export function serializeLines(lines: readonly Crypto[]): readonly string[] {
  return lines.map(serializeCrypto);
}

/** The line of our answer (RFC 4568 §5.1.2): the tag offered, our key. */
export function answerLines({ encryption }: MediaSecurity, keys: LocalKeys): readonly Crypto[] {
  return encryption === null ? [] : [keys.line(encryption.suite as CryptoSuiteName, encryption.tag)];
}

function encrypted(
  remote: Crypto,
  local: Crypto,
  offeredSuites: readonly string[],
  refusals: readonly string[],
): MediaSecurity {
  const { suite, tag } = remote;
  const keyLengthBits = CRYPTO_SUITES[suite].keyLength * 8;
  const encryption = { suite, tag, keyLengthBits, sending: keyOf(local), receiving: keyOf(remote) };
  return { encryption, offeredSuites, refusals };
}

function plain(offeredSuites: readonly string[], refusals: readonly string[]): MediaSecurity {
  return { encryption: null, offeredSuites, refusals };
}

/** In memory of its own: what is sent to another thread goes with all the memory that it lies in. */
function keyOf({ masterKey, masterSalt, lifetimePackets }: Crypto): SrtpKey {
  return {
    masterKey: new Uint8Array(masterKey),
    masterSalt: new Uint8Array(masterSalt),
    lifetimePackets,
  };
}

function cryptoValues({ attributes }: SdpMedia): string[] {
  return attributes.flatMap(({ name, value }) => (name === 'crypto' && value !== null ? [value] : []));
}

/** Second words of the lines, whatever they are. */
function suitesOf(values: readonly string[]): string[] {
  return values.map((value) => (value.split(' ').filter((word) => word)[1] ?? '?').slice(0, 60));
}

function requiredFailure(protocol: string, reasons: readonly string[]): CallFailure {
  const why = reasons.length === 0 ? 'no key was told' : reasons.join('; ');
  return new CallFailure(
    'media-encryption-required',
    `encrypted media is required here and audio goes over ${protocol}: ${why}`,
  );
}
