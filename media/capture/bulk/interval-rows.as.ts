import { JITTER_CLASSES } from '../../receive/pace-constants';
import {
  DOUBLE_JITTER_MAX,
  DOUBLE_JITTER_SUM,
  DOUBLE_LAST_ARRIVAL_US,
  RECORD_BYTES,
  WORD_BASE_SEQUENCE,
  WORD_BYTES,
  WORD_CLOCK_RATE_HZ,
  WORD_DELTA_MAX_US,
  WORD_DUPLICATES,
  WORD_HIGHEST_SEQUENCE,
  WORD_JITTER_PACKETS,
  WORD_LAST_TIMESTAMP,
  WORD_LOSS_RUNS,
  WORD_NEXT_HEADER,
  WORD_PACKET_TIME,
  WORD_PACKETS,
  WORD_REORDERED,
  WORD_SKEW_TIMESTAMP,
} from '../../receive/stream-record';
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
} from '../row-record';
import { settleRun } from './count-packet.as';
import { readLosses } from './loss-runs.as';
import {
  CLASSES_AT,
  RECORDS_AT,
  ROW_CLASSES_AT,
  ROWS_AT,
  ROWS_COUNT_AT,
  ROWS_MAXIMUM,
  SKEW_SINCE_US_AT,
  READ_LOSSES_AT,
} from './memory-layout';
import { findTrips, tripCount, tripSumUs } from './rtcp.as';

/**
 * Ends the interval of the streams in the slots from `from` on: what interval-end.ts does, of streams that nobody
 * vouches for. Writes as many rows as there is room for; to be called again with what it returns.
 * @returns the first slot that was not looked at
 */
export function addRows(from: i32, slots: i32, interval: f64, believedPackets: i32): i32 {
  let rows = 0;
  let slot = from;
  for (; slot < slots && rows < ROWS_MAXIMUM; slot++) {
    const record: usize = RECORDS_AT + <usize>slot * RECORD_BYTES;
    const awaited = load<i32>(record, WORD_NEXT_HEADER * 4);
    if (awaited != 0) settleRun(record, awaited);
    const packets = load<i32>(record, WORD_PACKETS * 4);
    // Each packet has bytes, and those are of the interval.
    if (packets < believedPackets || load<i32>(record, WORD_BYTES * 4) == 0) continue;
    const row: usize = ROWS_AT + <usize>rows * ROW_DOUBLES * 8;
    const unitUs = 1e6 / <f64>load<i32>(record, WORD_CLOCK_RATE_HZ * 4);
    store<f64>(row, <f64>slot, ROW_SLOT * 8);
    store<f64>(row, interval, ROW_INTERVAL * 8);
    takeCounters(row, record, unitUs);
    takeTrips(row, record);
    takeCourse(row, record, slot, unitUs);
    takeClasses(ROW_CLASSES_AT + <usize>rows * JITTER_CLASSES, slot);
    rows++;
  }
  store<i32>(ROWS_COUNT_AT, rows);
  return slot;
}

@inline function copyCount(row: usize, place: usize, record: usize, word: usize): void {
  store<f64>(row + (place << 3), <f64>load<i32>(record + (word << 2)));
}

/** See stream-report.ts: of a sequence without a break. */
function takeCounters(row: usize, record: usize, unitUs: f64): void {
  const expected = load<i32>(record, WORD_HIGHEST_SEQUENCE * 4) - load<i32>(record, WORD_BASE_SEQUENCE * 4) + 1;
  const distinct = load<i32>(record, WORD_PACKETS * 4) - load<i32>(record, WORD_DUPLICATES * 4);
  store<f64>(row, <f64>expected, ROW_EXPECTED * 8);
  store<f64>(row, <f64>distinct, ROW_DISTINCT * 8);
  copyCount(row, ROW_PACKETS, record, WORD_PACKETS);
  copyCount(row, ROW_DUPLICATES, record, WORD_DUPLICATES);
  copyCount(row, ROW_REORDERED, record, WORD_REORDERED);
  copyCount(row, ROW_LOSS_RUNS, record, WORD_LOSS_RUNS);
  store<f64>(row, <f64>load<u32>(record, WORD_BYTES * 4), ROW_BYTES * 8);
  store<f64>(row, <f64>load<i32>(record, WORD_JITTER_PACKETS * 4), ROW_JITTER_PACKETS * 8);
  store<f64>(row, load<f64>(record, DOUBLE_JITTER_SUM * 8) * unitUs, ROW_JITTER_SUM_US * 8);
  store<f64>(row, load<f64>(record, DOUBLE_JITTER_MAX * 8) * unitUs, ROW_JITTER_MAX_US * 8);
  store<i32>(record, 0, WORD_BYTES * 4);
  store<i32>(record, 0, WORD_JITTER_PACKETS * 4);
  store<f64>(record, 0, DOUBLE_JITTER_SUM * 8);
  store<f64>(record, 0, DOUBLE_JITTER_MAX * 8);
}

function takeTrips(row: usize, record: usize): void {
  findTrips(record);
  store<f64>(row, tripSumUs, ROW_ROUND_TRIP_SUM_US * 8);
  store<f64>(row, <f64>tripCount, ROW_ROUND_TRIPS * 8);
}

/** See stream-course.ts and stream-skew.ts; pauses and changes of the pace are added by it. */
function takeCourse(row: usize, record: usize, slot: i32, unitUs: f64): void {
  const sinceUs: usize = SKEW_SINCE_US_AT + (<usize>slot << 3);
  const lastArrivalUs = load<f64>(record, DOUBLE_LAST_ARRIVAL_US * 8);
  const lastTimestamp = load<i32>(record, WORD_LAST_TIMESTAMP * 4);
  const sentUs = <f64>(lastTimestamp - load<i32>(record, WORD_SKEW_TIMESTAMP * 4)) * unitUs;
  const fromUs = abs(load<f64>(sinceUs));
  const skewUs = lastArrivalUs >= 0 && fromUs < f64.POSITIVE_INFINITY ? sentUs - (lastArrivalUs - fromUs) : 0;
  readLosses(slot);
  store<f64>(row, <f64>load<i32>(READ_LOSSES_AT), ROW_BURSTS * 8);
  store<f64>(row, <f64>load<i32>(READ_LOSSES_AT, 4), ROW_BURST_PACKETS * 8);
  store<f64>(row, <f64>load<i32>(READ_LOSSES_AT, 8), ROW_BURST_UNHEARD * 8);
  store<f64>(row, <f64>load<i32>(READ_LOSSES_AT, 12), ROW_LATE * 8);
  store<f64>(row, 0, ROW_SILENCE_US * 8);
  store<f64>(row, 0, ROW_PACKET_TIME_CHANGES * 8);
  store<f64>(row, <f64>abs(load<i32>(record, WORD_PACKET_TIME * 4)) * unitUs, ROW_PACKET_TIME_US * 8);
  store<f64>(row, <f64>load<i32>(record, WORD_DELTA_MAX_US * 4), ROW_DELTA_MAX_US * 8);
  store<f64>(row, skewUs, ROW_SKEW_US * 8);
  store<f64>(row, fromUs, ROW_FROM_US * 8);
  store<i32>(record, lastTimestamp, WORD_SKEW_TIMESTAMP * 4);
  store<f64>(sinceUs, -(lastArrivalUs >= 0 ? lastArrivalUs : f64.POSITIVE_INFINITY));
  store<i32>(record, 0, WORD_DELTA_MAX_US * 4);
}

function takeClasses(to: usize, slot: i32): void {
  const classes: usize = CLASSES_AT + <usize>slot * JITTER_CLASSES;
  memory.copy(to, classes, JITTER_CLASSES);
  memory.fill(classes, 0, JITTER_CLASSES);
}
