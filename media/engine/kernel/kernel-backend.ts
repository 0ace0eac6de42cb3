/**
 * Sockets straight from Linux: one epoll set, arrivals stamped by the kernel, and a thread that waits in the
 * kernel instead of in Node's event loop. Packets gather for 2 ms before they are read: that costs no accuracy,
 * since they are stamped, and spares most of the wake-ups.
 */
import type { DescriptorLedger } from '../descriptor-ledger.ts';
import { readArrivalClockUs, readClockMs } from '../media-clock.ts';
import { DATAGRAM_LENGTH, type DatagramListener, type SocketBackend } from '../socket-backend.ts';
import { ArrivalClock } from './arrival-clock.ts';
import { ADDRESS_BYTES, DatagramMemory } from './datagram-memory.ts';
import { KernelSocket, type KernelSocketParts } from './kernel-socket.ts';
import {
  AF_INET,
  AF_INET6,
  CLOCK_REALTIME,
  EFD_CLOEXEC,
  EFD_NONBLOCK,
  EPOLL_CLOEXEC,
  EPOLL_CTL_ADD,
  EPOLLIN,
  type Libc,
  POLLIN,
  SO_RCVBUF,
  SO_TIMESTAMPNS,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOL_SOCKET,
  SystemCallFailed,
} from './libc.ts';
import { NativeMemory } from './native-memory.ts';
import { readTimespecUs } from './receive-timestamp.ts';
import { isAddressOfVersionSix, SOCKADDR_IN6_BYTES } from './socket-address.ts';

const EVENTS_MAXIMUM = 1024;
const SMALL_PARTS_BYTES = 4096;
/** Reads of the epoll set in one go: sockets with a backlog are emptied, a flood does not hold up the mix. */
const ROUNDS_MAXIMUM = 32;
const GATHERING_MS = 2;
/** A worker that is to be terminated ends after its wait. */
const WAIT_MAXIMUM_MS = 100;

export interface KernelBackendOptions {
  readonly libc: Libc;
  readonly ledger: DescriptorLedger;
  /** Of each socket; null for the system's own. */
  readonly receiveBufferBytes: number | null;
  /** The thread is about to wait: what is to be told must be told now. */
  readonly beforeWait: () => void;
}

export class KernelBackend implements SocketBackend {
  readonly name = 'koffi';
  readonly #options: KernelBackendOptions;
  readonly #memory: NativeMemory;
  readonly #datagrams: DatagramMemory;
  readonly #clock: ArrivalClock;
  readonly #parts: KernelSocketParts;
  /** By descriptor. */
  readonly #sockets: (KernelSocket | undefined)[] = [];
  readonly #events: number;
  readonly #poll: number;
  readonly #timeout: number;
  readonly #date: number;
  readonly #scratch: number;
  readonly #local: number;
  readonly #epoll: number;
  readonly #wake: number;
  #advance: (() => number | null) | null = null;
  #localAddress = '';
  #localLength = 0;
  #receivedPackets = 0;
  #unsentPackets = 0;
  #unstampedPackets = 0;

  /** @throws SystemCallFailed */
  constructor(options: KernelBackendOptions) {
    const { libc, ledger } = options;
    this.#options = options;
    const eventBytes = EVENTS_MAXIMUM * libc.layouts.eventBytes;
    const length = eventBytes + 2 * DATAGRAM_LENGTH + SMALL_PARTS_BYTES;
    const memory = new NativeMemory(length, (buffer) => libc.addressOf(buffer));
    this.#memory = memory;
    this.#datagrams = new DatagramMemory(libc, memory);
    this.#events = memory.reserve(eventBytes);
    this.#poll = memory.reserve(8); // struct pollfd { int fd; short events; short revents; } (poll(2))
    this.#timeout = memory.reserve(16);
    this.#date = memory.reserve(16);
    this.#scratch = memory.reserve(16);
    this.#local = memory.reserve(ADDRESS_BYTES);
    const baseSeconds = Math.floor(Date.now() / 1000) - 1;
    const readDateUs = (): number => this.#readDateUs(baseSeconds);
    this.#clock = new ArrivalClock({ readDateUs, readMonotonicUs: readArrivalClockUs });
    this.#parts = {
      libc,
      datagrams: this.#datagrams,
      clock: this.#clock,
      baseSeconds,
      onUnsent: () => this.#unsentPackets++,
      onUnstamped: () => this.#unstampedPackets++,
      onClose: (descriptor) => this.#close(descriptor),
    };
    this.#epoll = this.#check('epoll_create1', libc.epollCreate(EPOLL_CLOEXEC));
    ledger.add(this.#epoll);
    this.#wake = this.#check('eventfd', libc.eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
    ledger.setWake(this.#wake);
    this.#watch(this.#wake);
    // The kernel stamps packets only while somebody asks for it, and is slow to begin: this socket always asks.
    this.#createSocket(AF_INET);
  }

  get unsentPackets(): number {
    return this.#unsentPackets;
  }

  /** Cumulative: datagrams that came without a timestamp. */
  get unstampedPackets(): number {
    return this.#unstampedPackets;
  }

  openSocket(bindAddress: string, port: number, listener: DatagramListener): KernelSocket {
    const { libc, receiveBufferBytes } = this.#options;
    const descriptor = this.#createSocket(isAddressOfVersionSix(bindAddress) ? AF_INET6 : AF_INET);
    try {
      if (receiveBufferBytes !== null) this.#setOption(descriptor, SO_RCVBUF, receiveBufferBytes);
      const length = this.#writeLocalAddress(bindAddress, port);
      const result = libc.bind(descriptor, this.#memory.pointer(this.#local), length);
      if (result < 0) throw new SystemCallFailed('bind', libc.errorNumber(), `${bindAddress}:${port}`);
      this.#watch(descriptor);
    } catch (error) {
      this.#close(descriptor);
      throw error;
    }
    const socket = new KernelSocket(descriptor, this.#parts, listener);
    this.#sockets[descriptor] = socket;
    return socket;
  }

  drive(advance: () => number | null): void {
    const isDriven = this.#advance !== null;
    this.#advance = advance;
    // Already driven, it asks again before it waits.
    if (!isDriven) setImmediate(this.#turn);
  }

  /** Reads what has come. */
  receive(): void {
    this.#receivedPackets = 0;
    for (let round = 0; round < ROUNDS_MAXIMUM; round++) if (!this.#receiveRound()) break;
  }

  /** Waits until something can be read, at most `waitMs`, which is less than a second. */
  waitForDatagram(waitMs: number): void {
    this.#waitFor(this.#epoll, waitMs);
  }

  /** The port that the system gave to a socket. */
  portOf({ descriptor }: KernelSocket): number {
    const { libc } = this.#options;
    const at = this.#datagrams.scratch;
    const pointer = this.#memory.pointer(at);
    this.#memory.words[this.#scratch / 4] = SOCKADDR_IN6_BYTES;
    this.#check('getsockname', libc.getsockname(descriptor, pointer, this.#memory.pointer(this.#scratch)));
    return this.#datagrams.addresses.read(at).port;
  }

  readonly #turn = (): void => {
    this.#clock.check(readArrivalClockUs());
    this.receive();
    const dueMs = this.#advance?.() ?? null;
    this.#options.beforeWait();
    if (dueMs === null) {
      this.#advance = null;
      return;
    }
    this.#wait(dueMs);
    // Through the event loop, which delivers the commands of the main thread.
    setImmediate(this.#turn);
  };

  /** @returns whether anything was there */
  #receiveRound(): boolean {
    const { libc } = this.#options;
    const { words } = this.#memory;
    const count = libc.epollWait(this.#epoll, this.#memory.pointer(this.#events), EVENTS_MAXIMUM, 0);
    const nowUs = readArrivalClockUs();
    const stride = libc.layouts.eventBytes / 4;
    const receivedBefore = this.#receivedPackets;
    let at = (this.#events + libc.layouts.eventData) / 4;
    for (let event = 0; event < count; event++, at += stride) {
      // None for the eventfd, nor for a socket that was closed by what came on another one.
      if (this.#sockets[words[at] as number]?.receive(nowUs) === true) this.#receivedPackets++;
    }
    return this.#receivedPackets > receivedBefore;
  }

  /**
   * Until something is due, or a command comes. While packets are coming only commands end the wait, so that
   * packets gather; after a while without any, the first one does.
   */
  #wait(dueMs: number): void {
    const isGathering = this.#receivedPackets > 0;
    const atMostMs = isGathering ? GATHERING_MS : WAIT_MAXIMUM_MS;
    const waitMs = Math.min(dueMs - readClockMs(), atMostMs);
    if (waitMs <= 0) return;
    this.#waitFor(isGathering ? this.#wake : this.#epoll, waitMs);
    // Here and nowhere else: the commands that were announced until now are delivered next, and one announced
    // later ends the next wait.
    this.#options.libc.read(this.#wake, this.#memory.pointer(this.#scratch), 8);
  }

  #waitFor(descriptor: number, waitMs: number): void {
    const { words } = this.#memory;
    words[this.#poll / 4] = descriptor;
    words[this.#poll / 4 + 1] = POLLIN;
    words[this.#timeout / 4 + 2] = Math.ceil(waitMs * 1e6);
    this.#options.libc.ppoll(this.#memory.pointer(this.#poll), 1, this.#memory.pointer(this.#timeout), 0);
  }

  /** Sockets are bound to one address, mostly: only the port changes. */
  #writeLocalAddress(address: string, port: number): number {
    const { addresses } = this.#datagrams;
    if (address === this.#localAddress) {
      addresses.writePort(this.#local, port);
      return this.#localLength;
    }
    this.#localAddress = address;
    this.#localLength = addresses.write(this.#local, { address, port });
    return this.#localLength;
  }

  #createSocket(family: number): number {
    const { libc, ledger } = this.#options;
    const type = SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
    const descriptor = this.#check('socket', libc.socket(family, type, 0));
    ledger.add(descriptor);
    this.#setOption(descriptor, SO_TIMESTAMPNS, 1);
    return descriptor;
  }

  #setOption(descriptor: number, name: number, value: number): void {
    this.#memory.words[this.#scratch / 4] = value;
    const pointer = this.#memory.pointer(this.#scratch);
    const result = this.#options.libc.setsockopt(descriptor, SOL_SOCKET, name, pointer, 4);
    this.#check('setsockopt', result);
  }

  #watch(descriptor: number): void {
    const { libc } = this.#options;
    const { words } = this.#memory;
    words[this.#events / 4] = EPOLLIN;
    this.#memory.writeLong(this.#events + libc.layouts.eventData, descriptor);
    const event = this.#memory.pointer(this.#events);
    this.#check('epoll_ctl', libc.epollControl(this.#epoll, EPOLL_CTL_ADD, descriptor, event));
  }

  #close(descriptor: number): void {
    this.#sockets[descriptor] = undefined;
    this.#options.ledger.remove(descriptor);
    this.#options.libc.close(descriptor);
  }

  #readDateUs(baseSeconds: number): number {
    this.#options.libc.clockGettime(CLOCK_REALTIME, this.#memory.pointer(this.#date));
    return readTimespecUs(this.#memory.words, this.#date, baseSeconds);
  }

  #check(call: string, result: number): number {
    if (result < 0) throw new SystemCallFailed(call, this.#options.libc.errorNumber());
    return result;
  }
}
