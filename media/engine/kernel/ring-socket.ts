/** One UDP socket whose datagrams come and go by an io_uring. */
import type { TransportAddress } from '../media-leg.ts';
import type { DatagramListener } from '../socket-backend.ts';
import type { KernelSocket } from './kernel-transport.ts';
import type { OutgoingDatagrams } from './outgoing-datagrams.ts';
import type { SocketPeers } from './socket-peers.ts';

export interface RingSocketParts {
  readonly outgoing: OutgoingDatagrams;
  /** Hands out what has come to all sockets. */
  readonly drain: () => void;
  readonly close: (socket: RingSocket) => void;
}

export class RingSocket implements KernelSocket {
  /** Of its request that receives. */
  readonly name: number;
  readonly descriptor: number;
  readonly listener: DatagramListener;
  readonly peers: SocketPeers;
  /** Whether its request is with the kernel. */
  isReceiving = true;
  isOpen = true;
  readonly #parts: RingSocketParts;

  constructor(
    name: number,
    descriptor: number,
    listener: DatagramListener,
    peers: SocketPeers,
    parts: RingSocketParts,
  ) {
    this.name = name;
    this.descriptor = descriptor;
    this.listener = listener;
    this.peers = peers;
    this.#parts = parts;
  }

  send(packet: Uint8Array, to: TransportAddress): void {
    if (this.isOpen) this.#parts.outgoing.send(this.descriptor, packet, to, this.peers);
  }

  drain(): void {
    this.#parts.drain();
  }

  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.#parts.close(this);
  }
}
