/** Datagrams that wait until an io_uring is submitted: each with its address in the place of its request. */
import type { TransportAddress } from '../media-leg.ts';
import { DATAGRAM_LENGTH } from '../socket-backend.ts';
import type { IoUring } from './io-uring.ts';
import type { KernelTransportParts } from './kernel-transport.ts';
import { MSG_DONTWAIT } from './libc.ts';
import type { NativeMemory } from './native-memory.ts';
import { ADDRESS_BYTES } from './socket-address.ts';
import type { SocketPeers } from './socket-peers.ts';

/** No packet of sound is longer; what is goes out by a system call of its own. */
const LENGTH_MAXIMUM = 2208;
const STRIDE = ADDRESS_BYTES + LENGTH_MAXIMUM;

export class OutgoingDatagrams {
  readonly #parts: KernelTransportParts;
  readonly #memory: NativeMemory;
  readonly #ring: IoUring;
  readonly #name: number;
  readonly #first: number;
  readonly #long: number;

  /** What has to be reserved in the memory. */
  static bytesOf(capacity: number): number {
    return capacity * STRIDE + ADDRESS_BYTES + DATAGRAM_LENGTH;
  }

  /** @param name of the requests, which complete only where they failed */
  constructor(parts: KernelTransportParts, memory: NativeMemory, ring: IoUring, name: number) {
    this.#parts = parts;
    this.#memory = memory;
    this.#ring = ring;
    this.#name = name;
    this.#first = memory.reserve(ring.capacity * STRIDE);
    this.#long = memory.reserve(ADDRESS_BYTES + DATAGRAM_LENGTH);
  }

  send(descriptor: number, packet: Uint8Array, to: TransportAddress, peers: SocketPeers): void {
    const ring = this.#ring;
    const memory = this.#memory;
    const isLong = packet.length > LENGTH_MAXIMUM;
    if (isLong || ring.isFull) ring.submit();
    const at = isLong ? this.#long : this.#first + ring.nextPlace * STRIDE;
    const addressLength = peers.writeDestination(to, at);
    if (addressLength === 0) {
      this.#parts.counts.unsent++;
      return;
    }
    memory.bytes.set(packet, at + ADDRESS_BYTES);
    const bytes = memory.pointer(at + ADDRESS_BYTES);
    const address = memory.pointer(at);
    const { length } = packet;
    if (!isLong) ring.putSend(this.#name, descriptor, bytes, length, MSG_DONTWAIT, address, addressLength);
    else if (this.#parts.libc.sendto(descriptor, bytes, length, MSG_DONTWAIT, address, addressLength) < 0) {
      this.#parts.counts.unsent++;
    }
  }
}
