import { isBranchUnique } from './branch.ts';
import { remoteTargetOf } from './dialog.ts';
import type { SipRequest } from './message.ts';
import type { Refusal } from './refusal.ts';
import { ALLOWED_METHODS, SUPPORTED_OPTIONS } from './reply.ts';
import { readSessionBody } from './session-body.ts';

/** Methods with a registered meaning that we do not serve; any other unknown one is 501 (RFC 3261 §21.5.2). */
const KNOWN_METHODS = new Set(['REGISTER', 'SUBSCRIBE', 'NOTIFY', 'MESSAGE']);
const SERVED_METHODS = new Set(ALLOWED_METHODS.split(', '));
const SERVED_SCHEMES = new Set(['sip', 'sips', 'tel']);
/** Methods whose body is a session description or nothing. */
const SESSION_METHODS = new Set(['INVITE', 'UPDATE', 'PRACK']);
/** Media ranges that a session description is within. */
const DESCRIPTION_RANGES = new Set(['application/sdp', 'application/*', '*/*']);

/** RFC 3261 §8.2.1 to §8.2.3, in the order given there, and §20.1: what every request must pass. Null: it does. */
export function checkRequest(request: SipRequest): Refusal | null {
  return (
    checkMethod(request) ??
    checkScheme(request) ??
    checkRequire(request) ??
    checkContent(request) ??
    checkAccept(request)
  );
}

function checkMethod(request: SipRequest): Refusal | null {
  const { method } = request;
  if (SERVED_METHODS.has(method)) {
    return null;
  }
  const headers: Refusal['headers'] = [['Allow', ALLOWED_METHODS]];
  // RFC 6665 §4.1.3, §8.3.1: a NOTIFY without subscription.
  if (method === 'NOTIFY') {
    return { statusCode: 481, detail: 'there is no subscription that this NOTIFY belongs to', headers };
  }
  return KNOWN_METHODS.has(method)
    ? { statusCode: 405, detail: `${method} is not allowed here`, headers }
    : { statusCode: 501, detail: `the method ${method.slice(0, 40)} is not known`, headers };
}

function checkScheme(request: SipRequest): Refusal | null {
  const { scheme } = request.uri;
  return SERVED_SCHEMES.has(scheme)
    ? null
    : { statusCode: 416, detail: `URIs of scheme ${scheme.slice(0, 40)} are not understood` };
}

/** RFC 3261 §8.2.2.3. */
function checkRequire(request: SipRequest): Refusal | null {
  const unsupported = request.require.filter((option) => !SUPPORTED_OPTIONS.includes(option));
  return unsupported.length === 0
    ? null
    : {
        statusCode: 420,
        detail: `required but not supported: ${unsupported.join(', ')}`,
        headers: [['Unsupported', unsupported.join(', ')]],
      };
}

function checkContent(request: SipRequest): Refusal | null {
  if (request.body.length === 0 || !SESSION_METHODS.has(request.method)) {
    return null;
  }
  const body = readSessionBody(request);
  return body.kind === 'refused' ? body.refusal : null;
}

/** RFC 3261 §20.1: the 2xx to an INVITE brings a session description, which its sender must be able to take. */
function checkAccept(request: SipRequest): Refusal | null {
  if (request.method !== 'INVITE' || !request.headers.has('Accept')) {
    return null;
  }
  const ranges = request.tokens('Accept').map((range) => range.split(';')[0]?.trim());
  return ranges.some((range) => range !== undefined && DESCRIPTION_RANGES.has(range))
    ? null
    : { statusCode: 406, detail: 'the Accept leaves no room for application/sdp' };
}

/**
 * RFC 3261 §8.1.1.8: an INVITE has exactly one Contact, without which the dialog has no remote target. Callers of
 * RFC 2543, known by their branch, need not have one (RFC 4475 §3.4.1).
 */
export function contactRefusal(invite: SipRequest): Refusal | null {
  const isOld = !isBranchUnique(invite.topVia.branch) && !invite.headers.has('Contact');
  return isOld || remoteTargetOf(invite) !== null
    ? null
    : { statusCode: 400, detail: 'an INVITE needs exactly one Contact with a SIP URI' };
}
