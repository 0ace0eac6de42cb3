/**
 * A datagram as an io_uring leaves it in a buffer: struct io_uring_recvmsg_out { name length 32, control length 32,
 * payload length 32, flags 32 }, then room for an address and for control messages, then the payload.
 */
import type { DatagramListener } from '../socket-backend.ts';
import type { KernelTransportParts } from './kernel-transport.ts';
import { MSG_TRUNC } from './libc.ts';
import type { NativeMemory } from './native-memory.ts';
import { readTimestampUs, TIMESTAMP_CONTROL_BYTES } from './receive-timestamp.ts';
import { ADDRESS_BYTES } from './socket-address.ts';
import type { SocketPeers } from './socket-peers.ts';

const HEADER_BYTES = 16;
const CONTROL_LENGTH_WORD = 1;
const PAYLOAD_LENGTH_WORD = 2;
const FLAGS_WORD = 3;
const ADDRESS = HEADER_BYTES;
const CONTROL = ADDRESS + ADDRESS_BYTES;
const PAYLOAD = CONTROL + TIMESTAMP_CONTROL_BYTES;

export class ReceivedMessage {
  /** Of a buffer: no multiple of a power of two, so that the beginnings of all do not fall on the same lines of a cache. */
  static readonly bytes = 2240;
  /** Of the message header that says how much room is before the payload. */
  readonly pointer: number;
  readonly #parts: KernelTransportParts;
  readonly #memory: NativeMemory;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #datagram: number;

  constructor(parts: KernelTransportParts, memory: NativeMemory) {
    const { layouts } = parts.libc;
    this.#parts = parts;
    this.#memory = memory;
    const message = memory.reserve(layouts.messageHeaderBytes);
    memory.words[(message + layouts.messageNameLength) / 4] = ADDRESS_BYTES;
    memory.words[(message + layouts.messageControlLength) / 4] = TIMESTAMP_CONTROL_BYTES;
    this.pointer = memory.pointer(message);
    this.#datagram = memory.reserve(ReceivedMessage.bytes);
    this.#bytes = new Uint8Array(memory.buffer, this.#datagram, ReceivedMessage.bytes);
    this.#view = new DataView(memory.buffer, this.#datagram, ReceivedMessage.bytes);
  }

  /** The datagram in the buffer at `at`; one that did not fit is lost. `nowUs` is a recent reading of the clock of arrivals. */
  handOut(at: number, listener: DatagramListener, peers: SocketPeers, nowUs: number): void {
    const { words, bytes } = this.#memory;
    const { clock, baseSeconds, counts } = this.#parts;
    const header = at / 4;
    if (((words[header + FLAGS_WORD] as number) & MSG_TRUNC) !== 0) return;
    const length = words[header + PAYLOAD_LENGTH_WORD] as number;
    const controlLength = words[header + CONTROL_LENGTH_WORD] as number;
    const dateUs = readTimestampUs(words, at + CONTROL, controlLength, baseSeconds);
    if (dateUs < 0) counts.unstamped++;
    const arrivalUs = dateUs < 0 ? nowUs : clock.arrivalUs(dateUs, nowUs);
    bytes.copyWithin(this.#datagram, at + PAYLOAD, at + PAYLOAD + length);
    listener.onDatagram(this.#bytes, this.#view, length, peers.readSource(at + ADDRESS), arrivalUs);
  }
}
