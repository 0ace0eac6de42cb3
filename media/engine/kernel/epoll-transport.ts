/** Sockets in one epoll set, with a system call for each datagram: on any Linux. */

import { readArrivalClockUs } from '../media-clock.ts';
import { DATAGRAM_LENGTH, type DatagramListener } from '../socket-backend.ts';
import { DatagramMemory } from './datagram-memory.ts';
import { DescriptorWait } from './descriptor-wait.ts';
import { EpollSocket, type EpollSocketParts } from './epoll-socket.ts';
import type { KernelSocket, KernelTransport, KernelTransportParts } from './kernel-transport.ts';
import { closeDescriptor } from './kernel-transport.ts';
import { EPOLL_CLOEXEC, EPOLL_CTL_ADD, EPOLLIN, SystemCallFailed } from './libc.ts';
import { NativeMemory } from './native-memory.ts';

const EVENTS_MAXIMUM = 1024;
const SMALL_PARTS_BYTES = 4096;

export class EpollTransport implements KernelTransport {
  readonly name = 'koffi';
  readonly #parts: EpollSocketParts;
  readonly #memory: NativeMemory;
  /** By descriptor. */
  readonly #sockets: (EpollSocket | undefined)[] = [];
  readonly #events: number;
  readonly #wait: DescriptorWait;
  readonly #epoll: number;

  /** @throws SystemCallFailed */
  constructor(parts: KernelTransportParts) {
    const { libc } = parts;
    const eventBytes = EVENTS_MAXIMUM * libc.layouts.eventBytes;
    const length = eventBytes + 2 * DATAGRAM_LENGTH + SMALL_PARTS_BYTES;
    this.#memory = new NativeMemory(length, (buffer) => libc.addressOf(buffer));
    this.#events = this.#memory.reserve(eventBytes);
    this.#wait = new DescriptorWait(libc, this.#memory);
    const datagrams = new DatagramMemory(libc, this.#memory);
    this.#parts = { ...parts, datagrams, onClose: (descriptor) => this.#close(descriptor) };
    this.#epoll = libc.epollCreate(EPOLL_CLOEXEC);
    if (this.#epoll < 0) throw new SystemCallFailed('epoll_create1', libc.errorNumber());
    parts.ledger.add(this.#epoll);
    this.#watch(parts.wake);
  }

  attach(descriptor: number, listener: DatagramListener): KernelSocket {
    this.#watch(descriptor);
    const socket = new EpollSocket(descriptor, this.#parts, listener);
    this.#sockets[descriptor] = socket;
    return socket;
  }

  /** Of each socket that has any, one datagram. */
  receive(): number {
    const { libc } = this.#parts;
    const { words } = this.#memory;
    const count = libc.epollWait(this.#epoll, this.#memory.pointer(this.#events), EVENTS_MAXIMUM, 0);
    const nowUs = readArrivalClockUs();
    const stride = libc.layouts.eventBytes / 4;
    let received = 0;
    let at = (this.#events + libc.layouts.eventData) / 4;
    for (let event = 0; event < count; event++, at += stride) {
      // None for the eventfd, nor for a socket that was closed by what came on another one.
      if (this.#sockets[words[at] as number]?.receive(nowUs) === true) received++;
    }
    return received;
  }

  flush(): void {
    // Each packet left when it was sent.
  }

  finishClosing(): boolean {
    // Each socket is closed when that is asked for.
    return false;
  }

  wait(waitMs: number): void {
    this.#wait.wait(this.#epoll, waitMs);
  }

  #watch(descriptor: number): void {
    const { libc } = this.#parts;
    const { words } = this.#memory;
    words[this.#events / 4] = EPOLLIN;
    this.#memory.writeLong(this.#events + libc.layouts.eventData, descriptor);
    const event = this.#memory.pointer(this.#events);
    const result = libc.epollControl(this.#epoll, EPOLL_CTL_ADD, descriptor, event);
    if (result < 0) throw new SystemCallFailed('epoll_ctl', libc.errorNumber());
  }

  #close(descriptor: number): void {
    this.#sockets[descriptor] = undefined;
    closeDescriptor(this.#parts, descriptor);
  }
}
