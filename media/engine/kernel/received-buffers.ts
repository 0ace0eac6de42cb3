/**
 * The buffers that an io_uring receives into: which are free the kernel reads from a ring of them
 * (struct io_uring_buf { address 64, length 32, number 16, unused 16 }), whose tail lies in the unused part of the first.
 */
import type { IoUring } from './io-uring.ts';
import { type Libc, SystemCallFailed } from './libc.ts';
import type { NativeMemory } from './native-memory.ts';

const REGISTER_PBUF_RING = 22;
const REGISTRATION_BYTES = 40; // struct io_uring_buf_reg { address 64, entries 32, group 16, flags 16, unused 3 × 64 }
const ENTRY_WORDS = 4;
const TAIL = 7; // by 16 bits
const PAGE_BYTES = 4096;

export class ReceivedBuffers {
  readonly group = 0;
  readonly #count: number;
  readonly #stride: number;
  readonly #first: number;
  readonly #memory: NativeMemory;
  readonly #entries: number;
  readonly #tailOf: Uint16Array;
  #tail = 0;

  /** What has to be reserved in the memory. */
  static bytesOf(count: number, stride: number): number {
    return count * (stride + ENTRY_WORDS * 4) + 2 * PAGE_BYTES + REGISTRATION_BYTES;
  }

  /** @param count a power of two, 32,768 at most */
  constructor(libc: Libc, memory: NativeMemory, ring: IoUring, count: number, stride: number) {
    this.#memory = memory;
    this.#count = count;
    this.#stride = stride;
    const unaligned = memory.reserve(count * ENTRY_WORDS * 4 + PAGE_BYTES);
    this.#entries = unaligned + (PAGE_BYTES - (memory.pointer(unaligned) % PAGE_BYTES));
    this.#tailOf = new Uint16Array(memory.buffer, this.#entries, count * ENTRY_WORDS * 2);
    this.#first = memory.reserve(count * stride);
    const registration = memory.reserve(REGISTRATION_BYTES);
    memory.writeLong(registration, memory.pointer(this.#entries));
    memory.words[registration / 4 + 2] = count;
    memory.words[registration / 4 + 3] = this.group;
    const pointer = memory.pointer(registration);
    const result = libc.ioUringRegister(ring.descriptor, REGISTER_PBUF_RING, pointer, 1);
    if (result < 0) throw new SystemCallFailed('io_uring_register', libc.errorNumber());
    for (let buffer = 0; buffer < count; buffer++) this.giveBack(buffer);
    this.publish();
  }

  offsetOf(buffer: number): number {
    return this.#first + buffer * this.#stride;
  }

  /** Free again, once that is published. */
  giveBack(buffer: number): void {
    const { words } = this.#memory;
    const entry = this.#entries + (this.#tail & (this.#count - 1)) * ENTRY_WORDS * 4;
    this.#memory.writeLong(entry, this.#memory.pointer(this.offsetOf(buffer)));
    words[entry / 4 + 2] = this.#stride;
    // The upper half of the first entry's is the tail, which only `publish` writes.
    this.#tailOf[(entry - this.#entries) / 2 + 6] = buffer;
    this.#tail = (this.#tail + 1) & 0xffff;
  }

  /** The kernel may fill what was given back. */
  publish(): void {
    Atomics.store(this.#tailOf, TAIL, this.#tail);
  }
}
