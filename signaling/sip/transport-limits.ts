/** What the transports bear before they refuse. Each limit met is told through `onRefused`. */
export interface TransportLimits {
  /** Open TCP, TLS and WebSocket connections, both directions. */
  readonly connections: number;
  /** Accepted connections from one remote address. */
  readonly connectionsPerAddress: number;
  /** From accepting to the first whole message: TLS handshake and WebSocket upgrade included. */
  readonly halfOpenTimeoutMs: number;
  /** From the first byte of a message to its last. */
  readonly partialMessageTimeoutMs: number;
  /** Without any byte received. Longer than a session refresh (RFC 4028), so that calls keep their flow. */
  readonly idleTimeoutMs: number;
  /** For opening a connection ourselves, TLS handshake included. */
  readonly connectTimeoutMs: number;
  /** Bytes a slow reader may leave unread before its connection is closed. */
  readonly writeBufferBytes: number;
}

export const DEFAULT_TRANSPORT_LIMITS: TransportLimits = {
  connections: 10_000,
  connectionsPerAddress: 1_000,
  halfOpenTimeoutMs: 10_000,
  partialMessageTimeoutMs: 10_000,
  idleTimeoutMs: 3_600_000,
  connectTimeoutMs: 5_000,
  writeBufferBytes: 1_048_576,
};

/** The names limits are told and counted by. */
export type TransportLimit =
  | 'connections'
  | 'connections-per-address'
  | 'half-open-timeout'
  | 'partial-message-timeout'
  | 'idle-timeout'
  | 'write-buffer'
  /** A stream whose messages can no longer be told apart, or a message too large for it. */
  | 'framing'
  /** Plain TCP on a TLS port that is not to take it. */
  | 'plain-on-tls-port'
  | 'tls-handshake'
  | 'websocket-handshake'
  /** The system gave no connection: out of file descriptors, most often. */
  | 'accept'
  /** STUN and other datagrams that are no SIP. */
  | 'not-sip'
  /** An error of a UDP socket that belongs to no message. */
  | 'socket';
