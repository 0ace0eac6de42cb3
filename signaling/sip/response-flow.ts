import type { SipFlow } from './flow.ts';
import type { SipRequest } from './message.ts';
import { UdpFlow } from './transport-udp.ts';

const DEFAULT_PORT = 5060;

/**
 * Where the responses to a request go (RFC 3261 §18.2.2): back over its connection; over UDP to where it came
 * from if the client asked for that by `rport` (RFC 3581 §4), else to the port of sent-by. `maddr` is not
 * obeyed: we join no multicast group, and a response sent wherever a stranger says is a weapon.
 */
export function responseFlow(request: SipRequest, flow: SipFlow): SipFlow {
  if (!(flow instanceof UdpFlow)) return flow;
  const via = request.topVia;
  return via.rport === null ? flow.atPort(via.port ?? DEFAULT_PORT) : flow;
}
