/**
 * Received packets in the order of their sequence numbers until they are played. It stores and sorts; when a
 * packet is due is for `playout.ts` to say.
 */
import type { AudioDecoder } from '../codec/audio-codec.ts';

/** What became of a packet. */
export type Insertion = 'stored' | 'late' | 'duplicate';

/** 32 packets are 320 ms of the shortest packets in use (10 ms), more than any delay we wait for. */
const CAPACITY = 32;
const SLOT_MASK = CAPACITY - 1;
/** One packet of 20 ms; a longer one makes all slots longer. */
const SLOT_LENGTH_MINIMUM = 160;

export class JitterBuffer {
  /**
   * By slot: when it begins and how long it is, in samples; what is in it; and how it is decoded, null for what is
   * not audio. Plain arrays, since legs come and go and memory outside the heap costs a microsecond each to get and
   * to free.
   */
  readonly timestamps: number[] = new Array(CAPACITY).fill(0);
  readonly durations: number[] = new Array(CAPACITY).fill(0);
  readonly lengths: number[] = new Array(CAPACITY).fill(0);
  readonly codecs: (AudioDecoder | null)[] = new Array(CAPACITY).fill(null);
  readonly #isOccupied: boolean[] = new Array(CAPACITY).fill(false);
  /** Made with the first packet: many a leg is closed before it. */
  #payloads = new Uint8Array(0);
  #slotLength = 0;
  #count = 0;
  /** The first sequence number that was not taken out yet. */
  #nextSequenceNumber = 0;
  #hasStarted = false;
  #hasTaken = false;

  /** All payloads; that of a slot begins at `payloadOffset(slot)`. */
  get payloads(): Uint8Array {
    return this.#payloads;
  }

  get count(): number {
    return this.#count;
  }

  payloadOffset(slot: number): number {
    return slot * this.#slotLength;
  }

  /** Copies the packet in. A jump beyond the capacity drops what is stored: it could not be played in time. */
  insert(
    sequenceNumber: number,
    timestamp: number,
    codec: AudioDecoder | null,
    payload: Uint8Array,
    offset: number,
    length: number,
    duration = length,
  ): Insertion {
    if (!this.#hasStarted) this.#nextSequenceNumber = sequenceNumber;
    this.#hasStarted = true;
    const ahead = this.#distance(sequenceNumber);
    if (ahead < 0) {
      // Overtaken by the very first packet, but nothing was played yet: it is still in time.
      if (this.#hasTaken || !this.#canBeginAt(sequenceNumber)) return 'late';
      this.#nextSequenceNumber = sequenceNumber;
    } else if (ahead >= CAPACITY) {
      this.clear();
      this.#hasStarted = true;
      this.#nextSequenceNumber = sequenceNumber;
    }
    const slot = sequenceNumber & SLOT_MASK;
    if (this.#isOccupied[slot] === true) return 'duplicate';
    if (length > this.#slotLength) this.#lengthenSlots(Math.max(length, SLOT_LENGTH_MINIMUM));
    this.#store(slot, timestamp, codec, payload, offset, length);
    this.durations[slot] = duration;
    return 'stored';
  }

  /** Slot of the earliest packet, −1 when there is none. */
  peek(): number {
    if (this.#count === 0) return -1;
    let slot = this.#nextSequenceNumber & SLOT_MASK;
    while (this.#isOccupied[slot] === false) slot = (slot + 1) & SLOT_MASK;
    return slot;
  }

  /** Takes the earliest packet out; what is missing before it will be late from now on. */
  take(): void {
    const slot = this.peek();
    if (slot < 0) return;
    const skipped = (slot - this.#nextSequenceNumber) & SLOT_MASK;
    this.#nextSequenceNumber = (this.#nextSequenceNumber + skipped + 1) & 0xffff;
    this.#isOccupied[slot] = false;
    this.#count--;
    this.#hasTaken = true;
  }

  /** Forgets everything; the next packet begins anew. */
  clear(): void {
    this.#isOccupied.fill(false);
    this.#count = 0;
    this.#hasStarted = false;
    this.#hasTaken = false;
  }

  #distance(sequenceNumber: number): number {
    return ((sequenceNumber - this.#nextSequenceNumber) << 16) >> 16;
  }

  /** Whether everything stored stays within reach of an earlier beginning. */
  #canBeginAt(sequenceNumber: number): boolean {
    for (let behind = this.#distance(sequenceNumber) + CAPACITY; behind < CAPACITY; behind++) {
      if (behind < 0) return false;
      if (this.#isOccupied[(this.#nextSequenceNumber + behind) & SLOT_MASK] === true) return false;
    }
    return true;
  }

  #store(
    slot: number,
    timestamp: number,
    codec: AudioDecoder | null,
    payload: Uint8Array,
    offset: number,
    length: number,
  ): void {
    const start = slot * this.#slotLength;
    for (let index = 0; index < length; index++) {
      this.#payloads[start + index] = payload[offset + index] as number;
    }
    this.timestamps[slot] = timestamp;
    this.lengths[slot] = length;
    this.codecs[slot] = codec;
    this.#isOccupied[slot] = true;
    this.#count++;
  }

  #lengthenSlots(length: number): void {
    const payloads = new Uint8Array(CAPACITY * length);
    for (let slot = 0; slot < CAPACITY; slot++) {
      const start = slot * this.#slotLength;
      payloads.set(this.#payloads.subarray(start, start + this.#slotLength), slot * length);
    }
    this.#payloads = payloads;
    this.#slotLength = length;
  }
}
