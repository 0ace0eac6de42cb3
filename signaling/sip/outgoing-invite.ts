import type { CallEnvironment } from './call-environment.ts';
import type { DigestClient } from './digest-client.ts';
import type { SipFlow } from './flow.ts';
import { SipHeaders } from './headers.ts';
import { DEFAULT_MAX_FORWARDS, SipRequest, type SipResponse } from './message.ts';
import { NameAddress, parseNameAddress } from './name-address.ts';
import type { OutgoingCallOptions } from './outgoing-call-options.ts';
import { appendCapabilities, contactOn, contactPrefixOf } from './reply.ts';
import { minimumIntervalOf } from './session-timer.ts';

/** What stays the same over all attempts of one call, and is changed by refusals that ask for it. */
export interface InviteDraft {
  readonly target: string;
  readonly callId: string;
  readonly localTag: string;
  readonly sequenceNumber: number;
  /** From a 422 (RFC 4028 §7.4), or null. */
  readonly minimumSeconds: number | null;
}

/** Refusals answered by trying again: a challenge of each of two realms, a stale nonce, a 422. */
const MOST_ATTEMPTS = 5;

/**
 * What the same call is tried again with, once a refusal has said what it lacked (RFC 3261 §22.2, RFC 4028 §7.4);
 * null where trying again would not help.
 */
export function draftAfter(
  draft: InviteDraft,
  response: SipResponse,
  digest: DigestClient | null,
): InviteDraft | null {
  const { statusCode, headers } = response;
  if (draft.sequenceNumber >= MOST_ATTEMPTS) return null;
  if (statusCode === 401 || statusCode === 407) return digest?.learn(response) === true ? draft : null;
  return statusCode === 422 ? { ...draft, minimumSeconds: minimumIntervalOf(headers) } : null;
}

/** An INVITE that makes a call (RFC 3261 §13.2.1), without Via, body and credentials. */
export function createInvite(
  draft: InviteDraft,
  options: OutgoingCallOptions,
  environment: CallEnvironment,
  way: { readonly flow: SipFlow; readonly ownUri: string },
): SipRequest {
  const headers = new SipHeaders();
  for (const route of options.route ?? []) {
    headers.append('Route', route);
  }
  headers.append('Max-Forwards', `${options.maxForwards ?? DEFAULT_MAX_FORWARDS}`);
  headers.append('From', `${fromAddress(options.from)};tag=${draft.localTag}`);
  headers.append('To', new NameAddress('', draft.target).toString());
  headers.append('Call-ID', draft.callId);
  headers.append('CSeq', `${draft.sequenceNumber} INVITE`);
  headers.append('User-Agent', environment.settings.softwareName);
  const invite = new SipRequest('INVITE', draft.target, headers);
  appendCapabilities(invite);
  appendExtensions(headers, options);
  appendInterval(headers, environment, draft.minimumSeconds);
  for (const [name, value] of options.headers ?? []) {
    headers.append(name, value);
  }
  const prefix = contactPrefixOf(way.ownUri);
  headers.append('Contact', contactOn(way.flow, environment.transactions.transport, prefix));
  return invite;
}

/** Angle brackets always, so that the tag is no URI parameter (RFC 3261 §20). */
function fromAddress(from: string): string {
  const address = parseNameAddress(from);
  return address === null ? `<${from}>` : new NameAddress(address.displayName, address.uri).toString();
}

function appendExtensions(headers: SipHeaders, options: OutgoingCallOptions): void {
  if (options.reliableProvisional === 'required') {
    headers.append('Require', '100rel');
  } else if (options.reliableProvisional === 'none') {
    headers.set('Supported', 'timer');
  }
}

/** RFC 4028 §7.1. */
function appendInterval(
  headers: SipHeaders,
  environment: CallEnvironment,
  minimumSeconds: number | null,
): void {
  const policy = environment.settings.sessionTimer;
  if (policy === null && minimumSeconds === null) {
    return;
  }
  const intervalSeconds = Math.max(policy?.intervalSeconds ?? 0, minimumSeconds ?? 0);
  headers.append('Session-Expires', `${intervalSeconds}`);
  headers.append('Min-SE', `${Math.max(policy?.minimumSeconds ?? 0, minimumSeconds ?? 0)}`);
}
