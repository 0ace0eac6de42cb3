import { hash } from 'node:crypto';
import { createResponse } from './create-response.ts';
import type { SipRequest, SipResponse } from './message.ts';

/**
 * A response of which we remember nothing (RFC 3261 §8.2.7): the same request retransmitted gets the same
 * To tag, for the tag is a digest of what identifies the request.
 */
export function createStatelessResponse(
  request: SipRequest,
  statusCode: number,
  reasonPhrase?: string,
): SipResponse {
  const identity = ['Via', 'Call-ID', 'From', 'CSeq']
    .map((name) => request.headers.get(name) ?? '')
    .join('\n');
  const toTag = hash('sha256', identity).slice(0, 16);
  return createResponse(request, statusCode, reasonPhrase, toTag);
}
