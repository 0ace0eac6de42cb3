/** The memory of all sockets of a thread: one datagram in, one out, with what the system says beside them. */
import { DATAGRAM_LENGTH } from '../socket-backend.ts';
import type { Libc } from './libc.ts';
import type { NativeMemory } from './native-memory.ts';
import { TIMESTAMP_CONTROL_BYTES } from './receive-timestamp.ts';
import { ADDRESS_BYTES, SOCKADDR_IN6_BYTES, SocketAddresses } from './socket-address.ts';

const IOVEC_BYTES = 16; // struct iovec { void *iov_base; size_t iov_len; } (readv(2))
const CONTROL_BYTES = 64;

export class DatagramMemory {
  readonly memory: NativeMemory;
  readonly addresses: SocketAddresses;
  /** What `recvmsg` fills. */
  readonly received: Uint8Array;
  readonly receivedView: DataView;
  /** Offsets in `memory`. */
  readonly source: number;
  readonly control: number;
  readonly destination: number;
  readonly outgoing: number;
  /** Where the system puts its lengths, by word. */
  readonly #nameLengthWord: number;
  readonly #controlLengthWord: number;
  /** For the system calls. */
  readonly messagePointer: number;
  readonly destinationPointer: number;
  readonly outgoingPointer: number;

  constructor(libc: Libc, memory: NativeMemory) {
    const { layouts } = libc;
    this.memory = memory;
    this.addresses = new SocketAddresses(libc, memory);
    const message = memory.reserve(layouts.messageHeaderBytes);
    const part = memory.reserve(IOVEC_BYTES);
    const incoming = memory.reserve(DATAGRAM_LENGTH);
    this.source = memory.reserve(ADDRESS_BYTES);
    this.control = memory.reserve(CONTROL_BYTES);
    this.destination = memory.reserve(ADDRESS_BYTES);
    this.outgoing = memory.reserve(DATAGRAM_LENGTH);
    this.received = new Uint8Array(memory.buffer, incoming, DATAGRAM_LENGTH);
    this.receivedView = new DataView(memory.buffer, incoming, DATAGRAM_LENGTH);
    memory.writeLong(part, memory.pointer(incoming));
    memory.writeLong(part + 8, DATAGRAM_LENGTH);
    memory.writeLong(message + layouts.messageName, memory.pointer(this.source));
    memory.writeLong(message + layouts.messageParts, memory.pointer(part));
    memory.writeLong(message + layouts.messagePartCount, 1);
    memory.writeLong(message + layouts.messageControl, memory.pointer(this.control));
    this.#nameLengthWord = (message + layouts.messageNameLength) / 4;
    this.#controlLengthWord = (message + layouts.messageControlLength) / 4;
    this.messagePointer = memory.pointer(message);
    this.destinationPointer = memory.pointer(this.destination);
    this.outgoingPointer = memory.pointer(this.outgoing);
  }

  /** Before each `recvmsg`: the system overwrites the lengths with what it used. */
  prepareReceive(): void {
    this.memory.words[this.#nameLengthWord] = SOCKADDR_IN6_BYTES;
    this.memory.words[this.#controlLengthWord] = TIMESTAMP_CONTROL_BYTES;
  }

  /** Of the control messages received. */
  get controlLength(): number {
    return this.memory.words[this.#controlLengthWord] as number;
  }
}
