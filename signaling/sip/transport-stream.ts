import { createServer, isIPv6, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket, type Server as TlsServer } from 'node:tls';
import { ChurnMap } from '../../memory/churn-map.ts';
import { ChurnSet } from '../../memory/churn-set.ts';
import type { ConnectionTable } from './connection-table.ts';
import { ConnectionWatch } from './connection-watch.ts';
import { formatHostPort } from './flow.ts';
import { type BoundListener, type ListenerOptions, ListenFailed } from './listen-failed.ts';
import { secureContextOptions, type TlsOptions } from './tls-options.ts';
import type { TransportHub } from './transport-hub.ts';
import type { TransportLimit } from './transport-limits.ts';

/** RFC 8446 §5.1: the content type `handshake` that every TLS connection begins with. No SIP or HTTP does. */
const TLS_HANDSHAKE_RECORD = 0x16;
const LISTEN_BACKLOG = 1024;

/** Takes a connection that is ready for messages, TLS done where there is TLS. */
export type OpenConnection = (socket: Socket, isSecure: boolean, watch: ConnectionWatch) => void;

/**
 * One listening TCP socket, for TCP and TLS, and under WebSockets. On a secure listener each connection's first byte
 * tells TLS from plain text.
 */
export class StreamListener {
  readonly #options: ListenerOptions;
  readonly #hub: TransportHub;
  readonly #connections: ConnectionTable;
  readonly #open: OpenConnection;
  readonly #server: Server;
  readonly #tlsServer: TlsServer | null;
  readonly #sockets = new ChurnSet<Socket>();
  /** Connections in their TLS handshake, by their peer: `tls.Server` does not tell which socket it took. */
  readonly #handshakes = new ChurnMap<string, ConnectionWatch>();
  #port = 0;

  constructor(
    options: ListenerOptions,
    tls: TlsOptions | null,
    hub: TransportHub,
    connections: ConnectionTable,
    open: OpenConnection,
  ) {
    this.#options = options;
    this.#hub = hub;
    this.#connections = connections;
    this.#open = open;
    this.#server = createServer({ noDelay: true, keepAlive: true }, (socket) => this.#onConnection(socket));
    this.#tlsServer = tls === null ? null : this.#createTlsServer(tls);
  }

  get bound(): BoundListener {
    return { transport: this.#options.transport, address: this.#options.address, port: this.#port };
  }

  /** @throws ListenFailed */
  start(): Promise<void> {
    const { address, port } = this.#options;
    return new Promise((resolve, reject) => {
      this.#server.once('error', (error) => reject(new ListenFailed(this.#options, error)));
      this.#server.listen({ host: address, port, backlog: LISTEN_BACKLOG, ipv6Only: isIPv6(address) }, () => {
        const bound = this.#server.address();
        this.#port = bound !== null && typeof bound === 'object' ? bound.port : port;
        this.#server.removeAllListeners('error');
        // EMFILE and its like: this connection is lost, the listener lives on.
        this.#server.on('error', (error) => this.#hub.onRefused('accept', error.message));
        resolve();
      });
    });
  }

  stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #onConnection(socket: Socket): void {
    const { remoteAddress } = socket;
    // Gone before it was looked at.
    if (remoteAddress === undefined) return void socket.destroy();
    const limit = this.#connections.accept(remoteAddress);
    if (limit !== null) {
      this.#refuse(socket, limit);
      return;
    }
    const forget = this.#sockets.add(socket);
    const watch = new ConnectionWatch(this.#hub.clock, this.#hub.limits, true);
    watch.onLimit = (limitMet) => this.#refuse(socket, limitMet);
    // Errors before the connection is a flow end in 'close', which is all there is to do about them.
    socket.on('error', () => {});
    socket.once('close', () => {
      watch.stop();
      forget();
      this.#handshakes.delete(peerOf(socket));
      this.#connections.release(remoteAddress);
    });
    if (this.#tlsServer === null) this.#open(socket, false, watch);
    else this.#recognize(socket, this.#tlsServer, watch);
  }

  #recognize(socket: Socket, tlsServer: TlsServer, watch: ConnectionWatch): void {
    socket.once('data', (chunk: Buffer) => {
      socket.pause();
      socket.unshift(chunk);
      if (chunk[0] === TLS_HANDSHAKE_RECORD) {
        this.#handshakes.set(peerOf(socket), watch);
        tlsServer.emit('connection', socket);
      } else if (this.#options.allowPlain === true) {
        this.#open(socket, false, watch);
        socket.resume();
      } else this.#refuse(socket, 'plain-on-tls-port');
    });
  }

  #createTlsServer(tls: TlsOptions): TlsServer {
    const handshakeTimeout = 2 * this.#hub.limits.halfOpenTimeoutMs;
    const server = createTlsServer({ ...secureContextOptions(tls), handshakeTimeout });
    server.on('secureConnection', (socket) => {
      const peer = peerOf(socket);
      const watch = this.#handshakes.get(peer);
      this.#handshakes.delete(peer);
      if (watch === undefined) socket.destroy();
      else this.#open(socket, true, watch);
    });
    server.on('tlsClientError', (error, socket) => this.#onTlsError(error, socket));
    return server;
  }

  #onTlsError(error: Error, socket: TLSSocket): void {
    // The watch has already refused it, and destroyed the connection under the handshake.
    const isKnown = this.#handshakes.delete(peerOf(socket));
    if (isKnown) this.#hub.onRefused('tls-handshake', `${describeSocket(socket)}: ${error.message}`);
    socket.destroy();
  }

  #refuse(socket: Socket, limit: TransportLimit): void {
    this.#handshakes.delete(peerOf(socket));
    this.#hub.onRefused(limit, `${this.#options.transport} ${describeSocket(socket)}`);
    socket.destroy();
  }
}

/** Known even after the connection has closed, unlike our own address. */
function peerOf(socket: Socket): string {
  return `${socket.remoteAddress} ${socket.remotePort}`;
}

function describeSocket(socket: Socket): string {
  return formatHostPort(socket.remoteAddress ?? '?', socket.remotePort ?? null);
}
