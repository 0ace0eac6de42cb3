/**
 * By how much more the clocks of senders went on than that of the capture, and when their streams began: both are
 * counted from the first packet, mostly. What begins otherwise is kept apart.
 */
import type { ReceiveStreams } from '../receive/receive-stream.ts';
import {
  DOUBLE_LAST_ARRIVAL_US,
  RECORD_DOUBLES,
  RECORD_WORDS,
  WORD_CLOCK_RATE_HZ,
  WORD_LAST_TIMESTAMP,
  WORD_SKEW_TIMESTAMP,
} from '../receive/stream-record.ts';

export interface SkewCounters {
  /** When the packet arrived that the interval counts from; Infinity where there was none. */
  readonly fromUs: number;
  readonly skewUs: number;
}

export class StreamSkew {
  readonly #streams: ReceiveStreams;
  /**
   * By slot: when the packet arrived that the skew of the interval is counted from, Infinity while there is none; with
   * a minus sign from the first row of the stream on.
   */
  #sinceUs: Float64Array;
  /** By slot, of streams whose first packet is not the one that the first row counts from. */
  readonly #beginsUs = new Map<number, number>();

  /** @param sinceUs with room for all streams there may be */
  constructor(streams: ReceiveStreams, sinceUs: Float64Array = new Float64Array(64)) {
    this.#streams = streams;
    this.#sinceUs = sinceUs;
  }

  /** Of each slot. */
  get slotBytes(): number {
    return this.#sinceUs.BYTES_PER_ELEMENT;
  }

  /** A slot is given to a new stream. */
  begin(slot: number, arrivalUs: number): void {
    if (slot >= this.#sinceUs.length) this.#grow();
    this.#sinceUs[slot] = Number.POSITIVE_INFINITY;
    this.#beginsUs.set(slot, arrivalUs);
  }

  /** From this packet on. */
  refer(slot: number, timestamp: number, arrivalUs: number): void {
    const sinceUs = this.#sinceUs[slot] as number;
    const hasRow = sinceUs < 0 || Object.is(sinceUs, -0);
    if (!hasRow && sinceUs < Number.POSITIVE_INFINITY && !this.#beginsUs.has(slot)) {
      this.#beginsUs.set(slot, sinceUs);
    }
    if (!hasRow && this.#beginsUs.get(slot) === arrivalUs) this.#beginsUs.delete(slot);
    this.#sinceUs[slot] = hasRow ? -arrivalUs : arrivalUs;
    this.#streams.words[slot * RECORD_WORDS + WORD_SKEW_TIMESTAMP] = timestamp;
  }

  /** Of the interval, which ends with it and gets a row. */
  take(slot: number): SkewCounters {
    const { words, doubles } = this.#streams;
    const record = slot * RECORD_WORDS;
    const fromUs = Math.abs(this.#sinceUs[slot] as number);
    const lastArrivalUs = doubles[slot * RECORD_DOUBLES + DOUBLE_LAST_ARRIVAL_US] as number;
    const lastTimestamp = words[record + WORD_LAST_TIMESTAMP] as number;
    const unitUs = 1e6 / (words[record + WORD_CLOCK_RATE_HZ] as number);
    const hasSkew = lastArrivalUs >= 0 && fromUs < Number.POSITIVE_INFINITY;
    const sentUs = ((lastTimestamp - (words[record + WORD_SKEW_TIMESTAMP] as number)) | 0) * unitUs;
    this.#sinceUs[slot] = lastArrivalUs >= 0 ? -lastArrivalUs : Number.NEGATIVE_INFINITY;
    words[record + WORD_SKEW_TIMESTAMP] = lastTimestamp;
    return { fromUs, skewUs: hasSkew ? sentUs - (lastArrivalUs - fromUs) : 0 };
  }

  /**
   * When the first packet arrived.
   * @param fromUs of its first row; left out while it has none
   */
  beginUs(slot: number, fromUs = this.#sinceUs[slot] as number): number {
    return this.#beginsUs.get(slot) ?? fromUs;
  }

  #grow(): void {
    const sinceUs = new Float64Array(this.#sinceUs.length * 2);
    sinceUs.set(this.#sinceUs);
    this.#sinceUs = sinceUs;
  }
}
