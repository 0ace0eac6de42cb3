import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { SignalingTransport } from '../call-leg.ts';
import { secureContextOptions, type TlsClientOptions } from './tls-options.ts';

/** Where a request is to be sent: one entry of what `locate` finds (RFC 3263). */
export interface SipTarget {
  readonly transport: SignalingTransport;
  /** An IP address. */
  readonly address: string;
  readonly port: number;
  /** The name that led here, or the address again; what the peer's certificate must be good for. */
  readonly host: string;
}

/** A connection could not be opened, or the target is none that we can reach. */
export class ConnectFailed extends Error {
  readonly target: SipTarget;
  /** The system's or TLS's error code, or `ABORTED` (by time or by stopping), `LIMIT`, `UNSUPPORTED`. */
  readonly code: string;

  constructor(target: SipTarget, code: string, detail: string) {
    super(`cannot connect to ${target.transport} ${target.address} port ${target.port}: ${detail}`);
    this.name = 'ConnectFailed';
    this.target = target;
    this.code = code;
  }
}

/**
 * Opens the connection of any transport but UDP: TCP, or TLS where it is secure; resolves when it is open.
 * @throws ConnectFailed
 */
export function openConnection(
  target: SipTarget,
  tls: TlsClientOptions,
  signal: AbortSignal,
): Promise<Socket> {
  const isSecure = target.transport === 'TLS' || target.transport === 'WSS';
  const socket = isSecure
    ? openTls(target, tls)
    : connectTcp({ host: target.address, port: target.port, keepAlive: true });
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => fail(error.code ?? 'UNKNOWN', error.message);
    const onAbort = () => fail('ABORTED', String(signal.reason?.message ?? signal.reason));
    const fail = (code: string, detail: string) => {
      settle();
      socket.on('error', () => {});
      socket.destroy();
      reject(new ConnectFailed(target, code, detail));
    };
    const settle = () => {
      signal.removeEventListener('abort', onAbort);
      socket.off('error', onError);
    };
    socket.once('error', onError);
    socket.once(isSecure ? 'secureConnect' : 'connect', () => {
      settle();
      resolve(socket);
    });
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
  });
}

/** The name in the certificate is that of the SIP URI's domain (RFC 5922 §4); addresses go without SNI. */
function openTls(target: SipTarget, tls: TlsClientOptions): Socket {
  return connectTls({
    ...secureContextOptions(tls),
    host: target.address,
    port: target.port,
    rejectUnauthorized: tls.isPeerVerified ?? true,
    ...(isIP(target.host) === 0 ? { servername: target.host } : {}),
  });
}
