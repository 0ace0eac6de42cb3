import { SipHeaders } from './headers.ts';
import { DEFAULT_MAX_FORWARDS, SipRequest, type SipResponse } from './message.ts';

/** The ACK of a 300–699 response, which the INVITE client transaction sends itself. RFC 3261 §17.1.1.3. */
export function createNon2xxAck(invite: SipRequest, response: SipResponse): SipRequest {
  return derive(invite, 'ACK', response.headers.get('To') ?? '');
}

/** The CANCEL of a request. RFC 3261 §9.1. */
export function createCancel(invite: SipRequest): SipRequest {
  const cancel = derive(invite, 'CANCEL', invite.headers.get('To') ?? '');
  // RFC 3326: why, where the user has said it.
  for (const reason of invite.headers.getAll('Reason')) cancel.headers.append('Reason', reason);
  return cancel;
}

/** Same Request-URI, Call-ID, From, CSeq number and Route; the one Via is the top one of the INVITE. */
function derive(invite: SipRequest, method: string, to: string): SipRequest {
  const headers = new SipHeaders();
  headers.append('Via', invite.headers.get('Via') ?? '');
  headers.append('Max-Forwards', `${DEFAULT_MAX_FORWARDS}`);
  for (const route of invite.headers.getAll('Route')) headers.append('Route', route);
  headers.append('From', invite.headers.get('From') ?? '');
  headers.append('To', to);
  headers.append('Call-ID', invite.callId);
  headers.append('CSeq', `${invite.cSeq.sequenceNumber} ${method}`);
  return new SipRequest(method, invite.requestUri, headers);
}
