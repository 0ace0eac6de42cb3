import type { SignalingTransport } from '../call-leg.ts';

/** A listener that `start` was asked for. */
export interface ListenerOptions {
  readonly transport: SignalingTransport;
  /** An IPv4 or IPv6 address of this machine; `0.0.0.0` is every IPv4 one, `::` every one of both families. */
  readonly address: string;
  /** 0 takes a free one. */
  readonly port: number;
  /**
   * TLS and WSS: whether plain TCP (or plain WebSocket) is taken on the same port, recognized by its first
   * byte. Otherwise such connections are closed and told as `plain-on-tls-port`. Default false.
   */
  readonly allowPlain?: boolean;
}

/** A listener as it is: the port is the one bound. */
export interface BoundListener {
  readonly transport: SignalingTransport;
  readonly address: string;
  readonly port: number;
}

/** A listener could not be opened; `start` has closed those opened before it. */
export class ListenFailed extends Error {
  readonly transport: SignalingTransport;
  readonly address: string;
  readonly port: number;
  /** The system's error code: `EADDRINUSE`, `EACCES`, `EADDRNOTAVAIL` … */
  readonly code: string;

  constructor(listener: ListenerOptions, cause: NodeJS.ErrnoException) {
    const where = `${listener.transport} ${listener.address} port ${listener.port}`;
    super(`cannot listen on ${where}: ${cause.code ?? cause.message}`, { cause });
    this.name = 'ListenFailed';
    this.transport = listener.transport;
    this.address = listener.address;
    this.port = listener.port;
    this.code = cause.code ?? 'UNKNOWN';
  }
}
