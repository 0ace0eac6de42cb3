import type { SipFlow } from './flow.ts';
import type { SipRequest } from './message.ts';

/**
 * Writes into the top Via where a request really came from: `received` where sent-by says otherwise
 * (RFC 3261 §18.2.1), and with it `rport` where the client asks for it (RFC 3581 §4).
 */
export function noteSource(request: SipRequest, flow: SipFlow): void {
  const via = request.topVia;
  const isRportAsked = via.rport === true;
  if (!isRportAsked && via.host === flow.remoteAddress) return;
  via.parameters.setAsWritten('received', withoutZone(flow.remoteAddress));
  if (isRportAsked) via.parameters.setAsWritten('rport', String(flow.remotePort));
  request.topVia = via;
}

/** An IPv6 zone (`fe80::1%eth0`) means something on this machine only. */
function withoutZone(address: string): string {
  const percent = address.indexOf('%');
  return percent === -1 ? address : address.slice(0, percent);
}
