import { randomBytes } from 'node:crypto';
import { DIGEST_ALGORITHMS, type DigestAlgorithm, digestSecret } from '../../signaling/sip/digest.ts';
import { DigestServer } from '../../signaling/sip/digest-server.ts';
import type { SipRequest } from '../../signaling/sip/message.ts';
import type { AuthenticationChallenge } from '../../signaling/sip/user-agent-options.ts';

type Secrets = Readonly<Record<DigestAlgorithm, string>>;

/** Who may call out by a connector. Passwords are hashed as they come (RFC 7616 §3.4.2) and not kept. */
export class ConnectorCredentials {
  readonly #realm: string;
  readonly #server: DigestServer;
  readonly #secrets = new Map<string, Secrets>();

  constructor(realm: string) {
    this.#realm = realm;
    this.#server = new DigestServer({ realm, key: randomBytes(32), randomBytes });
  }

  /** By user name: all that is known of passwords. */
  get secrets(): Record<string, Record<DigestAlgorithm, string>> {
    return Object.fromEntries([...this.#secrets].map(([userName, secrets]) => [userName, { ...secrets }]));
  }

  /** Takes secrets of an earlier run in place of those there are. */
  restore(secrets: Readonly<Record<string, Secrets>>): void {
    this.#secrets.clear();
    for (const [userName, secret] of Object.entries(secrets)) this.#secrets.set(userName, secret);
  }

  get userNames(): readonly string[] {
    return [...this.#secrets.keys()];
  }

  put(userName: string, password: string): void {
    const secrets = DIGEST_ALGORITHMS.map((algorithm) => [
      algorithm,
      digestSecret(algorithm, userName, this.#realm, password),
    ]);
    this.#secrets.set(userName, Object.fromEntries(secrets) as Secrets);
  }

  /** False where there is no such user. */
  remove(userName: string): boolean {
    return this.#secrets.delete(userName);
  }

  replace(credentials: readonly { readonly userName: string; readonly password: string }[]): void {
    this.#secrets.clear();
    for (const { userName, password } of credentials) this.put(userName, password);
  }

  /** Null where the request may pass: it is authenticated, or nobody needs to be. */
  challenge(request: SipRequest, nowMs: number): AuthenticationChallenge | null {
    if (this.#secrets.size === 0) return null;
    const secretOf = (userName: string, algorithm: DigestAlgorithm): string | null =>
      this.#secrets.get(userName)?.[algorithm] ?? null;
    const verdict = this.#server.verify(request, secretOf, nowMs);
    if (verdict.kind === 'accepted') return null;
    const challenges = this.#server.createChallenges(nowMs, verdict.reason);
    return { statusCode: 401, header: this.#server.challengeHeader, challenges };
  }
}
