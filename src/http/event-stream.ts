import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { Problem, writeProblem } from './problem.ts';
import { isSameOrigin } from './same-origin.ts';
import type { LiveEvent, ServiceView } from './service-view.ts';

export interface EventStreamLimits {
  readonly maxEventClients: number;
  readonly eventBufferBytes: number;
}

/** Clients say nothing, except for pongs. */
const MAX_CLIENT_MESSAGE_BYTES = 1024;
const PING_INTERVAL_MS = 30_000;
/** Time to take the reason of the end, for a client that takes nothing any more. */
const LAST_WORDS_MS = 1000;
/** RFC 6455 §7.4.1 and the IANA registry: going away, try again later. */
const GOING_AWAY = 1001;
const TRY_AGAIN_LATER = 1013;

/**
 * `/events`: tells every client everything as it happens, one JSON object a message. Nobody waits for a slow
 * client: one that falls behind by more than its buffer is dropped, and told why.
 */
export class EventStream {
  readonly #view: Pick<ServiceView, 'subscribe' | 'status'>;
  readonly #limits: EventStreamLimits;
  readonly #webSockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: MAX_CLIENT_MESSAGE_BYTES,
    perMessageDeflate: false,
  });
  /** Clients, and whether each has been heard since the last ping. */
  readonly #clients = new Map<WebSocket, boolean>();
  #unsubscribe: (() => void) | null = null;
  #pingTimer: NodeJS.Timeout | null = null;

  constructor(view: Pick<ServiceView, 'subscribe' | 'status'>, limits: EventStreamLimits) {
    this.#view = view;
    this.#limits = limits;
  }

  get clientCount(): number {
    return this.#clients.size;
  }

  /** Takes over a connection that asks to be upgraded; refuses with an HTTP status what is not for us. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const problem = this.#problemOf(request);
    if (problem !== null) writeProblem(socket, problem);
    else this.#webSockets.handleUpgrade(request, socket, head, (client) => this.#add(client));
  }

  /** Says goodbye to all clients. */
  stop(): void {
    for (const client of this.#clients.keys()) this.#drop(client, GOING_AWAY, 'the service is stopping');
    this.#webSockets.close();
  }

  #problemOf({ url = '', headers }: IncomingMessage): Problem | null {
    if (url.split('?')[0] !== '/events') return new Problem('not-found', 'The WebSocket is /events.');
    if (!isSameOrigin(headers)) return new Problem('cross-origin', 'Pages of other sites may not listen.');
    if (this.#clients.size < this.#limits.maxEventClients) return null;
    const message = `There are ${this.#clients.size} listeners, as many as http.maxEventClients allows.`;
    return new Problem('limit-reached', message);
  }

  #add(client: WebSocket): void {
    this.#clients.set(client, true);
    client.on('close', () => this.#remove(client));
    // A protocol error of the client; `close` follows.
    client.on('error', () => client.terminate());
    client.on('pong', () => this.#clients.set(client, true));
    const { version, startedAtMs } = this.#view.status();
    client.send(JSON.stringify({ type: 'hello', service: 'carillon', version, startedAtMs }));
    this.#unsubscribe ??= this.#view.subscribe((event) => this.#tell(event));
    this.#pingTimer ??= setInterval(() => this.#pingAll(), PING_INTERVAL_MS).unref();
  }

  #remove(client: WebSocket): void {
    this.#clients.delete(client);
    if (this.#clients.size > 0) return;
    this.#unsubscribe?.();
    this.#unsubscribe = null;
    if (this.#pingTimer !== null) clearInterval(this.#pingTimer);
    this.#pingTimer = null;
  }

  #tell(event: LiveEvent): void {
    const message = JSON.stringify(event);
    for (const client of this.#clients.keys()) {
      if (client.bufferedAmount + message.length > this.#limits.eventBufferBytes) {
        const reason = `fell behind by more than ${this.#limits.eventBufferBytes} bytes`;
        this.#drop(client, TRY_AGAIN_LATER, reason);
      } else client.send(message);
    }
  }

  #pingAll(): void {
    for (const [client, isAlive] of this.#clients) {
      if (!isAlive) {
        client.terminate();
        continue;
      }
      this.#clients.set(client, false);
      client.ping();
    }
  }

  #drop(client: WebSocket, code: number, reason: string): void {
    this.#remove(client);
    client.close(code, reason);
    if (client.readyState !== WebSocket.CLOSED) setTimeout(() => client.terminate(), LAST_WORDS_MS).unref();
  }
}
