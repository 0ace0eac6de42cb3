/**
 * Sockets straight from Linux, arrivals stamped by the kernel, and a thread that waits in the kernel instead of in
 * Node's event loop. Packets gather for 2 ms before they are read: that costs no accuracy, since they are stamped,
 * and spares most of the wake-ups.
 */
import type { DescriptorLedger } from '../descriptor-ledger.ts';
import { readArrivalClockUs, readClockMs } from '../media-clock.ts';
import type { DatagramListener, SocketBackend } from '../socket-backend.ts';
import { ArrivalClock } from './arrival-clock.ts';
import { DescriptorWait } from './descriptor-wait.ts';
import {
  closeDescriptor,
  type DatagramCounts,
  type KernelSocket,
  type KernelTransport,
  type KernelTransportParts,
} from './kernel-transport.ts';
import {
  AF_INET,
  AF_INET6,
  CLOCK_REALTIME,
  EFD_CLOEXEC,
  EFD_NONBLOCK,
  type Libc,
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
import {
  ADDRESS_BYTES,
  isAddressOfVersionSix,
  SOCKADDR_IN6_BYTES,
  SocketAddresses,
} from './socket-address.ts';

const MEMORY_BYTES = 1024;
/** Reads of the transport in one go: sockets with a backlog are emptied, a flood does not hold up the mix. */
const ROUNDS_MAXIMUM = 32;
/** From one reading to the next one, which what is done in between is a part of: packets wait no longer for being many. */
const GATHERING_MS = 2;
/** Also where that took nearly as long. */
const GATHERING_MINIMUM_MS = 0.25;
/** A worker that is to be terminated ends after its wait. */
const WAIT_MAXIMUM_MS = 100;

export interface KernelBackendOptions {
  readonly libc: Libc;
  readonly ledger: DescriptorLedger;
  /** Of each socket; null for the system's own. */
  readonly receiveBufferBytes: number | null;
  /** The thread is about to wait: what is to be told must be told now. */
  readonly beforeWait: () => void;
  readonly openTransport: (parts: KernelTransportParts) => KernelTransport;
}

export class KernelBackend implements SocketBackend {
  readonly #options: KernelBackendOptions;
  readonly #memory: NativeMemory;
  readonly #addresses: SocketAddresses;
  readonly #commands: DescriptorWait;
  readonly #clock: ArrivalClock;
  readonly #transport: KernelTransport;
  readonly #counts: DatagramCounts = { unsent: 0, unstamped: 0 };
  readonly #date: number;
  readonly #scratch: number;
  readonly #local: number;
  readonly #wake: number;
  #advance: (() => number | null) | null = null;
  #localAddress = '';
  #localLength = 0;
  #hasReceived = false;
  #readAtMs = 0;
  /** There is more to read than was read. */
  #isBehind = false;

  /** @throws SystemCallFailed */
  constructor(options: KernelBackendOptions) {
    const { libc, ledger } = options;
    this.#options = options;
    const memory = new NativeMemory(MEMORY_BYTES, (buffer) => libc.addressOf(buffer));
    this.#memory = memory;
    this.#addresses = new SocketAddresses(libc, memory);
    this.#commands = new DescriptorWait(libc, memory);
    this.#date = memory.reserve(16);
    this.#scratch = memory.reserve(16);
    this.#local = memory.reserve(ADDRESS_BYTES);
    const baseSeconds = Math.floor(Date.now() / 1000) - 1;
    const readDateUs = (): number => this.#readDateUs(baseSeconds);
    this.#clock = new ArrivalClock({ readDateUs, readMonotonicUs: readArrivalClockUs });
    this.#wake = this.#check('eventfd', libc.eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
    ledger.setWake(this.#wake);
    this.#transport = options.openTransport({
      ...{ libc, ledger, clock: this.#clock, baseSeconds },
      ...{ wake: this.#wake, counts: this.#counts },
    });
    // The kernel stamps packets only while somebody asks for it, and is slow to begin: this socket always asks.
    this.#createSocket(AF_INET);
  }

  get name(): KernelTransport['name'] {
    return this.#transport.name;
  }

  get unsentPackets(): number {
    return this.#counts.unsent;
  }

  /** Cumulative: datagrams that came without a timestamp. */
  get unstampedPackets(): number {
    return this.#counts.unstamped;
  }

  openSocket(bindAddress: string, port: number, listener: DatagramListener): KernelSocket {
    const { receiveBufferBytes } = this.#options;
    const descriptor = this.#createSocket(isAddressOfVersionSix(bindAddress) ? AF_INET6 : AF_INET);
    try {
      if (receiveBufferBytes !== null) this.#setOption(descriptor, SO_RCVBUF, receiveBufferBytes);
      this.#bind(descriptor, bindAddress, port);
      return this.#transport.attach(descriptor, listener);
    } catch (error) {
      closeDescriptor(this.#options, descriptor);
      throw error;
    }
  }

  finishClosing(): void {
    this.#transport.finishClosing();
  }

  drive(advance: () => number | null): void {
    const isDriven = this.#advance !== null;
    this.#advance = advance;
    // Already driven, it asks again before it waits.
    if (!isDriven) setImmediate(this.#turn);
  }

  /** Reads what has come. */
  receive(): void {
    let rounds = 0;
    while (rounds < ROUNDS_MAXIMUM && this.#transport.receive() > 0) rounds++;
    this.#hasReceived = rounds > 0;
    this.#isBehind = rounds === ROUNDS_MAXIMUM;
  }

  /** Waits until something can be read, at most `waitMs`, which is less than a second. */
  waitForDatagram(waitMs: number): void {
    this.#transport.wait(waitMs);
  }

  /** The port that the system gave to a socket. */
  portOf({ descriptor }: KernelSocket): number {
    const { libc } = this.#options;
    const pointer = this.#memory.pointer(this.#local);
    this.#localAddress = '';
    this.#memory.words[this.#scratch / 4] = SOCKADDR_IN6_BYTES;
    this.#check('getsockname', libc.getsockname(descriptor, pointer, this.#memory.pointer(this.#scratch)));
    return this.#addresses.read(this.#local).port;
  }

  readonly #turn = (): void => {
    this.#clock.check(readArrivalClockUs());
    this.#readAtMs = readClockMs();
    this.receive();
    const dueMs = this.#advance?.() ?? null;
    this.#transport.flush();
    this.#options.beforeWait();
    if (dueMs === null) {
      this.#advance = null;
      return;
    }
    this.#wait(dueMs);
    // Through the event loop, which delivers the commands of the main thread.
    setImmediate(this.#turn);
  };

  /**
   * Until something is due, or a command comes. While packets are coming only commands end the wait, so that
   * packets gather; after a while without any, the first one does. While more came than could be read there is no wait.
   */
  #wait(dueMs: number): void {
    if (this.#isBehind) return;
    const nowMs = readClockMs();
    const gatheringMs = Math.max(GATHERING_MINIMUM_MS, this.#readAtMs + GATHERING_MS - nowMs);
    const waitMs = Math.min(dueMs - nowMs, this.#hasReceived ? gatheringMs : WAIT_MAXIMUM_MS);
    if (waitMs <= 0) return;
    if (this.#hasReceived) this.#commands.wait(this.#wake, waitMs);
    else this.#transport.wait(waitMs);
    // Here and nowhere else: the commands that were announced until now are delivered next, and one announced
    // later ends the next wait.
    this.#options.libc.read(this.#wake, this.#memory.pointer(this.#scratch), 8);
  }

  /** The port may be that of a socket that was closed just now. */
  #bind(descriptor: number, address: string, port: number): void {
    const { libc } = this.#options;
    const length = this.#writeLocalAddress(address, port);
    const bind = (): boolean => libc.bind(descriptor, this.#memory.pointer(this.#local), length) === 0;
    if (bind() || (this.#transport.finishClosing() && bind())) return;
    throw new SystemCallFailed('bind', libc.errorNumber(), `${address}:${port}`);
  }

  /** Sockets are bound to one address, mostly: only the port changes. */
  #writeLocalAddress(address: string, port: number): number {
    if (address === this.#localAddress) {
      this.#addresses.writePort(this.#local, port);
      return this.#localLength;
    }
    this.#localAddress = address;
    this.#localLength = this.#addresses.write(this.#local, { address, port });
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

  #readDateUs(baseSeconds: number): number {
    this.#options.libc.clockGettime(CLOCK_REALTIME, this.#memory.pointer(this.#date));
    return readTimespecUs(this.#memory.words, this.#date, baseSeconds);
  }

  #check(call: string, result: number): number {
    if (result < 0) throw new SystemCallFailed(call, this.#options.libc.errorNumber());
    return result;
  }
}
