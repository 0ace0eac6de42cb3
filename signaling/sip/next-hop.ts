import type { SipFlow } from './flow.ts';
import type { SipRequest } from './message.ts';
import type { SipUri } from './uri.ts';

/** What the first message of a dialog tells about who is at the other end of its flow. */
export interface Neighbor {
  /**
   * The flow leads to the next hop of the dialog: to the peer itself, or to a proxy that recorded its route.
   * Not so where a proxy passed the INVITE on and stepped aside.
   */
  readonly isNextHop: boolean;
  /** It sends from another address than it thinks: only the flow leads back to it (RFC 5626, RFC 3581). */
  readonly isBehindNat: boolean;
}

export const NEXT_HOP: Neighbor = { isNextHop: true, isBehindNat: false };
const NAT: Neighbor = { isNextHop: true, isBehindNat: true };
const STRANGER: Neighbor = { isNextHop: false, isBehindNat: false };

const DEFAULT_PORT = 5060;

/** Who sent this INVITE to us. */
export function neighborOf(invite: SipRequest, flow: SipFlow): Neighbor {
  if (!invite.headers.has('Record-Route') && invite.vias.length > 1) {
    return STRANGER;
  }
  const { host, port } = invite.topVia;
  const isAsWritten =
    host === flow.remoteAddress && (flow.isReliable || (port ?? DEFAULT_PORT) === flow.remotePort);
  return isAsWritten ? NEXT_HOP : NAT;
}

/**
 * Whether a request to `nextHop` goes by `flow` (RFC 3261 §18.1.1, RFC 5923), or a way is to be found first
 * (RFC 3263). Over UDP the address decides, over a connection that it leads to the next hop.
 */
export function leadsTo(flow: SipFlow, nextHop: SipUri, neighbor: Neighbor): boolean {
  if (flow.isClosed) {
    return false;
  }
  if (neighbor.isNextHop && (flow.isReliable || neighbor.isBehindNat)) {
    return true;
  }
  const transport = nextHop.parameters.get('transport')?.toUpperCase();
  if (transport !== undefined && transport !== flow.transport) {
    return false;
  }
  const isSameAddress = nextHop.host === flow.remoteAddress;
  return isSameAddress && (flow.isReliable || (nextHop.port ?? DEFAULT_PORT) === flow.remotePort);
}
