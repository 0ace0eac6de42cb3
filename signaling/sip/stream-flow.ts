import type { Socket } from 'node:net';
import type { ConnectionFlow } from './connection-table.ts';
import type { ConnectionWatch } from './connection-watch.ts';
import { describeFlow, type SendErrorListener } from './flow.ts';
import { completeMessage } from './parse.ts';
import { StreamFramer } from './stream-framer.ts';
import type { TransportHub } from './transport-hub.ts';
import type { TransportLimit } from './transport-limits.ts';

const PONG = Buffer.from('\r\n');
/** How long a peer may take to read our last words before its connection is cut. */
const LINGER_MS = 2_000;

/** One TCP or TLS connection, open. */
export class StreamFlow implements ConnectionFlow {
  readonly transport: 'TCP' | 'TLS';
  readonly isReliable = true;
  readonly isSecure: boolean;
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly #socket: Socket;
  readonly #hub: TransportHub;
  readonly #watch: ConnectionWatch;
  readonly #framer: StreamFramer;
  #isEnding = false;
  #error: Error | null = null;

  constructor(socket: Socket, transport: 'TCP' | 'TLS', hub: TransportHub, watch: ConnectionWatch) {
    this.transport = transport;
    this.isSecure = transport === 'TLS';
    this.localAddress = socket.localAddress ?? '';
    this.localPort = socket.localPort ?? 0;
    this.remoteAddress = socket.remoteAddress ?? '';
    this.remotePort = socket.remotePort ?? 0;
    this.#socket = socket;
    this.#hub = hub;
    this.#watch = watch;
    this.#framer = new StreamFramer(hub.messageLimits);
    watch.onLimit = (limit) => this.#onLimit(limit);
    socket.setNoDelay(true);
    socket.on('error', (error) => {
      this.#error = error;
    });
    socket.on('close', () => this.#onClose());
    socket.on('data', (chunk: Buffer) => this.#onChunk(chunk));
  }

  get isClosed(): boolean {
    return this.#isEnding || this.#socket.destroyed || !this.#socket.writable;
  }

  /** A connection that breaks later is told through `onFlowClosed`; the listener hears only of a closed one. */
  send(bytes: Uint8Array, errorListener?: SendErrorListener): void {
    if (this.isClosed) {
      errorListener?.onSendError(`${describeFlow(this)} is closed`);
      return;
    }
    this.#socket.write(bytes);
    this.#hub.onSent(bytes, this);
    if (this.#socket.writableLength > this.#hub.limits.writeBufferBytes) this.#onLimit('write-buffer');
  }

  end(): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.#socket.end();
    // Bytes of the peer left unread would turn our FIN into a reset, and our answer might be lost with it.
    setTimeout(() => this.#socket.destroy(), LINGER_MS).unref();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** Answers to messages of one chunk leave in one system call. */
  #onChunk(chunk: Buffer): void {
    if (this.#isEnding) return;
    this.#socket.cork();
    let hasMessage = false;
    let hasPing = false;
    for (const frame of this.#framer.push(chunk)) {
      if (frame.kind === 'message') {
        hasMessage = true;
        this.#hub.onMessage(completeMessage(frame.head, frame.body), frame.bytes, this);
      } else if (frame.kind === 'ping') hasPing = true;
      else if (frame.kind === 'fault') {
        this.#hub.onFramingLost(frame.statusCode, frame.detail, frame.bytes, this);
        this.end();
      }
    }
    // RFC 5626 §4.4.1; one pong for a chunk full of pings, so that a flood of them earns little.
    if (hasPing && !this.isClosed) this.#socket.write(PONG);
    this.#socket.uncork();
    this.#watch.onReceived(hasMessage, this.#framer.pendingBytes > 0);
  }

  #onLimit(limit: TransportLimit): void {
    this.#hub.onRefused(limit, describeFlow(this));
    this.#error ??= limit === 'idle-timeout' ? null : new Error(`closed for its ${limit}`);
    this.#socket.destroy();
  }

  #onClose(): void {
    this.#watch.stop();
    this.#hub.onFlowClosed(this, this.#error);
  }
}
