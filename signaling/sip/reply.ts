import type { CallSettings } from './call-environment.ts';
import { createResponse } from './create-response.ts';
import type { SipFlow } from './flow.ts';
import { formatHostPort } from './flow.ts';
import type { SipMessage, SipRequest, SipResponse } from './message.ts';
import { serializeWarning } from './reason.ts';
import { reasonPhraseOf } from './reason-phrase.ts';
import type { Refusal } from './refusal.ts';
import type { TransactionTransport } from './transaction-transport.ts';

/** Methods we answer otherwise than by 405 (RFC 3261 §20.5). */
export const ALLOWED_METHODS = 'INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, PRACK, UPDATE, REFER, PUBLISH';
/** Extensions we know (RFC 3261 §20.37): RFC 3262, RFC 4028 and RFC 7866. */
export const SUPPORTED_OPTIONS: readonly string[] = ['100rel', 'timer', 'siprec'];
const SUPPORTED_HEADER = SUPPORTED_OPTIONS.join(', ');
const WARNING_AGENT = 'carillon';

/** A response of ours with the Server header. */
export function createReply(
  request: SipRequest,
  statusCode: number,
  settings: CallSettings,
  toTag: string | null = null,
  reasonPhrase: string = reasonPhraseOf(statusCode),
): SipResponse {
  const response = createResponse(request, statusCode, reasonPhrase, toTag);
  response.headers.append('Server', settings.softwareName);
  return response;
}

/** The response that refuses: the refusal's headers, and its sentence as a Warning. */
export function createRefusal(
  request: SipRequest,
  refusal: Refusal,
  settings: CallSettings,
  toTag: string | null = null,
): SipResponse {
  const { statusCode, reasonPhrase = reasonPhraseOf(statusCode) } = refusal;
  const response = createReply(request, statusCode, settings, toTag, reasonPhrase);
  for (const [name, value] of refusal.headers ?? []) {
    response.headers.append(name, value);
  }
  response.headers.append('Warning', serializeWarning(WARNING_AGENT, refusal.detail));
  return response;
}

/** What we can do, in messages that set up or modify a session (RFC 3261 §13.2.1, RFC 3311 §5.1). */
export function appendCapabilities(message: SipMessage): void {
  message.headers.append('Allow', ALLOWED_METHODS);
  message.headers.append('Supported', SUPPORTED_HEADER);
}

export function setDescription(message: SipMessage, description: string): void {
  message.headers.set('Content-Type', 'application/sdp');
  message.body = Buffer.from(description, 'utf8');
}

/**
 * Our Contact on a flow: where requests of the dialog are to reach us (RFC 3261 §8.1.1.8, RFC 7118 §5).
 * `prefix` is `sip:` or `sips:`, with `user@` where we go by one.
 */
export function contactOn(flow: SipFlow, transport: TransactionTransport, prefix: string): string {
  return `<${prefix}${transport.sentBy(flow)}${TRANSPORT_PARAMETERS[flow.transport]}>`;
}

/** The Contact prefix for an address as written: the same scheme and user, no password, no host. */
export function contactPrefixOf(uri: string): string {
  const scheme = uri.toLowerCase().startsWith('sips:') ? 'sips:' : 'sip:';
  const at = uri.indexOf('@');
  if (at === -1) {
    return scheme;
  }
  const [user = ''] = uri.slice(uri.indexOf(':') + 1, at).split(':');
  return user === '' ? scheme : `${scheme}${user}@`;
}

const TRANSPORT_PARAMETERS = {
  UDP: '',
  TCP: ';transport=tcp',
  TLS: ';transport=tls',
  WS: ';transport=ws',
  WSS: ';transport=ws',
} as const;

/** For refusals and logs: `INVITE from 192.0.2.1:5060`. */
export function describeRequest(request: SipRequest, flow: SipFlow): string {
  return `${request.method} from ${formatHostPort(flow.remoteAddress, flow.remotePort)}`;
}
