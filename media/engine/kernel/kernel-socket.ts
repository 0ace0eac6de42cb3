/**
 * One UDP socket of the kernel. A leg has a socket of its own, on which a packet comes and goes every 20 ms, so
 * there is nothing to batch: `recvmsg` takes 1.6–2.3 µs where `recvmmsg`, which looks for a second datagram,
 * takes 2.9–3.2; `sendmmsg` of one packet is no faster than `sendto`.
 */
import { readArrivalClockUs } from '../media-clock.ts';
import type { TransportAddress } from '../media-leg.ts';
import type { DatagramListener, MediaSocket } from '../socket-backend.ts';
import type { ArrivalClock } from './arrival-clock.ts';
import { ADDRESS_BYTES, type DatagramMemory } from './datagram-memory.ts';
import {
  AF_INET6,
  EAGAIN,
  ECONNREFUSED,
  EINTR,
  ENOBUFS,
  ENOMEM,
  type Libc,
  MSG_DONTWAIT,
  SystemCallFailed,
} from './libc.ts';
import { readTimestampUs } from './receive-timestamp.ts';

const ADDRESS_WORDS = ADDRESS_BYTES / 4;
/** The parts of a sockaddr_in that say anything. */
const IPV4_WORDS = 2;

/** Of a socket that was not used: most of those for RTCP. */
const NO_ADDRESS = new Int32Array(ADDRESS_WORDS);

/** More than a socket's buffer holds of one stream; a flood must not keep the worker. */
const DRAINED_MAXIMUM = 1000;
/** Nothing came, or what came is about something sent earlier: the socket is as good as before. */
const PASSING_ERRORS: readonly number[] = [EAGAIN, EINTR, ECONNREFUSED, ENOBUFS, ENOMEM];

/** What the sockets of a thread have in common. */
export interface KernelSocketParts {
  readonly libc: Libc;
  readonly datagrams: DatagramMemory;
  readonly clock: ArrivalClock;
  readonly baseSeconds: number;
  readonly onUnsent: () => void;
  readonly onUnstamped: () => void;
  readonly onClose: (descriptor: number) => void;
}

export class KernelSocket implements MediaSocket {
  readonly descriptor: number;
  readonly #parts: KernelSocketParts;
  readonly #listener: DatagramListener;
  /** Where the last datagram came from, in words and to be read: streams come from one place. */
  #sourceWords = NO_ADDRESS;
  #source: TransportAddress = { address: '', port: 0 };
  /** The same for where packets go. */
  #destinationWords = NO_ADDRESS;
  #destination: TransportAddress | null = null;
  #destinationLength = 0;
  #isOpen = true;

  constructor(descriptor: number, parts: KernelSocketParts, listener: DatagramListener) {
    this.descriptor = descriptor;
    this.#parts = parts;
    this.#listener = listener;
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
    if (dateUs < 0) this.#parts.onUnstamped();
    const arrivalUs = dateUs < 0 ? nowUs : clock.arrivalUs(dateUs, nowUs);
    const source = this.#readSource(words, datagrams.source / 4);
    this.#listener.onDatagram(datagrams.received, datagrams.receivedView, length, source, arrivalUs);
    return true;
  }

  send(packet: Uint8Array, to: TransportAddress): void {
    const { libc, datagrams, onUnsent } = this.#parts;
    if (to !== this.#destination) this.#setDestination(to);
    const { memory, outgoing, destination, outgoingPointer, destinationPointer } = datagrams;
    const words = this.#destinationWords;
    for (let word = 0; word < ADDRESS_WORDS; word++) {
      memory.words[destination / 4 + word] = words[word] as number;
    }
    memory.bytes.set(packet, outgoing);
    const { descriptor } = this;
    const sent = libc.sendto(
      descriptor,
      outgoingPointer,
      packet.length,
      MSG_DONTWAIT,
      destinationPointer,
      this.#destinationLength,
    );
    if (sent < 0) onUnsent();
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

  #readSource(words: Int32Array, at: number): TransportAddress {
    const known = this.#sourceWords;
    const isVersionSix = ((words[at] as number) & 0xff) === AF_INET6;
    const count = isVersionSix ? ADDRESS_WORDS - 1 : IPV4_WORDS;
    for (let word = 0; word < count; word++) {
      if (words[at + word] !== known[word]) {
        this.#sourceWords = words.slice(at, at + ADDRESS_WORDS);
        this.#source = this.#parts.datagrams.addresses.read(at * 4);
        break;
      }
    }
    return this.#source;
  }

  #setDestination(to: TransportAddress): void {
    const { addresses, memory, destination } = this.#parts.datagrams;
    this.#destination = to;
    this.#destinationLength = addresses.write(destination, to);
    this.#destinationWords = memory.words.slice(destination / 4, destination / 4 + ADDRESS_WORDS);
  }
}
