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

const COLUMNS = [
  'interval',
  'packets',
  'bytes',
  'expected',
  'distinct',
  'duplicates',
  'reordered',
  'lossRuns',
  'jitterPackets',
  'jitterSumUs',
  'jitterMaxUs',
  'roundTripSumUs',
  'roundTrips',
  'late',
  'silenceUs',
  'packetTimeChanges',
  'packetTimeUs',
  'deltaMaxUs',
  'skewUs',
  'bursts',
  'burstPackets',
  'burstUnheard',
] as const;
/** The slot of the stream stands before them. */
const ROW_DOUBLES = COLUMNS.length + 1;
const ROWS_MINIMUM = 64;

export class IntervalRows {
  #doubles = new Float64Array(ROWS_MINIMUM * ROW_DOUBLES);
  #classes = new Uint8Array(ROWS_MINIMUM * JITTER_CLASSES);
  #rows = 0;

  add(slot: number, row: IntervalRow): void {
    const base = this.#rows * ROW_DOUBLES;
    if (base === this.#doubles.length) {
      const grown = new Float64Array(this.#doubles.length * 2);
      grown.set(this.#doubles);
      this.#doubles = grown;
      const grownClasses = new Uint8Array(this.#classes.length * 2);
      grownClasses.set(this.#classes);
      this.#classes = grownClasses;
    }
    this.#doubles[base] = slot;
    for (const [index, column] of COLUMNS.entries()) this.#doubles[base + 1 + index] = row[column];
    this.#classes.set(row.jitterClasses, this.#rows * JITTER_CLASSES);
    this.#rows++;
  }

  /** All rows by slot, each stream's in the order of time. */
  bySlot(): Map<number, IntervalRow[]> {
    const rows = new Map<number, IntervalRow[]>();
    for (let index = 0; index < this.#rows; index++) {
      const base = index * ROW_DOUBLES;
      const slot = this.#doubles[base] as number;
      const row = this.#read(base + 1, index);
      const known = rows.get(slot);
      if (known === undefined) rows.set(slot, [row]);
      else known.push(row);
    }
    return rows;
  }

  #read(base: number, row: number): IntervalRow {
    const at = (index: number): number => this.#doubles[base + index] as number;
    return {
      interval: at(0),
      packets: at(1),
      bytes: at(2),
      expected: at(3),
      distinct: at(4),
      duplicates: at(5),
      reordered: at(6),
      lossRuns: at(7),
      jitterPackets: at(8),
      jitterSumUs: at(9),
      jitterMaxUs: at(10),
      roundTripSumUs: at(11),
      roundTrips: at(12),
      late: at(13),
      silenceUs: at(14),
      packetTimeChanges: at(15),
      packetTimeUs: at(16),
      deltaMaxUs: at(17),
      skewUs: at(18),
      bursts: at(19),
      burstPackets: at(20),
      burstUnheard: at(21),
      jitterClasses: this.#classes.subarray(row * JITTER_CLASSES, (row + 1) * JITTER_CLASSES),
    };
  }
}

/** One row in place of several neighboring ones; null for none. */
export function mergeRows(rows: readonly IntervalRow[], interval: number): IntervalRow | null {
  const [first, ...others] = rows;
  if (first === undefined) return null;
  return others.reduce<IntervalRow>(
    (sum, row) => ({
      interval,
      packets: sum.packets + row.packets,
      bytes: sum.bytes + row.bytes,
      expected: sum.expected + row.expected,
      distinct: sum.distinct + row.distinct,
      duplicates: sum.duplicates + row.duplicates,
      reordered: sum.reordered + row.reordered,
      lossRuns: sum.lossRuns + row.lossRuns,
      jitterPackets: sum.jitterPackets + row.jitterPackets,
      jitterSumUs: sum.jitterSumUs + row.jitterSumUs,
      jitterMaxUs: Math.max(sum.jitterMaxUs, row.jitterMaxUs),
      roundTripSumUs: sum.roundTripSumUs + row.roundTripSumUs,
      roundTrips: sum.roundTrips + row.roundTrips,
      late: sum.late + row.late,
      silenceUs: sum.silenceUs + row.silenceUs,
      packetTimeChanges: sum.packetTimeChanges + row.packetTimeChanges,
      packetTimeUs: row.packetTimeUs || sum.packetTimeUs,
      deltaMaxUs: Math.max(sum.deltaMaxUs, row.deltaMaxUs),
      skewUs: sum.skewUs + row.skewUs,
      bursts: sum.bursts + row.bursts,
      burstPackets: sum.burstPackets + row.burstPackets,
      burstUnheard: sum.burstUnheard + row.burstUnheard,
      jitterClasses: addClasses(sum.jitterClasses, row.jitterClasses),
    }),
    { ...first, interval },
  );
}

function addClasses(one: ArrayLike<number>, other: ArrayLike<number>): number[] {
  return Array.from({ length: JITTER_CLASSES }, (_, place) => (one[place] ?? 0) + (other[place] ?? 0));
}
