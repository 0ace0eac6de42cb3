/**
 * The `a=crypto` line of SDP security descriptions (RFC 4568 §9.1), which tells a master key for SRTP:
 *
 *     a=crypto:<tag> <suite> inline:<key and salt>[|<lifetime>][|<MKI>:<length>][;inline:…] [<session parameters>]
 */
import { parseDecimal } from './parse.ts';

/** A master key identifier, sent in each packet where several keys are told (RFC 3711 §3.1). */
interface MasterKeyIdentifier {
  /** Decimal; up to 1024 bits long and so kept as text. */
  readonly value: string;
  /** In packets, in bytes: 1 to 128. */
  readonly length: number;
}

/** One inline key (RFC 4568 §6.1). */
export interface CryptoKey {
  /** Master key and master salt, one behind the other. */
  readonly keyAndSalt: Buffer;
  /** Packets it may protect, up to 2⁴⁸; null where none was said and the suite's own limit holds. */
  readonly lifetimePackets: number | null;
  readonly masterKeyIdentifier: MasterKeyIdentifier | null;
}

/** One line, whether its suite is known or not. */
export interface CryptoAttribute {
  /** 0 to 999,999,999; an answer bears the tag of the line it accepts. */
  readonly tag: number;
  readonly suite: string;
  /** At least one. */
  readonly keys: readonly CryptoKey[];
  /** As written: `UNENCRYPTED_SRTCP`, `KDR=3`, `WSH=128`, … (RFC 4568 §6.3). */
  readonly sessionParameters: readonly string[];
}

/**
 * What is wrong with a line: its syntax; a suite, master key identifier, number of keys or session parameter that is
 * not supported; a key not as long as its suite wants; an answer that accepts what was not offered.
 */
export type CryptoErrorCode =
  | 'malformed'
  | 'unknown-suite'
  | 'key-length'
  | 'master-key-identifier'
  | 'several-keys'
  | 'session-parameter'
  | 'not-offered';

/** `message` is a sentence for a person; it never has a key in it. */
export class CryptoError extends Error {
  override readonly name = 'CryptoError';
  readonly code: CryptoErrorCode;

  constructor(code: CryptoErrorCode, detail: string) {
    super(detail);
    this.code = code;
  }
}

const TAG_MAXIMUM = 999_999_999;
const LIFETIME_MAXIMUM = 2 ** 48; // RFC 3711 §9.2
const IDENTIFIER_LENGTH_MAXIMUM = 128; // RFC 4568 §6.1

/**
 * Parses what stands behind `a=crypto:`.
 * @throws CryptoError `malformed` and nothing else
 */
export function parseCryptoAttribute(value: string): CryptoAttribute {
  const [tagText = '', suite, keyParameters, ...sessionParameters] = value.split(' ').filter((word) => word);
  const tag = parseDecimal(tagText, TAG_MAXIMUM);
  if (tag === null) throw malformed(`"${tagText.slice(0, 20)}" is no tag`);
  if (suite === undefined || !/^\w{1,60}$/.test(suite)) throw malformed(`line ${tag} names no suite`);
  if (keyParameters === undefined) throw malformed(`line ${tag} has no key`);
  const keys = keyParameters.split(';').map((parameter) => parseKey(tag, parameter));
  return { tag, suite, keys, sessionParameters };
}

function parseKey(tag: number, parameter: string): CryptoKey {
  // RFC 4568 §9.1: inline is the only method there is; its name compares without regard to case (RFC 5234 §2.3).
  if (parameter.slice(0, 7).toLowerCase() !== 'inline:') {
    throw malformed(`a key of line ${tag} is not told inline`);
  }
  const [keyText = '', ...rest] = parameter.slice(7).split('|');
  const identifier = rest.at(-1)?.includes(':') ? rest.pop() : undefined;
  if (rest.length > 1) throw malformed(`a key of line ${tag} has too many fields`);
  return {
    keyAndSalt: parseBase64(tag, keyText),
    lifetimePackets: rest[0] === undefined ? null : parseLifetime(tag, rest[0]),
    masterKeyIdentifier: identifier === undefined ? null : parseIdentifier(tag, identifier),
  };
}

function parseBase64(tag: number, text: string): Buffer {
  const bytes = Buffer.from(text, 'base64');
  // Buffer skips what is no base64; padding is sometimes left out, and that does no harm.
  const isExact = bytes.toString('base64').replace(/=+$/, '') === text.replace(/={0,2}$/, '');
  if (bytes.length === 0 || !isExact) throw malformed(`the key of line ${tag} is not base64`);
  return bytes;
}

/** RFC 4568 §6.1: a decimal number or a power of two. */
function parseLifetime(tag: number, text: string): number {
  const digits = text.startsWith('2^') ? text.slice(2) : text;
  const number = /^\d{1,15}$/.test(digits) ? Number(digits) : 0;
  const packets = text.startsWith('2^') ? 2 ** number : number;
  const isPlausible = packets >= 1 && packets <= LIFETIME_MAXIMUM && /^\d{1,15}$/.test(digits);
  if (!isPlausible)
    throw malformed(`"${text.slice(0, 20)}" in line ${tag} is no lifetime of 1 to 2^48 packets`);
  return packets;
}

function parseIdentifier(tag: number, text: string): MasterKeyIdentifier {
  const [value = '', lengthText = '', ...rest] = text.split(':');
  const length = parseDecimal(lengthText, IDENTIFIER_LENGTH_MAXIMUM);
  if (!/^\d{1,310}$/.test(value) || length === null || length === 0 || rest.length > 0) {
    throw malformed(`"${text.slice(0, 20)}" in line ${tag} is no master key identifier`);
  }
  return { value, length };
}

/** What stands behind `a=crypto:`; parsing it gives the attribute back. */
export function serializeCryptoAttribute(attribute: CryptoAttribute): string {
  const { tag, suite, keys, sessionParameters } = attribute;
  return [tag, suite, keys.map(serializeKey).join(';'), ...sessionParameters].join(' ');
}

function serializeKey({ keyAndSalt, lifetimePackets, masterKeyIdentifier }: CryptoKey): string {
  const fields = [`inline:${keyAndSalt.toString('base64')}`];
  if (lifetimePackets !== null) fields.push(serializeLifetime(lifetimePackets));
  if (masterKeyIdentifier !== null) fields.push(`${masterKeyIdentifier.value}:${masterKeyIdentifier.length}`);
  return fields.join('|');
}

function serializeLifetime(packets: number): string {
  const exponent = Math.log2(packets);
  return Number.isInteger(exponent) ? `2^${exponent}` : String(packets);
}

function malformed(detail: string): CryptoError {
  return new CryptoError('malformed', `a=crypto: ${detail}`);
}
