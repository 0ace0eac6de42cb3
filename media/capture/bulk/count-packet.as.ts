import {
  BUFFERED_JITTERS,
  DELTA_MAXIMUM_US,
  FIRST_JITTER_CLASS,
  JITTER_CLASS_MAXIMUM,
  JITTER_CLASS_SHIFT,
  JITTER_CLASSES,
  JITTER_SAMPLE_MASK,
  LATENESS_KEPT,
  LONGEST_PACKETS_PER_SECOND,
} from '../../receive/pace-constants';
import {
  DOUBLE_JITTER,
  DOUBLE_JITTER_MAX,
  DOUBLE_JITTER_SUM,
  DOUBLE_LAST_ARRIVAL_US,
  DOUBLE_LATENESS,
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
  WORD_WINDOW,
} from '../../receive/stream-record';
import { be16, be32 } from './find-slot.as';
import { latePacket, mendPacket, missPackets } from './loss-runs.as';
import {
  CLASSES_AT,
  RECORDS_AT,
  SAMPLED_JITTERS_AT,
  SAMPLED_SLOTS_AT,
  SAMPLES_MAXIMUM,
} from './memory-layout';

const HEADER_MASK: i32 = 0xc0ffffff;
/** What must be as in the packets before: version, marker and payload type. */
const TYPE_MASK: i32 = 0x80ff0000;
const MAX_DROPOUT: i32 = 3000; // RFC 3550 A.1
const MAX_MISORDER: i32 = 100; // RFC 3550 A.1
const WINDOW_PACKETS: i32 = 128;

let samples: i32 = 0;

/** Zero for what is below, by the one instruction that max<f64> of Wasm, with its zeros and NaN, is not. */
@inline function neverEarly(behind: f64): f64 {
  return f64x2.extract_lane(f64x2.pmax(f64x2.splat(0), f64x2.splat(behind)), 0);
}

/**
 * Counts the packet, if it is the one that the record awaits.
 * @param header of the packet, see `headerOf`
 */
@inline export function countPlain(header: v128, slot: i32, arrivalUs: f64): bool {
  const record: usize = RECORDS_AT + <usize>slot * RECORD_BYTES;
  const first = i32x4.extract_lane(header, 1);
  const awaited = load<i32>(record, WORD_NEXT_HEADER * 4);
  if (((first ^ awaited) & HEADER_MASK) != 0) return false;
  // The header awaited must not be counted on into the payload type.
  if ((first & 0xffff) == 0xffff) return false;
  const timestamp = i32x4.extract_lane(header, 2);
  const elapsed = timestamp - load<i32>(record, WORD_LAST_TIMESTAMP * 4);
  if (elapsed != load<i32>(record, WORD_PACKET_TIME * 4)) return false;
  const deltaUs = arrivalUs - load<f64>(record, DOUBLE_LAST_ARRIVAL_US * 8);
  const change = deltaUs * (<f64>load<i32>(record, WORD_CLOCK_RATE_HZ * 4) * 1e-6) - <f64>elapsed;
  const before = load<f64>(record, DOUBLE_JITTER * 8);
  const jitter = before + (abs(change) - before) * 0.0625;
  const lateness = neverEarly((load<f64>(record, DOUBLE_LATENESS * 8) + change) * LATENESS_KEPT);
  if (lateness > <f64>elapsed + <f64>BUFFERED_JITTERS * jitter) return false;
  store<i32>(record, load<i32>(record, WORD_BYTES * 4) + i32x4.extract_lane(header, 0) - 8, WORD_BYTES * 4);
  store<i32>(record, awaited + 1, WORD_NEXT_HEADER * 4);
  store<i32>(record, timestamp, WORD_LAST_TIMESTAMP * 4);
  store<f64>(record, arrivalUs, DOUBLE_LAST_ARRIVAL_US * 8);
  store<f64>(record, jitter, DOUBLE_JITTER * 8);
  store<f64>(record, load<f64>(record, DOUBLE_JITTER_SUM * 8) + jitter, DOUBLE_JITTER_SUM * 8);
  store<f64>(record, lateness, DOUBLE_LATENESS * 8);
  if (jitter > load<f64>(record, DOUBLE_JITTER_MAX * 8)) store<f64>(record, jitter, DOUBLE_JITTER_MAX * 8);
  if (deltaUs > <f64>load<i32>(record, WORD_DELTA_MAX_US * 4)) lengthen(record, deltaUs);
  const run = first - load<i32>(record, WORD_HIGHEST_SEQUENCE * 4);
  sample(slot, jitter, load<i32>(record, WORD_JITTER_PACKETS * 4) + run);
  return true;
}

function lengthen(record: usize, deltaUs: f64): void {
  store<i32>(record, <i32>min<f64>(deltaUs, <f64>DELTA_MAXIMUM_US), WORD_DELTA_MAX_US * 4);
}

export function classifySamples(): void {
  for (let sample: usize = 0; sample < <usize>samples; sample++) {
    const slot = load<i32>(SAMPLED_SLOTS_AT + (sample << 2));
    const clockRateHz = <f64>load<i32>(RECORDS_AT + <usize>slot * RECORD_BYTES, WORD_CLOCK_RATE_HZ * 4);
    classify(slot, load<f64>(SAMPLED_JITTERS_AT + (sample << 3)) * (1e6 / clockRateHz));
  }
  samples = 0;
}

@inline function classify(slot: i32, jitterUs: f64): void {
  const place = <i32>(reinterpret<i64>(jitterUs) >> 32) >> JITTER_CLASS_SHIFT;
  const classes: usize = CLASSES_AT + <usize>slot * JITTER_CLASSES;
  const at: usize = classes + <usize>min(JITTER_CLASSES - 1, max(0, place - FIRST_JITTER_CLASS));
  if (load<u8>(at) == JITTER_CLASS_MAXIMUM) {
    for (let index = 0; index < JITTER_CLASSES; index++) {
      store<u8>(classes + <usize>index, load<u8>(classes + <usize>index) >> 1);
    }
  }
  store<u8>(at, load<u8>(at) + 1);
}

/** @param measured packets of the interval, this one included */
@inline function sample(slot: i32, jitter: f64, measured: i32): void {
  // Written each time and kept one time in eight: a branch would be mispredicted as often.
  store<i32>(SAMPLED_SLOTS_AT + (<usize>samples << 2), slot);
  store<f64>(SAMPLED_JITTERS_AT + (<usize>samples << 3), jitter);
  samples += <i32>((measured & JITTER_SAMPLE_MASK) == 1);
  if (samples == SAMPLES_MAXIMUM) classifySamples();
}

/**
 * Counts a packet of the same sound that is not the next one, or comes late: what receive-stream.ts, sequence.ts
 * and stream-course.ts do with it, as long as it keeps the pace.
 */
export function countOffPace(at: usize, slot: i32, arrivalUs: f64): bool {
  const record: usize = RECORDS_AT + <usize>slot * RECORD_BYTES;
  const first = be32(at + 42);
  const awaited = load<i32>(record, WORD_NEXT_HEADER * 4);
  if (((first ^ awaited) & TYPE_MASK) != 0 || <u32>first >>> 30 != 2) return false;
  settleRun(record, awaited);
  const highest = load<i32>(record, WORD_HIGHEST_SEQUENCE * 4);
  const step = (first - highest) & 0xffff;
  const timestamp = be32(at + 46);
  if (step != 0 && step < MAX_DROPOUT) {
    const packetTime = load<i32>(record, WORD_PACKET_TIME * 4);
    const elapsed = timestamp - load<i32>(record, WORD_LAST_TIMESTAMP * 4);
    if (packetTime > 0 && elapsed != step * packetTime) return false;
    // The second packet of a stream tells its pace.
    if (packetTime == 0 && (step != 1 || !isPace(record, elapsed))) return false;
    store<i32>(record, packetTime == 0 ? elapsed : abs(packetTime), WORD_PACKET_TIME * 4);
    count(record, at);
    advance(record, slot, highest, step);
    pass(record, slot, timestamp, arrivalUs, highest + step);
    awaitNext(record, first);
    return true;
  }
  const behind = (highest - first) & 0xffff;
  if (behind >= MAX_MISORDER) return false;
  const late = highest - behind;
  if (hasArrived(record, late)) {
    count(record, at);
    increment(record + WORD_DUPLICATES * 4);
    return true;
  }
  if (late < load<i32>(record, WORD_BASE_SEQUENCE * 4) || load<i32>(record, WORD_PACKET_TIME * 4) == 0) return false;
  count(record, at);
  increment(record + WORD_REORDERED * 4);
  const newRuns = 1 - <i32>hasArrived(record, late - 1) - <i32>hasArrived(record, late + 1);
  store<i32>(record, load<i32>(record, WORD_LOSS_RUNS * 4) + newRuns, WORD_LOSS_RUNS * 4);
  setArrived(record, late);
  mendPacket(slot, late);
  store<i32>(record, -abs(load<i32>(record, WORD_PACKET_TIME * 4)), WORD_PACKET_TIME * 4);
  pass(record, slot, timestamp, arrivalUs, late);
  awaitNext(record, (first & ~0xffff) | (highest & 0xffff));
  return true;
}

@inline function isPace(record: usize, elapsed: i32): bool {
  return elapsed > 0 && <i64>elapsed * LONGEST_PACKETS_PER_SECOND <= <i64>load<i32>(record, WORD_CLOCK_RATE_HZ * 4);
}

export function settleRun(record: usize, header: i32): void {
  const highest = load<i32>(record, WORD_HIGHEST_SEQUENCE * 4);
  const run = (header - 1 - highest) & 0xffff;
  if (run == 0) return;
  store<i32>(record, load<i32>(record, WORD_PACKETS * 4) + run, WORD_PACKETS * 4);
  store<i32>(record, load<i32>(record, WORD_JITTER_PACKETS * 4) + run, WORD_JITTER_PACKETS * 4);
  store<i32>(record, highest + run, WORD_HIGHEST_SEQUENCE * 4);
  setAllArrived(record, highest + max(1, run - WINDOW_PACKETS + 1), highest + run);
}

/** Of packets that all have a bit of their own; 64 at a time. */
function setAllArrived(record: usize, from: i32, to: i32): void {
  for (let first = from, last: i32 = 0; first <= to; first = last + 1) {
    last = min<i32>(to, first | 63);
    const window = record + WORD_WINDOW * 4 + ((<usize>(first >>> 6) & 1) << 3);
    const bits = (~(<u64>0) >>> (63 - <u64>(last - first))) << (<u64>first & 63);
    store<u64>(window, load<u64>(window) | bits);
  }
}

@inline function increment(at: usize): void {
  store<i32>(at, load<i32>(at) + 1);
}

@inline function count(record: usize, at: usize): void {
  increment(record + WORD_PACKETS * 4);
  store<i32>(record, load<i32>(record, WORD_BYTES * 4) + be16(at + 38) - 8, WORD_BYTES * 4);
}

@inline function windowOf(record: usize, sequence: i32): usize {
  return record + WORD_WINDOW * 4 + ((<usize>(sequence >>> 5) & 3) << 2);
}

@inline function hasArrived(record: usize, sequence: i32): bool {
  return (load<i32>(windowOf(record, sequence)) & (1 << sequence)) != 0;
}

@inline export function setArrived(record: usize, sequence: i32): void {
  const window = windowOf(record, sequence);
  store<i32>(window, load<i32>(window) | (1 << sequence));
}

function advance(record: usize, slot: i32, highest: i32, step: i32): void {
  const sequence = highest + step;
  if (step > 1) {
    increment(record + WORD_LOSS_RUNS * 4);
    for (let missing = max(highest + 1, sequence - WINDOW_PACKETS); missing < sequence; missing++) {
      const window = windowOf(record, missing);
      store<i32>(window, load<i32>(window) & ~(1 << missing));
    }
    missPackets(slot, highest + 1, sequence - 1);
  }
  store<i32>(record, sequence, WORD_HIGHEST_SEQUENCE * 4);
  setArrived(record, sequence);
}

/** Jitter and lateness. */
function pass(record: usize, slot: i32, timestamp: i32, arrivalUs: f64, sequence: i32): void {
  const elapsed = timestamp - load<i32>(record, WORD_LAST_TIMESTAMP * 4);
  const deltaUs = arrivalUs - load<f64>(record, DOUBLE_LAST_ARRIVAL_US * 8);
  const change = deltaUs * (<f64>load<i32>(record, WORD_CLOCK_RATE_HZ * 4) * 1e-6) - <f64>elapsed;
  const before = load<f64>(record, DOUBLE_JITTER * 8);
  const jitter = before + (abs(change) - before) * 0.0625;
  store<i32>(record, timestamp, WORD_LAST_TIMESTAMP * 4);
  store<f64>(record, arrivalUs, DOUBLE_LAST_ARRIVAL_US * 8);
  store<f64>(record, jitter, DOUBLE_JITTER * 8);
  store<f64>(record, load<f64>(record, DOUBLE_JITTER_SUM * 8) + jitter, DOUBLE_JITTER_SUM * 8);
  if (jitter > load<f64>(record, DOUBLE_JITTER_MAX * 8)) store<f64>(record, jitter, DOUBLE_JITTER_MAX * 8);
  const measured = load<i32>(record, WORD_JITTER_PACKETS * 4) + 1;
  store<i32>(record, measured, WORD_JITTER_PACKETS * 4);
  sample(slot, jitter, measured);
  const lateness = neverEarly((load<f64>(record, DOUBLE_LATENESS * 8) + change) * LATENESS_KEPT);
  store<f64>(record, lateness, DOUBLE_LATENESS * 8);
  if (deltaUs > <f64>load<i32>(record, WORD_DELTA_MAX_US * 4)) lengthen(record, deltaUs);
  const packetTime = abs(load<i32>(record, WORD_PACKET_TIME * 4));
  if (lateness > <f64>packetTime + <f64>BUFFERED_JITTERS * jitter) latePacket(slot, sequence);
}

/** After the highest packet, whose header begins with `highest`. */
@inline export function awaitNext(record: usize, highest: i32): void {
  const version: i32 = load<i32>(record, WORD_PACKET_TIME * 4) > 0 ? <i32>0x80000000 : <i32>0xc0000000;
  store<i32>(record, version | (highest & 0x7f0000) | ((highest + 1) & 0xffff), WORD_NEXT_HEADER * 4);
}
