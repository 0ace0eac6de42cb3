import { isUtf8 } from 'node:buffer';
import type { Socket } from 'node:net';
import type { RawData, WebSocket } from 'ws';
import type { ConnectionFlow } from './connection-table.ts';
import type { ConnectionWatch } from './connection-watch.ts';
import { describeFlow, type SendErrorListener } from './flow.ts';
import type { TransportHub } from './transport-hub.ts';
import type { TransportLimit } from './transport-limits.ts';

const PING = '\r\n\r\n';
const PONG = '\r\n';
/** RFC 6455 §7.4.1: going away. */
const GOING_AWAY = 1001;

/** One WebSocket, open. Each of its messages is one SIP message (RFC 7118 §5). */
export class WebSocketFlow implements ConnectionFlow {
  readonly transport: 'WS' | 'WSS';
  readonly isReliable = true;
  readonly isSecure: boolean;
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly #webSocket: WebSocket;
  readonly #hub: TransportHub;
  readonly #watch: ConnectionWatch;
  #error: Error | null = null;

  constructor(
    webSocket: WebSocket,
    socket: Socket,
    isSecure: boolean,
    hub: TransportHub,
    watch: ConnectionWatch,
  ) {
    this.transport = isSecure ? 'WSS' : 'WS';
    this.isSecure = isSecure;
    this.localAddress = socket.localAddress ?? '';
    this.localPort = socket.localPort ?? 0;
    this.remoteAddress = socket.remoteAddress ?? '';
    this.remotePort = socket.remotePort ?? 0;
    this.#webSocket = webSocket;
    this.#hub = hub;
    this.#watch = watch;
    watch.onLimit = (limit) => this.#onLimit(limit);
    webSocket.on('error', (error) => this.#onError(error));
    webSocket.on('close', () => {
      watch.stop();
      hub.onFlowClosed(this, this.#error);
    });
    webSocket.on('ping', () => watch.onReceived(false, false));
    webSocket.on('message', (message) => this.#onMessage(message));
  }

  get isClosed(): boolean {
    return this.#webSocket.readyState !== this.#webSocket.OPEN;
  }

  send(bytes: Uint8Array, errorListener?: SendErrorListener): void {
    if (this.isClosed) {
      errorListener?.onSendError(`${describeFlow(this)} is closed`);
      return;
    }
    // RFC 6455 §5.6: a text frame must be UTF-8, which a body need not be.
    this.#webSocket.send(bytes, { binary: !isUtf8(bytes) });
    this.#hub.onSent(bytes, this);
    if (this.#webSocket.bufferedAmount > this.#hub.limits.writeBufferBytes) this.#onLimit('write-buffer');
  }

  end(): void {
    this.#webSocket.close(GOING_AWAY);
  }

  destroy(): void {
    this.#webSocket.terminate();
  }

  #onMessage(message: RawData): void {
    const bytes = bytesOf(message);
    // RFC 7118 §6 leaves keep-alive to WebSocket pings; some clients use that of RFC 5626.
    if (bytes.length <= PING.length && bytes.toString('latin1') === PING) {
      this.#watch.onReceived(false, false);
      this.#webSocket.send(PONG);
      return;
    }
    this.#watch.onReceived(true, false);
    if (bytes.length > PONG.length) this.#hub.onBytes(bytes, this);
  }

  /** ws closes the connection itself after an error: one message too long, or frames that are none. */
  #onError(error: Error): void {
    this.#error = error;
    this.#hub.onRefused('framing', `${describeFlow(this)}: ${error.message}`);
  }

  #onLimit(limit: TransportLimit): void {
    this.#hub.onRefused(limit, describeFlow(this));
    this.#error ??= limit === 'idle-timeout' ? null : new Error(`closed for its ${limit}`);
    this.#webSocket.terminate();
  }
}

function bytesOf(message: RawData): Buffer {
  if (Buffer.isBuffer(message)) return message;
  return Array.isArray(message) ? Buffer.concat(message) : Buffer.from(message);
}
