import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { ConnectionFlow } from './connection-table.ts';
import type { ConnectionWatch } from './connection-watch.ts';
import { formatHostPort } from './flow.ts';
import type { TransportHub } from './transport-hub.ts';
import { SUBPROTOCOL, WEBSOCKET_PATH } from './websocket-client.ts';
import { WebSocketFlow } from './websocket-flow.ts';

/** Turns connections into WebSockets (RFC 7118, RFC 6455 §4.2): path `/sip`, subprotocol `sip`. */
export class WebSocketAcceptor {
  readonly #hub: TransportHub;
  readonly #onFlow: (flow: ConnectionFlow) => void;
  readonly #httpServer: Server;
  readonly #webSocketServer: WebSocketServer;
  readonly #accepted = new WeakMap<Duplex, { isSecure: boolean; watch: ConnectionWatch }>();

  constructor(hub: TransportHub, onFlow: (flow: ConnectionFlow) => void) {
    this.#hub = hub;
    this.#onFlow = onFlow;
    this.#webSocketServer = new WebSocketServer({
      noServer: true,
      maxPayload: hub.messageLimits.messageBytes,
      perMessageDeflate: false,
      clientTracking: false,
      handleProtocols: () => SUBPROTOCOL,
    });
    this.#httpServer = createServer((request, response) => {
      this.#tell(request.socket, 'no upgrade asked for');
      response.writeHead(426, { Connection: 'close', Upgrade: 'websocket' }).end();
    });
    this.#httpServer.on('upgrade', (request, socket, head) => this.#onUpgrade(request, socket, head));
    this.#httpServer.on('clientError', (error, socket) => {
      this.#tell(socket, error.message);
      socket.destroy();
    });
  }

  /** Takes a connection on which the HTTP request is still to come. */
  accept(socket: Socket, isSecure: boolean, watch: ConnectionWatch): void {
    this.#accepted.set(socket, { isSecure, watch });
    this.#httpServer.emit('connection', socket);
  }

  #onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const protocols = (request.headers['sec-websocket-protocol'] ?? '').toLowerCase().split(/\s*,\s*/);
    const [path] = (request.url ?? '').split('?', 1);
    if (path !== WEBSOCKET_PATH) {
      this.#reject(socket, '404 Not Found', `path ${path}`);
      return;
    }
    if (!protocols.includes(SUBPROTOCOL)) {
      this.#reject(socket, '400 Bad Request', 'no subprotocol sip');
      return;
    }
    this.#webSocketServer.handleUpgrade(request, socket, head, (webSocket) => {
      const accepted = this.#accepted.get(socket);
      if (accepted === undefined) {
        webSocket.terminate();
        return;
      }
      const { isSecure, watch } = accepted;
      this.#onFlow(new WebSocketFlow(webSocket, request.socket, isSecure, this.#hub, watch));
    });
  }

  #reject(socket: Duplex, status: string, detail: string): void {
    this.#tell(socket, detail);
    socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  }

  #tell(socket: Duplex, detail: string): void {
    const { remoteAddress = '?', remotePort = 0 } = socket as Socket;
    this.#hub.onRefused('websocket-handshake', `${formatHostPort(remoteAddress, remotePort)}: ${detail}`);
  }
}
