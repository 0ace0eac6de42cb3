import { isBranchUnique } from './branch.ts';
import type { SipRequest } from './message.ts';

/**
 * What identifies the server transaction of a request (RFC 3261 §17.2.3): branch, sent-by and method, where
 * `method` is that of the transaction looked for (INVITE for an ACK or CANCEL).
 */
export function serverTransactionKey(request: SipRequest, method: string): string {
  const { branch, host, port } = request.topVia;
  if (!isBranchUnique(branch)) return rfc2543Key(request, method);
  // INVITE is the one method asked for under another name, and the commonest: it gets the shortest key.
  return flat(method === 'INVITE' ? `${branch}|${host}:${port}` : `${branch}|${host}:${port}|${method}`);
}

/**
 * A concatenated string is kept by V8 as a tree of its parts, and those are slices that hold the whole text
 * of the message: 450 bytes a transaction. Reading a character makes it one flat string of its own, and
 * using what was read keeps the optimizer from leaving the reading out.
 */
function flat(text: string): string {
  return text.charCodeAt(0) === 0 ? '' : text;
}

/**
 * §17.2.3 for peers of RFC 2543, whose branch (if any) identifies nothing. The To tag is left out: an ACK
 * carries the one of our response where the INVITE had none, and CSeq tells requests of a dialog apart.
 */
function rfc2543Key(request: SipRequest, method: string): string {
  const { transport, host, port, branch } = request.topVia;
  const via = `${transport} ${host}:${port};${branch ?? ''}`;
  const { callId, from, cSeq, requestUri } = request;
  return flat(`${requestUri}|${from.tag ?? ''}|${callId}|${cSeq.sequenceNumber}|${via}|${method}`);
}

/**
 * What two requests have in common that are one request come by two ways (RFC 3261 §8.2.2.2): From tag,
 * Call-ID and CSeq. Null for requests inside a dialog, which are not looked at.
 */
export function mergedRequestKey(request: SipRequest): string | null {
  if (request.to.tag !== null) return null;
  const { sequenceNumber, method } = request.cSeq;
  return flat(`${request.callId}|${request.from.tag ?? ''}|${sequenceNumber}${method}`);
}

/** RFC 3261 §17.1.3: branch and CSeq method; only a CANCEL shares its branch with another request. */
export function clientTransactionKey(branch: string, method: string): string {
  return method === 'CANCEL' ? `${branch}|CANCEL` : branch;
}
