/**
 * The file descriptors that a worker opened through the C library, kept in memory that the main thread sees too.
 * Node does not know of them: when a worker dies, the main thread closes what it left.
 */
import { closeSync, writeSync } from 'node:fs';

/** By default no process can have more open (fs.nr_open, proc(5)). */
const DESCRIPTORS = 1_048_576;
const WAKE_WORD = DESCRIPTORS / 32;
const LEDGER_BYTES = (WAKE_WORD + 1) * 4;
/** eventfd(2) takes a 64-bit number, and adds it up. */
const WAKE = Uint8Array.from(new Uint8Array(new BigUint64Array([1n]).buffer));

export function createLedgerMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(LEDGER_BYTES);
}

export class DescriptorLedger {
  /** One bit a descriptor, then the eventfd and 1. */
  readonly #words: Int32Array;

  constructor(memory: SharedArrayBuffer) {
    this.#words = new Int32Array(memory);
  }

  add(descriptor: number): void {
    if (descriptor < DESCRIPTORS) Atomics.or(this.#words, descriptor >>> 5, 1 << descriptor);
  }

  /** To be called before the descriptor is closed, so that nobody closes another one of its number. */
  remove(descriptor: number): void {
    if (descriptor < DESCRIPTORS) Atomics.and(this.#words, descriptor >>> 5, ~(1 << descriptor));
  }

  /** The eventfd that ends the worker's wait; only `closeAll` closes it. */
  setWake(descriptor: number): void {
    this.add(descriptor);
    Atomics.store(this.#words, WAKE_WORD, descriptor + 1);
  }

  /** On the main thread: ends the worker's wait, if there is a worker that waits in the kernel. */
  wake(): void {
    const descriptor = Atomics.load(this.#words, WAKE_WORD) - 1;
    if (descriptor >= 0) writeSync(descriptor, WAKE);
  }

  /** On the main thread, when the worker is gone: closes what it left. */
  closeAll(): void {
    Atomics.store(this.#words, WAKE_WORD, 0);
    for (let word = 0; word < WAKE_WORD; word++) {
      const bits = Atomics.exchange(this.#words, word, 0);
      for (let bit = 0; bits !== 0 && bit < 32; bit++) {
        if ((bits & (1 << bit)) !== 0) closeSync(word * 32 + bit);
      }
    }
  }
}
