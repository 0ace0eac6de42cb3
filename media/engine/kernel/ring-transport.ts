/**
 * Sockets read and written by one io_uring: a system call takes all datagrams that have come to any of them, and
 * another one sends all that are to go. Each socket has one request that goes on receiving, into whichever buffer is
 * free.
 */
import { readArrivalClockUs } from '../media-clock.ts';
import type { DatagramListener } from '../socket-backend.ts';
import { type Completion, IoUring } from './io-uring.ts';
import type { KernelSocket, KernelTransport, KernelTransportParts } from './kernel-transport.ts';
import { PASSING_ERRORS, SystemCallFailed } from './libc.ts';
import { NativeMemory } from './native-memory.ts';
import { OutgoingDatagrams } from './outgoing-datagrams.ts';
import { ReceivedBuffers } from './received-buffers.ts';
import { ReceivedMessage } from './received-message.ts';
import { RingSocket, type RingSocketParts } from './ring-socket.ts';
import { SocketAddresses } from './socket-address.ts';
import { SocketPeers } from './socket-peers.ts';

const REQUESTS = 512;
/** More than come between two readings; what finds no room waits in the kernel. */
const COMPLETIONS = 8192;
const BUFFERS = 1024;
const SMALL_PARTS_BYTES = 4096;
/** Rounds of reading in which a socket that is to be closed is emptied; a flood must not keep the worker. */
const DRAINING_ROUNDS = 8;
/** Names of requests; those of sockets are zero and above. */
const SENDING = -1;
const COMMANDS = -2;
const CLOSING = -3;

export class RingTransport implements KernelTransport {
  readonly name = 'io_uring';
  readonly #parts: KernelTransportParts;
  readonly #memory: NativeMemory;
  readonly #addresses: SocketAddresses;
  readonly #ring: IoUring;
  readonly #buffers: ReceivedBuffers;
  readonly #message: ReceivedMessage;
  readonly #outgoing: OutgoingDatagrams;
  /** The same for all sockets. */
  readonly #socketParts: RingSocketParts;
  readonly #completion: Completion = { name: 0, result: 0, buffer: 0, hasMore: false };
  /** By name of their requests; a name is free once its request has ended. */
  readonly #sockets: (RingSocket | undefined)[] = [];
  readonly #freeNames: number[] = [];
  #ended: RingSocket[] = [];
  /** Of what is to be closed with the next call, so that all calls that end together take one. */
  #closing: RingSocket[] = [];
  /** Whether the request that waits for commands is with the kernel. */
  #isAwaitingCommands = false;

  /** @throws SystemCallFailed */
  constructor(parts: KernelTransportParts) {
    const { libc, ledger } = parts;
    const length =
      ReceivedBuffers.bytesOf(BUFFERS, ReceivedMessage.bytes) +
      OutgoingDatagrams.bytesOf(REQUESTS) +
      SMALL_PARTS_BYTES;
    const memory = new NativeMemory(length, (buffer) => libc.addressOf(buffer));
    this.#parts = parts;
    this.#memory = memory;
    this.#addresses = new SocketAddresses(libc, memory);
    this.#ring = new IoUring(libc, memory, REQUESTS, COMPLETIONS);
    ledger.add(this.#ring.descriptor);
    this.#buffers = new ReceivedBuffers(libc, memory, this.#ring, BUFFERS, ReceivedMessage.bytes);
    this.#message = new ReceivedMessage(parts, memory);
    this.#outgoing = new OutgoingDatagrams(parts, memory, this.#ring, SENDING);
    this.#socketParts = { outgoing: this.#outgoing, drain: this.#drain, close: this.#close };
  }

  attach(descriptor: number, listener: DatagramListener): KernelSocket {
    const name = this.#freeNames.pop() ?? this.#sockets.length;
    const peers = new SocketPeers(this.#memory, this.#addresses);
    const socket = new RingSocket(name, descriptor, listener, peers, this.#socketParts);
    this.#sockets[name] = socket;
    this.#startReceiving(socket);
    return socket;
  }

  receive(): number {
    this.#ring.complete();
    const nowUs = readArrivalClockUs();
    const completion = this.#completion;
    let received = 0;
    while (this.#ring.take(completion)) {
      const { name, result, buffer, hasMore } = completion;
      const socket = this.#sockets[name];
      if (socket === undefined) {
        if (name === SENDING) this.#parts.counts.unsent++;
        else if (name === COMMANDS) this.#isAwaitingCommands = false;
        continue;
      }
      if (!hasMore) this.#end(socket);
      if (result >= 0) {
        received++;
        const at = this.#buffers.offsetOf(buffer);
        if (socket.isOpen) this.#message.handOut(at, socket.listener, socket.peers, nowUs);
        this.#buffers.giveBack(buffer);
      } else this.#fail(socket, -result);
    }
    this.#buffers.publish();
    for (const socket of this.#ended.splice(0)) if (socket.isOpen) this.#startReceiving(socket);
    return received;
  }

  flush(): void {
    this.finishClosing();
    this.#ring.submit();
  }

  /** What they were to send leaves first. A request that is cancelled holds its socket until it is completed. */
  finishClosing(): boolean {
    const closing = this.#closing;
    if (closing.length === 0) return false;
    this.#closing = [];
    for (const socket of closing) {
      if (socket.isReceiving) this.#ring.putCancel(CLOSING, socket.name);
      else this.#freeName(socket);
      // Before it is closed: its number is another one's then.
      this.#parts.ledger.remove(socket.descriptor);
      this.#ring.putClose(CLOSING, socket.descriptor);
    }
    // The kernel completes only so many at a time.
    let left = closing.length;
    do this.receive();
    while (--left > 0 && closing.some(({ isReceiving }) => isReceiving));
    return true;
  }

  wait(waitMs: number): void {
    // Put anew after each completion: it ends at once where what it told of was not turned to yet.
    if (!this.#isAwaitingCommands) this.#ring.putPoll(COMMANDS, this.#parts.wake);
    this.#isAwaitingCommands = true;
    this.#ring.wait(waitMs);
  }

  #startReceiving(socket: RingSocket): void {
    socket.isReceiving = true;
    this.#ring.putReceive(socket.name, socket.descriptor, this.#message.pointer, this.#buffers.group);
  }

  /** Its request is over: there was no free buffer, or it failed, or it was cancelled. */
  #end(socket: RingSocket): void {
    socket.isReceiving = false;
    if (socket.isOpen) this.#ended.push(socket);
    else this.#freeName(socket);
  }

  #fail(socket: RingSocket, errorNumber: number): void {
    if (!socket.isOpen || PASSING_ERRORS.includes(errorNumber)) return;
    socket.listener.onFailure(new SystemCallFailed('recvmsg', errorNumber).message);
  }

  #freeName({ name }: RingSocket): void {
    this.#sockets[name] = undefined;
    this.#freeNames.push(name);
  }

  readonly #drain = (): void => {
    for (let round = 0; round < DRAINING_ROUNDS && this.receive() > 0; round++);
  };

  readonly #close = (socket: RingSocket): void => {
    this.#closing.push(socket);
  };
}
