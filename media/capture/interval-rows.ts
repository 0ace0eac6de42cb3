/**
 * What streams counted in each interval of a capture, one row for a stream and an interval in which something
 * was expected or arrived, in one growing array: ten hours of ten thousand streams are no ten million objects.
 */
import { JITTER_CLASSES } from '../receive/pace-constants.ts';
import type { SequenceBreak } from '../receive/sequence-breaks.ts';
import type { IntervalCounters } from '../receive/stream-report.ts';
import type { IntervalRow } from './interval-row.ts';
import {
  ROW_BURST_PACKETS,
  ROW_BURST_UNHEARD,
  ROW_BURSTS,
  ROW_BYTES,
  ROW_DELTA_MAX_US,
  ROW_DISTINCT,
  ROW_DOUBLES,
  ROW_DUPLICATES,
  ROW_EXPECTED,
  ROW_FROM_US,
  ROW_INTERVAL,
  ROW_JITTER_MAX_US,
  ROW_JITTER_PACKETS,
  ROW_JITTER_SUM_US,
  ROW_LATE,
  ROW_LOSS_RUNS,
  ROW_PACKET_TIME_CHANGES,
  ROW_PACKET_TIME_US,
  ROW_PACKETS,
  ROW_REORDERED,
  ROW_ROUND_TRIP_SUM_US,
  ROW_ROUND_TRIPS,
  ROW_SILENCE_US,
  ROW_SKEW_US,
  ROW_SLOT,
} from './row-record.ts';
import type { CourseCounters } from './stream-course.ts';
import type { PauseCounters } from './stream-pauses.ts';

/** The rows of each stream in the order of time, as a chain. */
export interface RowChains {
  /** By slot. */
  readonly first: Int32Array;
  /** By row. */
  readonly next: Int32Array<ArrayBuffer>;
}

/** The end of a chain. */
export const NO_ROW = -1;
const ROWS_MINIMUM = 1024;

/** The rows, and room for more. */
export interface RowArrays {
  readonly doubles: Float64Array<ArrayBuffer>;
  readonly classes: Uint8Array<ArrayBuffer>;
}

function createRowArrays(): RowArrays {
  return {
    doubles: new Float64Array(ROWS_MINIMUM * ROW_DOUBLES),
    classes: new Uint8Array(ROWS_MINIMUM * JITTER_CLASSES),
  };
}

export class IntervalRows {
  #doubles: Float64Array<ArrayBuffer>;
  #classes: Uint8Array<ArrayBuffer>;
  /** The same, four in a word. */
  #fourClasses: Int32Array<ArrayBuffer>;
  #rows = 0;

  /** @param arrays of rows that are to be read; for new ones when left out */
  constructor({ doubles, classes }: RowArrays = createRowArrays()) {
    this.#doubles = doubles;
    this.#classes = classes;
    this.#fourClasses = new Int32Array(classes.buffer);
  }

  get arrays(): RowArrays {
    return { doubles: this.#doubles, classes: this.#classes };
  }

  /** @param classes of all streams; those of the slot are copied */
  add(
    slot: number,
    interval: number,
    counters: IntervalCounters,
    course: CourseCounters,
    trip: { readonly sumUs: number; readonly count: number } | null,
    classes: Uint8Array,
  ): void {
    const base = this.#rows * ROW_DOUBLES;
    if (base === this.#doubles.length) this.#grow();
    const doubles = this.#doubles;
    doubles[base + ROW_SLOT] = slot;
    doubles[base + ROW_INTERVAL] = interval;
    doubles[base + ROW_PACKETS] = counters.packets;
    doubles[base + ROW_BYTES] = counters.bytes;
    doubles[base + ROW_EXPECTED] = counters.expected;
    doubles[base + ROW_DISTINCT] = counters.distinct;
    doubles[base + ROW_DUPLICATES] = counters.duplicates;
    doubles[base + ROW_REORDERED] = counters.reordered;
    doubles[base + ROW_LOSS_RUNS] = counters.lossRuns;
    doubles[base + ROW_JITTER_PACKETS] = counters.jitterPackets;
    doubles[base + ROW_JITTER_SUM_US] = counters.jitterSumUs;
    doubles[base + ROW_JITTER_MAX_US] = counters.jitterMaxUs;
    doubles[base + ROW_ROUND_TRIP_SUM_US] = trip === null ? 0 : trip.sumUs;
    doubles[base + ROW_ROUND_TRIPS] = trip === null ? 0 : trip.count;
    doubles[base + ROW_LATE] = course.late;
    doubles[base + ROW_SILENCE_US] = course.silenceUs;
    doubles[base + ROW_PACKET_TIME_CHANGES] = course.packetTimeChanges;
    doubles[base + ROW_PACKET_TIME_US] = course.packetTimeUs;
    doubles[base + ROW_DELTA_MAX_US] = course.deltaMaxUs;
    doubles[base + ROW_SKEW_US] = course.skewUs;
    doubles[base + ROW_FROM_US] = course.fromUs;
    doubles[base + ROW_BURSTS] = course.bursts;
    doubles[base + ROW_BURST_PACKETS] = course.burstPackets;
    doubles[base + ROW_BURST_UNHEARD] = course.burstUnheard;
    const from = slot * JITTER_CLASSES;
    const at = this.#rows * JITTER_CLASSES;
    for (let place = 0; place < JITTER_CLASSES; place++) {
      this.#classes[at + place] = classes[from + place] as number;
    }
    this.#rows++;
  }

  /** As many rows as `ROW_DOUBLES` numbers and `JITTER_CLASSES` classes each. */
  addAll(doubles: Float64Array, classes: Uint8Array, count: number): void {
    while ((this.#rows + count) * ROW_DOUBLES > this.#doubles.length) this.#grow();
    this.#doubles.set(doubles.subarray(0, count * ROW_DOUBLES), this.#rows * ROW_DOUBLES);
    this.#classes.set(classes.subarray(0, count * JITTER_CLASSES), this.#rows * JITTER_CLASSES);
    this.#rows += count;
  }

  /** When the packet arrived that the row counts from. */
  fromUs(row: number): number {
    return this.#doubles[row * ROW_DOUBLES + ROW_FROM_US] as number;
  }

  get count(): number {
    return this.#rows;
  }

  /** The row of a stream among those from `from` on, which are sorted by slot; −1 where there is none. */
  find(slot: number, from: number): number {
    let [low, high] = [from, this.#rows];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#doubles[middle * ROW_DOUBLES + ROW_SLOT] as number) < slot) low = middle + 1;
      else high = middle;
    }
    return low < this.#rows && this.#doubles[low * ROW_DOUBLES + ROW_SLOT] === slot ? low : NO_ROW;
  }

  /** Of a sequence that is not in one piece. */
  setBreak(row: number, { expectedBefore, strays }: SequenceBreak): void {
    const base = row * ROW_DOUBLES;
    this.#doubles[base + ROW_EXPECTED] = (this.#doubles[base + ROW_EXPECTED] as number) + expectedBefore;
    this.#doubles[base + ROW_DISTINCT] = (this.#doubles[base + ROW_DISTINCT] as number) - strays;
  }

  setPauses(row: number, { silenceUs, packetTimeChanges }: PauseCounters): void {
    this.#doubles[row * ROW_DOUBLES + ROW_SILENCE_US] = silenceUs;
    this.#doubles[row * ROW_DOUBLES + ROW_PACKET_TIME_CHANGES] = packetTimeChanges;
  }

  /** Once, when there are all: from then on a row holds only what its own interval counted. */
  chains(slots: number): RowChains {
    const first = new Int32Array(slots).fill(NO_ROW);
    const next = new Int32Array(this.#rows);
    for (let row = this.#rows - 1; row >= 0; row--) {
      const slot = this.#doubles[row * ROW_DOUBLES + ROW_SLOT] as number;
      const after = first[slot] as number;
      if (after !== NO_ROW) this.#subtract(after, row);
      next[row] = after;
      first[slot] = row;
    }
    return { first, next };
  }

  /** What is counted from the beginning of the stream becomes what the row's own interval counted. */
  #subtract(row: number, before: number): void {
    const doubles = this.#doubles;
    for (let place = ROW_PACKETS; place <= ROW_BURST_UNHEARD; place++) {
      const at = row * ROW_DOUBLES + place;
      doubles[at] = (doubles[at] as number) - (doubles[before * ROW_DOUBLES + place] as number);
    }
  }

  /** In which interval it lies. */
  interval(row: number): number {
    return this.#doubles[row * ROW_DOUBLES + ROW_INTERVAL] as number;
  }

  /** To the sum of neighboring rows before it; without its classes, which only who describes it needs. */
  addTo(sum: IntervalRow, row: number): void {
    const doubles = this.#doubles;
    const base = row * ROW_DOUBLES;
    sum.packets += doubles[base + ROW_PACKETS] as number;
    sum.bytes += doubles[base + ROW_BYTES] as number;
    sum.expected += doubles[base + ROW_EXPECTED] as number;
    sum.distinct += doubles[base + ROW_DISTINCT] as number;
    sum.duplicates += doubles[base + ROW_DUPLICATES] as number;
    sum.reordered += doubles[base + ROW_REORDERED] as number;
    sum.lossRuns += doubles[base + ROW_LOSS_RUNS] as number;
    sum.jitterPackets += doubles[base + ROW_JITTER_PACKETS] as number;
    sum.jitterSumUs += doubles[base + ROW_JITTER_SUM_US] as number;
    sum.jitterMaxUs = Math.max(sum.jitterMaxUs, doubles[base + ROW_JITTER_MAX_US] as number);
    sum.roundTripSumUs += doubles[base + ROW_ROUND_TRIP_SUM_US] as number;
    sum.roundTrips += doubles[base + ROW_ROUND_TRIPS] as number;
    sum.late += doubles[base + ROW_LATE] as number;
    sum.silenceUs += doubles[base + ROW_SILENCE_US] as number;
    sum.packetTimeChanges += doubles[base + ROW_PACKET_TIME_CHANGES] as number;
    sum.packetTimeUs = (doubles[base + ROW_PACKET_TIME_US] as number) || sum.packetTimeUs;
    sum.deltaMaxUs = Math.max(sum.deltaMaxUs, doubles[base + ROW_DELTA_MAX_US] as number);
    sum.skewUs += doubles[base + ROW_SKEW_US] as number;
    sum.bursts += doubles[base + ROW_BURSTS] as number;
    sum.burstPackets += doubles[base + ROW_BURST_PACKETS] as number;
    sum.burstUnheard += doubles[base + ROW_BURST_UNHEARD] as number;
  }

  addClasses(sum: IntervalRow, row: number): void {
    const classes = this.#classes;
    const sums = sum.jitterClasses;
    const from = row * JITTER_CLASSES;
    for (let four = 0; four < JITTER_CLASSES; four += 4) {
      // Most are empty.
      if (this.#fourClasses[(from + four) >>> 2] === 0) continue;
      for (let place = four; place < four + 4; place++) {
        const packets = classes[from + place] as number;
        sums[place] = (sums[place] as number) + packets;
        sum.classedPackets += packets;
      }
    }
  }

  #grow(): void {
    const doubles = new Float64Array(this.#doubles.length * 2);
    doubles.set(this.#doubles);
    this.#doubles = doubles;
    const classes = new Uint8Array(this.#classes.length * 2);
    classes.set(this.#classes);
    this.#classes = classes;
    this.#fourClasses = new Int32Array(classes.buffer);
  }
}
