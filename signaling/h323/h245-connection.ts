import { connect, type Server, type Socket } from 'node:net';
import type { MediaAddress } from '../session-description.ts';
import { plainAddress } from './address.ts';
import type { Clock } from './clock.ts';
import type { TcpPortRange } from './tcp-port-range.ts';
import { type ConnectionLimits, type ConnectionListener, TpktConnection } from './tpkt-connection.ts';

const CONNECT_TIMEOUT_MS = 5_000;

export interface H245ConnectionListener extends ConnectionListener {
  /** Whoever connected first, the channel is open. */
  onOpen(): void;
}

export interface H245ConnectionOptions {
  /** Where we listen and connect from. */
  readonly localAddress: string;
  /** Our end of the call signaling connection: an H.245 address that names it would be a call to ourselves. */
  readonly signalingPort: number;
  /** The only peer that may be at the other end. */
  readonly peerAddress: string;
  readonly ports: TcpPortRange;
  readonly clock: Clock;
  readonly limits: ConnectionLimits;
}

/**
 * The H.245 control channel on a TCP connection of its own (H.323 §8.1.7.2): either side may connect, the first
 * connection holds, and only with the peer of the call. Owns the listener and the connection.
 */
export class H245Connection {
  readonly #options: H245ConnectionOptions;
  readonly #listener: H245ConnectionListener;
  #server: Server | null = null;
  #connecting: Socket | null = null;
  #connection: TpktConnection | null = null;
  #isClosed = false;

  constructor(options: H245ConnectionOptions, listener: H245ConnectionListener) {
    this.#options = options;
    this.#listener = listener;
  }

  get isListening(): boolean {
    return this.#server !== null;
  }

  /** @returns where we wait for the peer; null: no port is free, or the call ended meanwhile. */
  async listen(): Promise<MediaAddress | null> {
    const { ports, localAddress } = this.#options;
    const server = await ports.listen(localAddress);
    if (this.#isClosed || server === null) {
      server?.close();
      return null;
    }
    this.#server = server;
    server.on('connection', (socket) => this.#onConnected(socket));
    const bound = server.address();
    return bound === null || typeof bound === 'string' ? null : { address: localAddress, port: bound.port };
  }

  /** Connects to where the peer waits; an address that is not the peer's, or is ours, is not connected to. */
  connect({ address, port }: MediaAddress): void {
    const { localAddress, peerAddress, clock } = this.#options;
    const isNeeded = !this.#isClosed && this.#connection === null && this.#connecting === null;
    if (!isNeeded || address !== peerAddress || port === 0 || this.#isOurs(address, port)) return;
    const socket = connect({ host: address, port, localAddress });
    this.#connecting = socket;
    const stopTimer = clock.after(CONNECT_TIMEOUT_MS, () => socket.destroy());
    socket.once('connect', () => this.#onConnected(socket));
    // A peer that cannot be connected to may still connect to us: the call's own timer decides.
    socket.on('error', () => socket.destroy());
    socket.once('close', () => {
      stopTimer();
      this.#connecting = null;
    });
  }

  send(octets: Uint8Array): void {
    this.#connection?.send(octets);
  }

  close(): void {
    this.#isClosed = true;
    this.#stopWaiting();
    this.#connection?.close();
  }

  /** Peers on this machine may name our own ports. */
  #isOurs(address: string, port: number): boolean {
    const { localAddress, signalingPort, ports } = this.#options;
    return address === localAddress && (port === signalingPort || ports.holds(port));
  }

  #onConnected(socket: Socket): void {
    const isPeer = plainAddress(socket.remoteAddress) === this.#options.peerAddress;
    if (this.#isClosed || this.#connection !== null || !isPeer) {
      socket.destroy();
      return;
    }
    if (this.#connecting === socket) this.#connecting = null;
    this.#connection = new TpktConnection(socket, this.#options.clock, this.#options.limits, this.#listener);
    this.#stopWaiting();
    this.#listener.onOpen();
  }

  #stopWaiting(): void {
    this.#server?.close();
    this.#server = null;
    this.#connecting?.destroy();
    this.#connecting = null;
  }
}
