import type { Socket } from 'node:net';
import { plainAddress } from './address.ts';
import type { Clock } from './clock.ts';
import { serializeTpkt, TpktFramer } from './tpkt.ts';

/** What one peer may do to us on a connection. */
export interface ConnectionLimits {
  /** A message begun must be complete within this time. */
  readonly stallMs: number;
  /** Messages a peer may send at once, and how many of them come back each second. */
  readonly messageBurst: number;
  readonly messagesPerSecond: number;
  /** Octets that may wait for a peer that does not read. */
  readonly maxUnsentOctets: number;
}

export const DEFAULT_CONNECTION_LIMITS: ConnectionLimits = {
  stallMs: 10_000,
  messageBurst: 400,
  messagesPerSecond: 100,
  maxUnsentOctets: 256 * 1024,
};

/** How a connection came to its end: in order, by the network, or by us since the peer broke the rules. */
export interface ConnectionEnd {
  readonly kind: 'closed' | 'failed' | 'violation';
  readonly detail: string;
}

export interface ConnectionListener {
  onMessage(octets: Uint8Array): void;
  /** Once, however the connection came to its end, unless we closed it. */
  onClosed(end: ConnectionEnd): void;
}

const KEEP_ALIVE_MS = 30_000;
/** The peer reads our last message and closes; whoever does not is cut off. */
const LINGER_MS = 2_000;

/** A TCP connection with TPKT on it: call signaling or H.245. */
export class TpktConnection {
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly #socket: Socket;
  readonly #clock: Clock;
  readonly #limits: ConnectionLimits;
  readonly #framer = new TpktFramer();
  #listener: ConnectionListener | null;
  #tokens: number;
  #refilledAtMs: number;
  #stopStallTimer: (() => void) | null = null;

  constructor(socket: Socket, clock: Clock, limits: ConnectionLimits, listener: ConnectionListener) {
    this.#socket = socket;
    this.#clock = clock;
    this.#limits = limits;
    this.#listener = listener;
    this.#tokens = limits.messageBurst;
    this.#refilledAtMs = clock.now();
    this.localAddress = plainAddress(socket.localAddress);
    this.localPort = socket.localPort ?? 0;
    this.remoteAddress = plainAddress(socket.remoteAddress);
    this.remotePort = socket.remotePort ?? 0;
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    socket.on('data', (chunk) => this.#onChunk(chunk));
    socket.on('error', (error) => this.#finish('failed', error.message));
    socket.on('close', () => this.#finish('closed', 'the peer closed the connection'));
  }

  send(octets: Uint8Array): void {
    if (this.#listener === null) return;
    this.#socket.write(serializeTpkt(octets));
    if (this.#socket.writableLength > this.#limits.maxUnsentOctets)
      this.#finish('violation', 'the peer does not read');
  }

  /** Ends the connection in order; the listener is not told. */
  close(): void {
    if (this.#listener === null) return;
    this.#listener = null;
    this.#stopStallTimer?.();
    this.#socket.end();
    const stopLinger = this.#clock.after(LINGER_MS, () => this.#socket.destroy());
    this.#socket.once('close', stopLinger);
    this.#socket.resume();
  }

  #onChunk(chunk: Uint8Array): void {
    if (this.#listener === null) return;
    const { payloads, fault } = this.#framer.push(chunk);
    for (const payload of payloads) {
      if (!this.#takeToken()) {
        this.#finish('violation', 'more messages than the limit');
        return;
      }
      this.#listener?.onMessage(payload);
    }
    if (fault !== null) this.#finish('violation', `no TPKT: ${fault.code}`);
    else this.#watchForStall();
  }

  #takeToken(): boolean {
    const nowMs = this.#clock.now();
    const refill = ((nowMs - this.#refilledAtMs) / 1000) * this.#limits.messagesPerSecond;
    this.#tokens = Math.min(this.#limits.messageBurst, this.#tokens + refill);
    this.#refilledAtMs = nowMs;
    this.#tokens -= 1;
    return this.#tokens >= 0;
  }

  #watchForStall(): void {
    if (this.#framer.pendingOctets === 0) {
      this.#stopStallTimer?.();
      this.#stopStallTimer = null;
    } else {
      this.#stopStallTimer ??= this.#clock.after(this.#limits.stallMs, () => {
        this.#finish('violation', 'a message was begun and not completed');
      });
    }
  }

  #finish(kind: ConnectionEnd['kind'], detail: string): void {
    const listener = this.#listener;
    this.#listener = null;
    this.#stopStallTimer?.();
    this.#socket.destroy();
    listener?.onClosed({ kind, detail });
  }
}
