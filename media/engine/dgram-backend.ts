/** Sockets of node:dgram and timers of Node: everywhere, with the time of the callback for an arrival. */
import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { readArrivalClockUs, readClockMs } from './media-clock.ts';
import {
  DATAGRAM_LENGTH,
  type DatagramListener,
  type MediaSocket,
  type SocketBackend,
} from './socket-backend.ts';

export class DgramBackend implements SocketBackend {
  readonly name = 'dgram';
  readonly #receiveBufferBytes: number | null;
  /** Every datagram is copied here: one array and view for all, where a view for each would be garbage. */
  readonly #bytes = new Uint8Array(DATAGRAM_LENGTH);
  readonly #view = new DataView(this.#bytes.buffer);
  #timer: NodeJS.Timeout | null = null;
  #unsentPackets = 0;

  /** @param receiveBufferBytes of each socket; null for the system's own */
  constructor(receiveBufferBytes: number | null) {
    this.#receiveBufferBytes = receiveBufferBytes;
  }

  get unsentPackets(): number {
    return this.#unsentPackets;
  }

  openSocket(bindAddress: string, port: number, listener: DatagramListener): MediaSocket {
    const socket = this.#bind(bindAddress, port, listener);
    socket.on('message', (datagram, from) => {
      this.#bytes.set(datagram);
      listener.onDatagram(this.#bytes, this.#view, datagram.length, from, readArrivalClockUs());
    });
    return {
      // It may have to wait, and is overwritten meanwhile.
      send: (packet, to) => socket.send(packet.slice(), to.port, to.address, this.#onSent),
      // node:dgram hands out what came by itself, and cannot be asked for it.
      drain: () => undefined,
      close: () => socket.close(),
    };
  }

  finishClosing(): void {
    // Each socket is closed when that is asked for.
  }

  drive(advance: () => number | null): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const dueMs = advance();
    if (dueMs === null) return;
    // Timers fire up to a millisecond early or late; rounded up, they are never early.
    const delayMs = Math.max(0, Math.ceil(dueMs - readClockMs()));
    this.#timer = setTimeout(() => this.drive(advance), delayMs);
  }

  #bind(bindAddress: string, port: number, listener: DatagramListener): Socket {
    const family = isIPv6(bindAddress) ? 6 : 4;
    const bufferBytes = this.#receiveBufferBytes;
    const socket = createSocket({
      type: `udp${family}`,
      // Addresses here are literal: no resolver, and so neither a wait nor a closure for each packet sent.
      lookup: (address, _options, done) => done(null, address, family),
      ...(bufferBytes === null ? {} : { recvBufferSize: bufferBytes }),
    });
    let bindError: Error | null = null;
    let isOpening = true;
    socket.on('error', (error) => {
      if (isOpening) bindError = error;
      else listener.onFailure(error.message);
    });
    // With a lookup that answers at once, `bind` is over when it returns, and so is its error event.
    socket.bind({ port, address: bindAddress, exclusive: true });
    isOpening = false;
    if (bindError !== null) {
      socket.close();
      throw bindError;
    }
    return socket;
  }

  readonly #onSent = (error: Error | null): void => {
    if (error !== null) this.#unsentPackets++;
  };
}
