/**
 * One UDP socket of the kernel. A leg has a socket of its own, on which a packet comes and goes every 20 ms, so
 * there is nothing to batch: `recvmsg` takes 1.6–2.3 µs where `recvmmsg`, which looks for a second datagram,
 * takes 2.9–3.2; `sendmmsg` of one packet is no faster than `sendto`.
 */
import { readArrivalClockUs } from '../media-clock.ts';
import type { TransportAddress } from '../media-leg.ts';
import type { DatagramListener } from '../socket-backend.ts';
import type { DatagramMemory } from './datagram-memory.ts';
import type { KernelSocket, KernelTransportParts } from './kernel-transport.ts';
import { MSG_DONTWAIT, PASSING_ERRORS, SystemCallFailed } from './libc.ts';
import { readTimestampUs } from './receive-timestamp.ts';
import { SocketPeers } from './socket-peers.ts';

/** More than a socket's buffer holds of one stream; a flood must not keep the worker. */
const DRAINED_MAXIMUM = 1000;
export interface EpollSocketParts extends KernelTransportParts {
  readonly datagrams: DatagramMemory;
  readonly onClose: (descriptor: number) => void;
}

export class EpollSocket implements KernelSocket {
  readonly descriptor: number;
  readonly #parts: EpollSocketParts;
  readonly #listener: DatagramListener;
  readonly #peers: SocketPeers;
  #isOpen = true;

  constructor(descriptor: number, parts: EpollSocketParts, listener: DatagramListener) {
    this.descriptor = descriptor;
    this.#parts = parts;
    this.#listener = listener;
    this.#peers = new SocketPeers(parts.datagrams.memory, parts.datagrams.addresses);
  }

  /** @returns whether a datagram was there; `nowUs` is a recent reading of the clock of arrivals */
  receive(nowUs: number): boolean {
    const { libc, datagrams, clock, baseSeconds } = this.#parts;
    datagrams.prepareReceive();
    const length = libc.recvmsg(this.descriptor, datagrams.messagePointer, MSG_DONTWAIT);
    if (length < 0) {
      this.#failReceive();
      return false;
    }
    const { words } = datagrams.memory;
    const dateUs = readTimestampUs(words, datagrams.control, datagrams.controlLength, baseSeconds);
    if (dateUs < 0) this.#parts.counts.unstamped++;
    const arrivalUs = dateUs < 0 ? nowUs : clock.arrivalUs(dateUs, nowUs);
    const source = this.#peers.readSource(datagrams.source);
    this.#listener.onDatagram(datagrams.received, datagrams.receivedView, length, source, arrivalUs);
    return true;
  }

  send(packet: Uint8Array, to: TransportAddress): void {
    const { libc, datagrams, counts } = this.#parts;
    const { memory, outgoing, destination, outgoingPointer, destinationPointer } = datagrams;
    const addressLength = this.#peers.writeDestination(to, destination);
    memory.bytes.set(packet, outgoing);
    const { descriptor } = this;
    const sent = libc.sendto(
      descriptor,
      outgoingPointer,
      packet.length,
      MSG_DONTWAIT,
      destinationPointer,
      addressLength,
    );
    if (sent < 0) counts.unsent++;
  }

  drain(): void {
    let datagrams = 0;
    while (this.#isOpen && datagrams < DRAINED_MAXIMUM && this.receive(readArrivalClockUs())) datagrams++;
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#parts.onClose(this.descriptor);
  }

  #failReceive(): void {
    const errorNumber = this.#parts.libc.errorNumber();
    if (PASSING_ERRORS.includes(errorNumber)) return;
    this.#listener.onFailure(new SystemCallFailed('recvmsg', errorNumber).message);
  }
}
