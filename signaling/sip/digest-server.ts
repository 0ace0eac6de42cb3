import { timingSafeEqual } from 'node:crypto';
import { type DigestAlgorithm, digestResponse, parseAlgorithm } from './digest.ts';
import { parseAuthenticationHeader, serializeDigestHeader } from './digest-header.ts';
import { NonceMint } from './digest-nonce.ts';
import type { SipRequest } from './message.ts';

/** Why a request is challenged. `stale`: right but for its nonce, so the caller's client may retry unasked. */
export type DigestRefusal =
  | 'missing'
  | 'malformed'
  | 'unknown-algorithm'
  | 'unknown-user'
  | 'wrong-response'
  | 'replayed'
  | 'stale';

export type DigestVerdict =
  | { readonly kind: 'accepted'; readonly username: string }
  | { readonly kind: 'refused'; readonly reason: DigestRefusal };

export interface DigestServerOptions {
  readonly realm: string;
  /** Key of the nonces' seal, 32 random bytes; nonces of another key are stale. */
  readonly key: Uint8Array;
  readonly randomBytes: (size: number) => Uint8Array;
  /** In the order of preference. Default: SHA-256, then MD5 for old clients (RFC 8760 §2.4). */
  readonly algorithms?: readonly DigestAlgorithm[];
  /** Default 300 000 ms. */
  readonly nonceLifetimeMs?: number;
  /** How many used nonces have their count remembered. Default 10 000. */
  readonly largestNonceCountStore?: number;
  /** 401 and Authorization as registrar or user agent, 407 and Proxy-Authorization as proxy. Default `user-agent`. */
  readonly role?: 'user-agent' | 'proxy';
}

/** H(username:realm:password) of a user under an algorithm, or null for a user that there is not. */
export type DigestSecretSource = (username: string, algorithm: DigestAlgorithm) => string | null;

const DEFAULT_NONCE_LIFETIME_MS = 300_000;
const DEFAULT_NONCE_COUNT_STORE = 10_000;
/** Hashed against for users that do not exist, so that they take as long as others. */
const NOBODYS_SECRET = '0'.repeat(64);

/**
 * Digest authentication as a server (RFC 7616, RFC 8760, RFC 3261 §22). The digest-uri is not compared with
 * the Request-URI, since proxies and test callers rewrite it; the nonce count lets no credentials serve twice.
 */
export class DigestServer {
  readonly #realm: string;
  readonly #algorithms: readonly DigestAlgorithm[];
  readonly #mint: NonceMint;
  readonly #isProxy: boolean;
  readonly #largestStore: number;
  /** Highest count seen of each nonce that was used, oldest first. */
  readonly #counts = new Map<string, { count: number; readonly createdMs: number }>();
  /** Nonces made up to here have had their counts forgotten and are stale. */
  #forgottenUpToMs = Number.NEGATIVE_INFINITY;

  constructor(options: DigestServerOptions) {
    this.#realm = options.realm;
    this.#algorithms = options.algorithms ?? ['SHA-256', 'MD5'];
    const lifetimeMs = options.nonceLifetimeMs ?? DEFAULT_NONCE_LIFETIME_MS;
    this.#mint = new NonceMint(options.key, options.realm, lifetimeMs, options.randomBytes);
    this.#isProxy = options.role === 'proxy';
    this.#largestStore = options.largestNonceCountStore ?? DEFAULT_NONCE_COUNT_STORE;
  }

  /** 401, or 407 for a proxy. */
  get statusCode(): number {
    return this.#isProxy ? 407 : 401;
  }

  /** The header that carries the challenges. */
  get challengeHeader(): string {
    return this.#isProxy ? 'Proxy-Authenticate' : 'WWW-Authenticate';
  }

  /** One header value per algorithm, best first (RFC 8760 §2.4): append each as a header of its own. */
  createChallenges(nowMs: number, reason: DigestRefusal = 'missing'): string[] {
    const nonce = this.#mint.create(nowMs);
    return this.#algorithms.map((algorithm) => {
      const parameters = new Map([
        ['realm', this.#realm],
        ['nonce', nonce],
        ['opaque', nonce.slice(0, 16)],
        ['algorithm', algorithm],
        ['qop', 'auth,auth-int'],
      ]);
      if (reason === 'stale') parameters.set('stale', 'true');
      return serializeDigestHeader('challenge', parameters);
    });
  }

  /** Checks the request's credentials for our realm. */
  verify(request: SipRequest, secretOf: DigestSecretSource, nowMs: number): DigestVerdict {
    const header = this.#isProxy ? 'Proxy-Authorization' : 'Authorization';
    let refusal: DigestVerdict = refused('missing');
    for (const value of request.headers.getAll(header)) {
      const credentials = parseAuthenticationHeader(value);
      if (credentials === null) refusal = refused('malformed');
      else if (credentials.scheme === 'digest' && credentials.parameters.get('realm') === this.#realm) {
        return this.#verifyCredentials(credentials.parameters, request, secretOf, nowMs);
      }
    }
    return refusal;
  }

  #verifyCredentials(
    parameters: ReadonlyMap<string, string>,
    request: SipRequest,
    secretOf: DigestSecretSource,
    nowMs: number,
  ): DigestVerdict {
    const username = parameters.get('username');
    const nonce = parameters.get('nonce');
    const uri = parameters.get('uri');
    const qop = parameters.get('qop')?.toLowerCase() ?? null;
    const nonceCount = parameters.get('nc') ?? '';
    const clientNonce = parameters.get('cnonce') ?? '';
    if (username === undefined || nonce === undefined || uri === undefined) return refused('malformed');
    if (qop !== null && qop !== 'auth' && qop !== 'auth-int') return refused('malformed');
    if (qop !== null && (!/^[0-9A-Fa-f]{8}$/.test(nonceCount) || clientNonce === ''))
      return refused('malformed');
    const named = parseAlgorithm(parameters.get('algorithm'));
    if (named === null || !this.#algorithms.includes(named.algorithm)) return refused('unknown-algorithm');
    const { method, body } = request;
    const secret = secretOf(username, named.algorithm);
    const input = { ...named, nonce, qop, nonceCount, clientNonce, method, uri, body } as const;
    const expected = digestResponse({ ...input, secret: secret ?? NOBODYS_SECRET });
    const isRight = isSameText(expected, (parameters.get('response') ?? '').toLowerCase());
    if (secret === null) return refused('unknown-user');
    if (!isRight) return refused('wrong-response');
    const reason = this.#useNonce(nonce, qop === null ? null : Number.parseInt(nonceCount, 16), nowMs);
    return reason === null ? { kind: 'accepted', username } : refused(reason);
  }

  /** Null if the nonce is ours and this count of it is new. Without a count a nonce serves once. */
  #useNonce(nonce: string, count: number | null, nowMs: number): DigestRefusal | null {
    const state = this.#mint.check(nonce, nowMs);
    if (state.kind !== 'valid' || state.createdMs <= this.#forgottenUpToMs) return 'stale';
    const used = this.#counts.get(nonce);
    if (used !== undefined) {
      if (count === null || count <= used.count) return 'replayed';
      used.count = count;
      return null;
    }
    if (count === 0) return 'replayed';
    this.#counts.set(nonce, { count: count ?? Number.MAX_SAFE_INTEGER, createdMs: state.createdMs });
    if (this.#counts.size > this.#largestStore) this.#forgetOldest();
    return null;
  }

  #forgetOldest(): void {
    for (const [nonce, { createdMs }] of this.#counts) {
      this.#counts.delete(nonce);
      this.#forgottenUpToMs = Math.max(this.#forgottenUpToMs, createdMs);
      return;
    }
  }
}

function refused(reason: DigestRefusal): DigestVerdict {
  return { kind: 'refused', reason };
}

function isSameText(expected: string, given: string): boolean {
  const left = Buffer.from(expected);
  const right = Buffer.from(given);
  return left.length === right.length && timingSafeEqual(left, right);
}
