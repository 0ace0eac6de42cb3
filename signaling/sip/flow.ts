import type { SignalingTransport } from '../call-leg.ts';

/** Told when bytes given to a flow could not be sent. May come before `send` returns, or later. */
export interface SendErrorListener {
  onSendError(detail: string): void;
}

/**
 * The way to one peer: a UDP address, or one TCP, TLS or WebSocket connection. Named after RFC 5626 §2, and
 * used as it says: what belongs to a dialog or transaction goes back the way it came.
 */
export interface SipFlow {
  readonly transport: SignalingTransport;
  /** True for everything but UDP: no retransmissions, messages arrive in order. */
  readonly isReliable: boolean;
  /** True for TLS and WSS. */
  readonly isSecure: boolean;
  /** IPv6 without brackets or zone; an IPv4 address mapped into IPv6 is given as IPv4. */
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly isClosed: boolean;
  /** Sends one whole message. Never throws; errors go to the listener, where there is one. */
  send(bytes: Uint8Array, errorListener?: SendErrorListener): void;
}

/** For logs and refusals: `UDP 192.0.2.1:5060`, `TLS [2001:db8::1]:5061`. */
export function describeFlow(flow: SipFlow): string {
  return `${flow.transport} ${formatHostPort(flow.remoteAddress, flow.remotePort)}`;
}

/** RFC 3261 §25.1 `hostport`: an IPv6 address in brackets. */
export function formatHostPort(host: string, port: number | null): string {
  const bracketed = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  return port === null ? bracketed : `${bracketed}:${port}`;
}
