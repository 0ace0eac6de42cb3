/**
 * What streams counted in each interval of a capture, one row for a stream and an interval in which something
 * was expected or arrived, in one growing array: ten hours of ten thousand streams are no ten million objects.
 */
import { JITTER_CLASSES } from '../receive/pace-constants.ts';
import type { IntervalCounters } from '../receive/stream-report.ts';
import type { CourseCounters } from './stream-course.ts';

/** One row as somebody reads it. */
export interface IntervalRow extends IntervalCounters, CourseCounters {
  /** Intervals since the beginning of the capture. */
  readonly interval: number;
  /** Sum and number of round-trip times that RTCP told. */
  readonly roundTripSumUs: number;
  readonly roundTrips: number;
  /** See `jitter-classes.ts`. */
  readonly jitterClasses: ArrayLike<number>;
}

/** The slot of the stream, then the numbers of a row in the order in which `add` writes them. */
const ROW_DOUBLES = 23;
const ROWS_MINIMUM = 64;
const NO_ROW = -1;

export class IntervalRows {
  #doubles = new Float64Array(ROWS_MINIMUM * ROW_DOUBLES);
  #classes = new Uint8Array(ROWS_MINIMUM * JITTER_CLASSES);
  #rows = 0;

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
    doubles[base] = slot;
    doubles[base + 1] = interval;
    doubles[base + 2] = counters.packets;
    doubles[base + 3] = counters.bytes;
    doubles[base + 4] = counters.expected;
    doubles[base + 5] = counters.distinct;
    doubles[base + 6] = counters.duplicates;
    doubles[base + 7] = counters.reordered;
    doubles[base + 8] = counters.lossRuns;
    doubles[base + 9] = counters.jitterPackets;
    doubles[base + 10] = counters.jitterSumUs;
    doubles[base + 11] = counters.jitterMaxUs;
    doubles[base + 12] = trip === null ? 0 : trip.sumUs;
    doubles[base + 13] = trip === null ? 0 : trip.count;
    doubles[base + 14] = course.late;
    doubles[base + 15] = course.silenceUs;
    doubles[base + 16] = course.packetTimeChanges;
    doubles[base + 17] = course.packetTimeUs;
    doubles[base + 18] = course.deltaMaxUs;
    doubles[base + 19] = course.skewUs;
    doubles[base + 20] = course.bursts;
    doubles[base + 21] = course.burstPackets;
    doubles[base + 22] = course.burstUnheard;
    const from = slot * JITTER_CLASSES;
    const at = this.#rows * JITTER_CLASSES;
    for (let place = 0; place < JITTER_CLASSES; place++) {
      this.#classes[at + place] = classes[from + place] as number;
    }
    this.#rows++;
  }

  /**
   * What gives the rows of a stream, in the order of time, one stream after the other: all at once they would
   * outlive the young generation.
   */
  bySlot(slots: number): (slot: number) => IntervalRow[] {
    const last = new Int32Array(slots).fill(NO_ROW);
    const before = new Int32Array(this.#rows);
    for (let row = 0; row < this.#rows; row++) {
      const slot = this.#doubles[row * ROW_DOUBLES] as number;
      before[row] = last[slot] as number;
      last[slot] = row;
    }
    return (slot) => {
      const rows: IntervalRow[] = [];
      for (let row = last[slot] as number; row !== NO_ROW; row = before[row] as number)
        rows.push(this.#read(row));
      return rows.reverse();
    };
  }

  #read(row: number): IntervalRow {
    const doubles = this.#doubles;
    const base = row * ROW_DOUBLES;
    return {
      interval: doubles[base + 1] as number,
      packets: doubles[base + 2] as number,
      bytes: doubles[base + 3] as number,
      expected: doubles[base + 4] as number,
      distinct: doubles[base + 5] as number,
      duplicates: doubles[base + 6] as number,
      reordered: doubles[base + 7] as number,
      lossRuns: doubles[base + 8] as number,
      jitterPackets: doubles[base + 9] as number,
      jitterSumUs: doubles[base + 10] as number,
      jitterMaxUs: doubles[base + 11] as number,
      roundTripSumUs: doubles[base + 12] as number,
      roundTrips: doubles[base + 13] as number,
      late: doubles[base + 14] as number,
      silenceUs: doubles[base + 15] as number,
      packetTimeChanges: doubles[base + 16] as number,
      packetTimeUs: doubles[base + 17] as number,
      deltaMaxUs: doubles[base + 18] as number,
      skewUs: doubles[base + 19] as number,
      bursts: doubles[base + 20] as number,
      burstPackets: doubles[base + 21] as number,
      burstUnheard: doubles[base + 22] as number,
      jitterClasses: this.#classes.subarray(row * JITTER_CLASSES, (row + 1) * JITTER_CLASSES),
    };
  }

  #grow(): void {
    const doubles = new Float64Array(this.#doubles.length * 2);
    doubles.set(this.#doubles);
    this.#doubles = doubles;
    const classes = new Uint8Array(this.#classes.length * 2);
    classes.set(this.#classes);
    this.#classes = classes;
  }
}

/** One row in place of several neighboring ones, or of one; null for none. */
export function mergeRows(rows: readonly IntervalRow[], interval: number): IntervalRow | null {
  const first = rows[0];
  if (first === undefined) return null;
  if (rows.length === 1 && first.interval === interval) return first;
  const sum: { -readonly [Column in keyof IntervalRow]: IntervalRow[Column] } = { ...first };
  sum.interval = interval;
  for (let index = 1; index < rows.length; index++) {
    const row = rows[index] as IntervalRow;
    sum.packets += row.packets;
    sum.bytes += row.bytes;
    sum.expected += row.expected;
    sum.distinct += row.distinct;
    sum.duplicates += row.duplicates;
    sum.reordered += row.reordered;
    sum.lossRuns += row.lossRuns;
    sum.jitterPackets += row.jitterPackets;
    sum.jitterSumUs += row.jitterSumUs;
    sum.jitterMaxUs = Math.max(sum.jitterMaxUs, row.jitterMaxUs);
    sum.roundTripSumUs += row.roundTripSumUs;
    sum.roundTrips += row.roundTrips;
    sum.late += row.late;
    sum.silenceUs += row.silenceUs;
    sum.packetTimeChanges += row.packetTimeChanges;
    sum.packetTimeUs = row.packetTimeUs || sum.packetTimeUs;
    sum.deltaMaxUs = Math.max(sum.deltaMaxUs, row.deltaMaxUs);
    sum.skewUs += row.skewUs;
    sum.bursts += row.bursts;
    sum.burstPackets += row.burstPackets;
    sum.burstUnheard += row.burstUnheard;
    sum.jitterClasses = addClasses(sum.jitterClasses, row.jitterClasses);
  }
  return sum;
}

function addClasses(one: ArrayLike<number>, other: ArrayLike<number>): Float64Array {
  const sum = new Float64Array(JITTER_CLASSES);
  for (let place = 0; place < JITTER_CLASSES; place++) sum[place] = (one[place] ?? 0) + (other[place] ?? 0);
  return sum;
}
