import {
  DIGEST_ALGORITHMS,
  digestResponse,
  digestSecret,
  type NamedAlgorithm,
  parseAlgorithm,
} from './digest.ts';
import { parseAuthenticationHeader, serializeDigestHeader } from './digest-header.ts';
import type { SipRequest, SipResponse } from './message.ts';

export interface DigestCredentials {
  readonly username: string;
  readonly password: string;
}

interface Challenge extends NamedAlgorithm {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | undefined;
  /** As it was named, to be sent back; undefined if the challenge named none. */
  readonly algorithmName: string | undefined;
  readonly qop: 'auth' | 'auth-int' | null;
  readonly isStale: boolean;
  count: number;
}

/** Which header answers which challenge. */
const ANSWERS = [
  { challenge: 'WWW-Authenticate', credentials: 'Authorization' },
  { challenge: 'Proxy-Authenticate', credentials: 'Proxy-Authorization' },
] as const;

const CLIENT_NONCE_BYTES = 16;

/** Digest authentication as a client (RFC 3261 §22.2, RFC 7616 §3.4): remembers challenges, answers them. */
export class DigestClient {
  readonly #credentials: DigestCredentials;
  readonly #randomBytes: (size: number) => Uint8Array;
  /** By credentials header, then by realm: every realm on the way wants its own answer. */
  readonly #challenges = {
    Authorization: new Map<string, Challenge>(),
    'Proxy-Authorization': new Map<string, Challenge>(),
  };

  constructor(credentials: DigestCredentials, randomBytes: (size: number) => Uint8Array) {
    this.#credentials = credentials;
    this.#randomBytes = randomBytes;
  }

  /**
   * Takes the challenges of a 401 or 407, of each realm the strongest that we can meet. True if sending the
   * request again is worth it: something new to answer, not the same credentials refused (RFC 3261 §22.1).
   */
  learn(response: SipResponse): boolean {
    let isWorthRetrying = false;
    for (const { challenge: header, credentials } of ANSWERS) {
      const offered = response.headers.getAll(header).map(parseChallenge);
      const realms = new Map<string, Challenge>();
      for (const challenge of offered) {
        if (challenge === null) continue;
        const rival = realms.get(challenge.realm);
        if (rival === undefined || strength(challenge) < strength(rival))
          realms.set(challenge.realm, challenge);
      }
      for (const [realm, challenge] of realms) {
        isWorthRetrying ||= challenge.isStale || !this.#challenges[credentials].get(realm)?.count;
        this.#challenges[credentials].set(realm, challenge);
      }
    }
    return isWorthRetrying;
  }

  /** Sets the credentials for every challenge known so far; the nonce counts go up. */
  authorize(request: SipRequest): void {
    for (const { credentials } of ANSWERS) {
      const challenges = this.#challenges[credentials];
      if (challenges.size === 0) continue;
      request.headers.delete(credentials);
      for (const challenge of challenges.values()) {
        request.headers.append(credentials, this.#answer(challenge, request));
      }
    }
  }

  #answer(challenge: Challenge, request: SipRequest): string {
    const { username, password } = this.#credentials;
    const { realm, nonce, qop } = challenge;
    challenge.count++;
    const nonceCount = challenge.count.toString(16).padStart(8, '0');
    const clientNonce = Buffer.from(this.#randomBytes(CLIENT_NONCE_BYTES)).toString('hex');
    const uri = request.requestUri;
    const secret = digestSecret(challenge.algorithm, username, realm, password);
    const { method, body } = request;
    const response = digestResponse({ ...challenge, secret, nonceCount, clientNonce, method, uri, body });
    const parameters = new Map([
      ['username', username],
      ['realm', realm],
      ['nonce', nonce],
      ['uri', uri],
      ['response', response],
    ]);
    if (challenge.algorithmName !== undefined) parameters.set('algorithm', challenge.algorithmName);
    if (challenge.opaque !== undefined) parameters.set('opaque', challenge.opaque);
    if (qop !== null) parameters.set('qop', qop).set('nc', nonceCount);
    if (qop !== null || challenge.isSession) parameters.set('cnonce', clientNonce);
    return serializeDigestHeader('credentials', parameters);
  }
}

/** Lower is stronger. */
function strength(challenge: Challenge): number {
  return DIGEST_ALGORITHMS.indexOf(challenge.algorithm);
}

/** Null for another scheme, an algorithm or a quality of protection that we do not know. */
function parseChallenge(value: string): Challenge | null {
  const header = parseAuthenticationHeader(value);
  if (header?.scheme !== 'digest') return null;
  const { parameters } = header;
  const realm = parameters.get('realm');
  const nonce = parameters.get('nonce');
  const algorithmName = parameters.get('algorithm');
  const named = parseAlgorithm(algorithmName);
  if (realm === undefined || nonce === undefined || named === null) return null;
  const offered = parameters.get('qop');
  const qop = offered === undefined ? null : chooseQop(offered);
  if (qop === undefined) return null;
  const isStale = parameters.get('stale')?.toLowerCase() === 'true';
  return { ...named, realm, nonce, opaque: parameters.get('opaque'), algorithmName, qop, isStale, count: 0 };
}

function chooseQop(offered: string): 'auth' | 'auth-int' | undefined {
  const values = offered.split(',').map((value) => value.trim().toLowerCase());
  if (values.includes('auth')) return 'auth';
  return values.includes('auth-int') ? 'auth-int' : undefined;
}
