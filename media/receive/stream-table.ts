/**
 * Finds the record of a stream by who sends to whom: open addressing, the keys in the records themselves, so
 * that the comparison brings in the cache line the counting needs.
 *
 * A key is four 32-bit words. For a capture: source and destination address (IPv4 as it is, others by a number
 * of their own), the two ports, the SSRC. The same SSRC from another address is another stream, so a collision
 * (RFC 3550 §8.2) mixes nothing up.
 */
import type { ReceiveStreams } from './receive-stream.ts';
import {
  RECORD_WORDS,
  WORD_DESTINATION,
  WORD_PORTS,
  WORD_SOURCE,
  WORD_SYNCHRONIZATION_SOURCE,
} from './stream-record.ts';

// As constants of this module, which V8 folds; an imported one it loads anew each time.
const WORDS = RECORD_WORDS;
const SOURCE = WORD_SOURCE;
const DESTINATION = WORD_DESTINATION;
const PORTS = WORD_PORTS;
const SYNCHRONIZATION_SOURCE = WORD_SYNCHRONIZATION_SOURCE;
const EMPTY = -1;
const INDEX_ENTRIES_MINIMUM = 16;

export interface StreamKey {
  readonly source: number;
  readonly destination: number;
  readonly ports: number;
  /** Unsigned; the others are signed words, as they are compared. */
  readonly synchronizationSource: number;
}

export class StreamTable {
  readonly streams: ReceiveStreams;
  /** Slots by hash, a power of two, at most half full. */
  #index: Int32Array;
  #size = 0;
  readonly #createIndex: (entries: number) => Int32Array;

  /** @param createIndex memory for so many entries; may be the same each time, for the index only grows */
  constructor(
    streams: ReceiveStreams,
    createIndex = (entries: number): Int32Array => new Int32Array(entries),
  ) {
    this.streams = streams;
    this.#createIndex = createIndex;
    this.#index = createIndex(INDEX_ENTRIES_MINIMUM).fill(EMPTY);
  }

  get size(): number {
    return this.#size;
  }

  /** What `findSlot` searches; replaced when it grows. */
  get index(): Int32Array {
    return this.#index;
  }

  /** @returns the slot, −1 where there is none. */
  find(source: number, destination: number, ports: number, synchronizationSource: number): number {
    return findSlot(this.streams.words, this.#index, source, destination, ports, synchronizationSource);
  }

  /** The slot of that key, with a fresh record where there was none. */
  open(
    source: number,
    destination: number,
    ports: number,
    synchronizationSource: number,
    clockRateHz: number,
  ): number {
    const found = this.find(source, destination, ports, synchronizationSource);
    if (found !== EMPTY) return found;
    const slot = this.streams.create(synchronizationSource, clockRateHz);
    const record = slot * WORDS;
    this.streams.words[record + SOURCE] = source;
    this.streams.words[record + DESTINATION] = destination;
    this.streams.words[record + PORTS] = ports;
    this.#size++;
    if (this.#size * 2 > this.#index.length) this.#grow();
    this.#insert(slot);
    return slot;
  }

  /** Whose record a slot is. */
  key(slot: number): StreamKey {
    const words = this.streams.words;
    const record = slot * RECORD_WORDS;
    return {
      source: words[record + SOURCE] as number,
      destination: words[record + DESTINATION] as number,
      ports: words[record + PORTS] as number,
      synchronizationSource: (words[record + SYNCHRONIZATION_SOURCE] as number) >>> 0,
    };
  }

  /** Forgets a stream and gives its record back. */
  close(slot: number): void {
    const index = this.#index;
    const mask = index.length - 1;
    let hole = this.#home(slot);
    while (index[hole] !== slot) {
      if (index[hole] === EMPTY) return;
      hole = (hole + 1) & mask;
    }
    this.#fillHole(hole);
    this.#size--;
    this.streams.release(slot);
  }

  /** Moves later entries of the run up, so that no search stops short of them. */
  #fillHole(from: number): void {
    const index = this.#index;
    const mask = index.length - 1;
    let hole = from;
    for (let next = (hole + 1) & mask; index[next] !== EMPTY; next = (next + 1) & mask) {
      const slot = index[next] as number;
      const distanceFromHome = (next - this.#home(slot)) & mask;
      if (distanceFromHome < ((next - hole) & mask)) continue;
      index[hole] = slot;
      hole = next;
    }
    index[hole] = EMPTY;
  }

  #home(slot: number): number {
    const words = this.streams.words;
    const record = slot * WORDS;
    const hash = hashKey(
      words[record + SOURCE] as number,
      words[record + DESTINATION] as number,
      words[record + PORTS] as number,
      words[record + SYNCHRONIZATION_SOURCE] as number,
    );
    return hash & (this.#index.length - 1);
  }

  #insert(slot: number): void {
    const mask = this.#index.length - 1;
    let entry = this.#home(slot);
    while (this.#index[entry] !== EMPTY) entry = (entry + 1) & mask;
    this.#index[entry] = slot;
  }

  #grow(): void {
    const old = this.#index.slice();
    this.#index = this.#createIndex(old.length * 2).fill(EMPTY);
    for (const slot of old) {
      if (slot !== EMPTY) this.#insert(slot);
    }
  }
}

/** For loops that keep the arrays at hand; −1 where there is none. */
export function findSlot(
  words: Int32Array,
  index: Int32Array,
  source: number,
  destination: number,
  ports: number,
  synchronizationSource: number,
): number {
  const mask = index.length - 1;
  let entry = hashKey(source, destination, ports, synchronizationSource) & mask;
  for (;;) {
    const slot = index[entry] as number;
    if (slot === EMPTY) return EMPTY;
    const record = slot * WORDS;
    if (
      words[record + SYNCHRONIZATION_SOURCE] === (synchronizationSource | 0) &&
      words[record + PORTS] === (ports | 0) &&
      words[record + SOURCE] === (source | 0) &&
      words[record + DESTINATION] === (destination | 0)
    ) {
      return slot;
    }
    entry = (entry + 1) & mask;
  }
}

/** Multiply and fold (the constants of Murmur and its kin); ports and SSRCs alone are too regular. */
function hashKey(source: number, destination: number, ports: number, synchronizationSource: number): number {
  let hash = Math.imul(source, 0x9e3779b1) ^ destination;
  hash = Math.imul(hash, 0x85ebca6b) ^ ports;
  hash = Math.imul(hash, 0xc2b2ae35) ^ synchronizationSource;
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}
