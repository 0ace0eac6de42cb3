import { createHash } from 'node:crypto';

/** The digest algorithms of SIP (RFC 8760 §2.1), strongest first: the order in which they are offered. */
export const DIGEST_ALGORITHMS = ['SHA-512-256', 'SHA-256', 'MD5'] as const;

export type DigestAlgorithm = (typeof DIGEST_ALGORITHMS)[number];

const HASH_NAMES = { 'SHA-512-256': 'sha512-256', 'SHA-256': 'sha256', MD5: 'md5' } as const;

/** An algorithm as a header names it; `-sess` binds the key to one nonce and cnonce (RFC 7616 §3.4.2). */
export interface NamedAlgorithm {
  readonly algorithm: DigestAlgorithm;
  readonly isSession: boolean;
}

/** Without the parameter it is MD5 (RFC 7616 §3.3). Null for an algorithm that we do not know. */
export function parseAlgorithm(name: string | undefined): NamedAlgorithm | null {
  const upper = (name ?? 'MD5').toUpperCase();
  const isSession = upper.endsWith('-SESS');
  const plain = isSession ? upper.slice(0, -5) : upper;
  const algorithm = DIGEST_ALGORITHMS.find((known) => known === plain);
  return algorithm === undefined ? null : { algorithm, isSession };
}

export function digestHash(algorithm: DigestAlgorithm, text: string | Uint8Array): string {
  return createHash(HASH_NAMES[algorithm]).update(text).digest('hex');
}

/** H(username:realm:password): what a credential store may keep in place of the password (RFC 7616 §3.4.2). */
export function digestSecret(
  algorithm: DigestAlgorithm,
  username: string,
  realm: string,
  password: string,
): string {
  return digestHash(algorithm, `${username}:${realm}:${password}`);
}

/** What the response is computed over; `qop` null is the form of RFC 2069, without nonce count. */
export interface DigestInput extends NamedAlgorithm {
  /** H(username:realm:password), see {@link digestSecret}. */
  readonly secret: string;
  readonly nonce: string;
  readonly qop: 'auth' | 'auth-int' | null;
  /** Eight hex digits. */
  readonly nonceCount: string;
  readonly clientNonce: string;
  readonly method: string;
  readonly uri: string;
  readonly body: Uint8Array;
}

/** The `response` parameter (RFC 7616 §3.4.1 to §3.4.3). */
export function digestResponse(input: DigestInput): string {
  const { algorithm, nonce, clientNonce } = input;
  const a1 = input.isSession
    ? digestHash(algorithm, `${input.secret}:${nonce}:${clientNonce}`)
    : input.secret;
  const bodyHash = input.qop === 'auth-int' ? `:${digestHash(algorithm, input.body)}` : '';
  const a2 = digestHash(algorithm, `${input.method}:${input.uri}${bodyHash}`);
  return input.qop === null
    ? digestHash(algorithm, `${a1}:${nonce}:${a2}`)
    : digestHash(algorithm, `${a1}:${nonce}:${input.nonceCount}:${clientNonce}:${input.qop}:${a2}`);
}
