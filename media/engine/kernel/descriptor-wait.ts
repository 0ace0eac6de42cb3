/** Waiting for one file descriptor to become readable, ppoll(2). */
import { type Libc, POLLIN } from './libc.ts';
import type { NativeMemory } from './native-memory.ts';

export class DescriptorWait {
  readonly #libc: Libc;
  readonly #memory: NativeMemory;
  readonly #poll: number;
  readonly #timeout: number;

  constructor(libc: Libc, memory: NativeMemory) {
    this.#libc = libc;
    this.#memory = memory;
    this.#poll = memory.reserve(8); // struct pollfd { int fd; short events; short revents; }
    this.#timeout = memory.reserve(16);
  }

  /** At most `waitMs`, which is less than a second. */
  wait(descriptor: number, waitMs: number): void {
    const { words } = this.#memory;
    words[this.#poll / 4] = descriptor;
    words[this.#poll / 4 + 1] = POLLIN;
    words[this.#timeout / 4 + 2] = Math.ceil(waitMs * 1e6);
    this.#libc.ppoll(this.#memory.pointer(this.#poll), 1, this.#memory.pointer(this.#timeout), 0);
  }
}
