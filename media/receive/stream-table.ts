/**
 * Finds the record of a stream by who sends to whom: open addressing, the keys in the records themselves, so
 * that the comparison brings in the cache line the counting needs.
 *
 * A key is four 32-bit words. For a capture: source and destination address (IPv4 as it is, others by a number
 * of their own), the two ports, the SSRC. In the records they stand in the bytes of a packet. The same SSRC from
 * another address is another stream, so a collision (RFC 3550 §8.2) mixes nothing up.
 *
 * An entry of the index is a slot with the upper bits of its hash above, so that other streams of the same place
 * are passed over without a look at their records.
 */
import { packetWord } from './packet-word.ts';
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
/** 2^20 − 1 slots: with all bits set an entry would be an empty one. */
const SLOT_MASK = 0xf_ffff;
const TAG_MASK = ~SLOT_MASK;
/** Of 16 KiB: who counts without asking is stopped each time an index grows. */
const INDEX_ENTRIES_MINIMUM = 4096;

export interface StreamKey {
  readonly source: number;
  readonly destination: number;
  readonly ports: number;
  /** Unsigned; the others are signed words, as they are compared. */
  readonly synchronizationSource: number;
}

/** Records that begin with a key; all of the length of a stream's. */
export interface KeyedRecords {
  readonly words: Int32Array;
  /** With the SSRC in it; the table writes the rest of the key. */
  create(synchronizationSource: number, clockRateHz: number): number;
  /** So many were created by somebody else, in turn. */
  adopt?(slots: number): void;
  /** Takes a record back, where that may be. */
  release?(slot: number): void;
}

export class StreamTable<Records extends KeyedRecords = ReceiveStreams> {
  readonly streams: Records;
  /** Slots by hash, a power of two, at most half full. */
  #index: Int32Array;
  #size = 0;
  readonly #createIndex: (entries: number) => Int32Array;

  /**
   * @param createIndex memory for so many entries; may be the same each time, for the index only grows
   * @param entries to begin with; a power of two
   */
  constructor(
    streams: Records,
    createIndex = (entries: number): Int32Array => new Int32Array(entries),
    entries = INDEX_ENTRIES_MINIMUM,
  ) {
    this.streams = streams;
    this.#createIndex = createIndex;
    this.#index = createIndex(entries).fill(EMPTY);
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
    return findKey(
      this.streams.words,
      this.#index,
      packetWord(source),
      packetWord(destination),
      packetWord(ports),
      packetWord(synchronizationSource),
    );
  }

  /** The slot of that key, with a fresh record where there was none. */
  open(
    source: number,
    destination: number,
    ports: number,
    synchronizationSource: number,
    clockRateHz = 0,
  ): number {
    const found = this.find(source, destination, ports, synchronizationSource);
    if (found !== EMPTY) return found;
    const slot = this.streams.create(synchronizationSource, clockRateHz);
    const record = slot * WORDS;
    this.streams.words[record + SOURCE] = packetWord(source);
    this.streams.words[record + DESTINATION] = packetWord(destination);
    this.streams.words[record + PORTS] = packetWord(ports);
    this.#size++;
    if (this.#size * 2 > this.#index.length) this.#grow();
    this.#insert(slot);
    return slot;
  }

  /** Somebody who writes into the same memory created so many records in turn, and put them into the index. */
  adopt(size: number): void {
    this.#size = size;
    this.streams.adopt?.(size);
  }

  /** How many records there may be before the index has to grow. */
  get room(): number {
    return this.#index.length / 2;
  }

  /** Whose record a slot is. */
  key(slot: number): StreamKey {
    const words = this.streams.words;
    const record = slot * RECORD_WORDS;
    return {
      source: packetWord(words[record + SOURCE] as number),
      destination: packetWord(words[record + DESTINATION] as number),
      ports: packetWord(words[record + PORTS] as number),
      synchronizationSource: packetWord(words[record + SYNCHRONIZATION_SOURCE] as number) >>> 0,
    };
  }

  /** Forgets a stream and gives its record back. */
  close(slot: number): void {
    const index = this.#index;
    const mask = index.length - 1;
    const hash = this.#hash(slot);
    const entry = (hash & TAG_MASK) | slot;
    let hole = hash & mask;
    while (index[hole] !== entry) {
      if (index[hole] === EMPTY) return;
      hole = (hole + 1) & mask;
    }
    this.#fillHole(hole);
    this.#size--;
    this.streams.release?.(slot);
  }

  /** Moves later entries of the run up, so that no search stops short of them. */
  #fillHole(from: number): void {
    const index = this.#index;
    const mask = index.length - 1;
    let hole = from;
    for (let next = (hole + 1) & mask; index[next] !== EMPTY; next = (next + 1) & mask) {
      const entry = index[next] as number;
      const distanceFromHome = (next - this.#hash(entry & SLOT_MASK)) & mask;
      if (distanceFromHome < ((next - hole) & mask)) continue;
      index[hole] = entry;
      hole = next;
    }
    index[hole] = EMPTY;
  }

  #hash(slot: number): number {
    const words = this.streams.words;
    const record = slot * WORDS;
    return hashKey(
      words[record + SOURCE] as number,
      words[record + DESTINATION] as number,
      words[record + PORTS] as number,
      words[record + SYNCHRONIZATION_SOURCE] as number,
    );
  }

  #insert(slot: number): void {
    const mask = this.#index.length - 1;
    const hash = this.#hash(slot);
    let place = hash & mask;
    while (this.#index[place] !== EMPTY) place = (place + 1) & mask;
    this.#index[place] = (hash & TAG_MASK) | slot;
  }

  #grow(): void {
    const old = this.#index.slice();
    this.#index = this.#createIndex(old.length * 2).fill(EMPTY);
    for (const entry of old) {
      if (entry !== EMPTY) this.#insert(entry & SLOT_MASK);
    }
  }
}

/** With all as packet words. */
function findKey(
  words: Int32Array,
  index: Int32Array,
  source: number,
  destination: number,
  ports: number,
  synchronizationSource: number,
): number {
  const hash = hashKey(source, destination, ports, synchronizationSource);
  const home = homeEntry(index, hash);
  return findSlot(words, index, home, hash, source, destination, ports, synchronizationSource);
}

/** Either of the first two places, by its tag and without a branch, which would be mispredicted as often as not. */
export function homeEntry(index: Int32Array, hash: number): number {
  const mask = index.length - 1;
  const first = index[hash & mask] as number;
  const second = index[(hash + 1) & mask] as number;
  const difference = (first ^ hash) & TAG_MASK;
  const isSecond = (difference | -difference) >> 31;
  return (first & ~isSecond) | (second & isSecond);
}

/**
 * For loops that keep the arrays at hand, with all as packet words; −1 where there is none.
 * @param home what `homeEntry` says: mostly the right one
 */
export function findSlot(
  words: Int32Array,
  index: Int32Array,
  home: number,
  hash: number,
  source: number,
  destination: number,
  ports: number,
  synchronizationSource: number,
): number {
  let place = hash;
  for (let entry = home; entry !== EMPTY; ) {
    const slot = entry & SLOT_MASK;
    const record = slot * WORDS;
    // One branch for all.
    const difference =
      ((words[record + SYNCHRONIZATION_SOURCE] as number) ^ synchronizationSource) |
      ((words[record + PORTS] as number) ^ ports) |
      ((words[record + SOURCE] as number) ^ source) |
      ((words[record + DESTINATION] as number) ^ destination);
    if (difference === 0) return slot;
    do {
      entry = index[place & (index.length - 1)] as number;
      place = (place + 1) | 0;
    } while (((entry ^ hash) & TAG_MASK) !== 0 && entry !== EMPTY);
  }
  return EMPTY;
}

/** Multiply and fold (the constants of Murmur and its kin); ports and SSRCs alone are too regular. */
export function hashKey(
  source: number,
  destination: number,
  ports: number,
  synchronizationSource: number,
): number {
  let hash = Math.imul(source, 0x9e3779b1) ^ destination;
  hash = Math.imul(hash, 0x85ebca6b) ^ ports;
  hash = Math.imul(hash, 0xc2b2ae35) ^ synchronizationSource;
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}
