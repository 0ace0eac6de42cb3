/**
 * What streams counted in each interval of a capture, one row for a stream and an interval in which something
 * was expected or arrived, in one growing array: ten hours of ten thousand streams are no ten million objects.
 */
import type { IntervalCounters } from '../receive/stream-report.ts';

/** One row as somebody reads it. */
export interface IntervalRow extends IntervalCounters {
  /** Intervals since the beginning of the capture. */
  readonly interval: number;
  /** Sum and number of round-trip times that RTCP told. */
  readonly roundTripSumUs: number;
  readonly roundTrips: number;
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
] as const;
/** The slot of the stream stands before them. */
const ROW_DOUBLES = COLUMNS.length + 1;
const ROWS_MINIMUM = 64;

export class IntervalRows {
  #doubles = new Float64Array(ROWS_MINIMUM * ROW_DOUBLES);
  #rows = 0;

  add(slot: number, row: IntervalRow): void {
    const base = this.#rows * ROW_DOUBLES;
    if (base === this.#doubles.length) {
      const grown = new Float64Array(this.#doubles.length * 2);
      grown.set(this.#doubles);
      this.#doubles = grown;
    }
    this.#doubles[base] = slot;
    for (const [index, column] of COLUMNS.entries()) this.#doubles[base + 1 + index] = row[column];
    this.#rows++;
  }

  /** All rows by slot, each stream's in the order of time. */
  bySlot(): Map<number, IntervalRow[]> {
    const rows = new Map<number, IntervalRow[]>();
    for (let index = 0; index < this.#rows; index++) {
      const base = index * ROW_DOUBLES;
      const slot = this.#doubles[base] as number;
      const row = this.#read(base + 1);
      const known = rows.get(slot);
      if (known === undefined) rows.set(slot, [row]);
      else known.push(row);
    }
    return rows;
  }

  #read(base: number): IntervalRow {
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
    }),
    { ...first, interval },
  );
}
