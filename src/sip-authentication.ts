import { randomBytes } from 'node:crypto';
import type { Config } from '../config/schema.ts';
import { type DigestAlgorithm, digestSecret } from '../signaling/sip/digest.ts';
import { DigestServer } from '../signaling/sip/digest-server.ts';
import type { SipFlow } from '../signaling/sip/flow.ts';
import type { SipRequest } from '../signaling/sip/message.ts';
import type { AuthenticationChallenge } from '../signaling/sip/user-agent-options.ts';

/** Connectors have credentials of their own: undefined where a request is none of theirs. */
export interface ConnectorAuthentication {
  authenticate(request: SipRequest, flow: SipFlow): AuthenticationChallenge | null | undefined;
}

/** Asked before calls and other requests outside of a dialog; null lets the request pass. */
export type Authenticate = (request: SipRequest) => AuthenticationChallenge | null;

/**
 * Digest authentication by `sip.credentials`; undefined where there are none and everybody may call. OPTIONS
 * pass unasked, so that monitoring needs no password.
 */
export function createAuthentication({ sip }: Pick<Config, 'sip'>): Authenticate | undefined {
  if (sip.credentials.length === 0) return undefined;
  const realm = sip.realm ?? sip.domains[0] ?? 'carillon';
  const server = new DigestServer({ realm, key: randomBytes(32), randomBytes });
  const passwords = new Map(sip.credentials.map(({ userName, password }) => [userName, password]));
  const secretOf = (userName: string, algorithm: DigestAlgorithm): string | null => {
    const password = passwords.get(userName);
    return password === undefined ? null : digestSecret(algorithm, userName, realm, password);
  };
  return (request) => {
    if (request.method === 'OPTIONS') return null;
    const nowMs = Date.now();
    const verdict = server.verify(request, secretOf, nowMs);
    if (verdict.kind === 'accepted') return null;
    const challenges = server.createChallenges(nowMs, verdict.reason);
    return { statusCode: 401, header: server.challengeHeader, challenges };
  };
}
