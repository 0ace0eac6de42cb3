// AssemblyScript, built to core.wasm by .ci/build-core.mjs. Line by line what pcap.ts, pcapng.ts,
// plain-packets.ts and receive-stream.ts do with the packets to which nothing happens; test/media/capture/bulk
// holds the two equal to the last bit. No pointer here is formed from the file without a look at its end.
import {
  BUFFERED_JITTERS,
  DELTA_MAXIMUM_US,
  FIRST_JITTER_CLASS,
  JITTER_CLASS_MAXIMUM,
  JITTER_CLASS_SHIFT,
  JITTER_CLASSES,
  JITTER_SAMPLE_MASK,
  LATENESS_KEPT,
} from '../../receive/pace-constants';
import {
  DOUBLE_JITTER,
  DOUBLE_JITTER_MAX,
  DOUBLE_JITTER_SUM,
  DOUBLE_LAST_ARRIVAL_US,
  DOUBLE_LATENESS,
  RECORD_BYTES,
  WORD_BYTES,
  WORD_CLOCK_RATE_HZ,
  WORD_DELTA_MAX_US,
  WORD_DESTINATION,
  WORD_DISTINCT,
  WORD_HIGHEST_SEQUENCE,
  WORD_JITTER_PACKETS,
  WORD_LAST_TIMESTAMP,
  WORD_PACKET_TIME,
  WORD_PACKETS,
  WORD_PORTS,
  WORD_SOURCE,
  WORD_SYNCHRONIZATION_SOURCE,
  WORD_WINDOW,
} from '../../receive/stream-record';
import {
  ARRIVALS_US_AT,
  AUDIO_TYPES_AT,
  BATCH_PACKETS,
  CLASSES_AT,
  COUNT_AT,
  FILE_BYTES_AT,
  INDEX_AT,
  LENGTHS_AT,
  LINK_TYPES_AT,
  OFFSETS_AT,
  RECORDS_AT,
  SLOTS_AT,
} from './memory-layout';

const LENGTH_MAXIMUM: u32 = 262144;

@inline function be16(at: usize): i32 {
  return <i32>bswap<u16>(load<u16>(at));
}

@inline function be32(at: usize): i32 {
  return bswap<i32>(load<i32>(at));
}

@inline function word(at: usize, isLittleEndian: bool): u32 {
  const value = load<u32>(at);
  return isLittleEndian ? value : bswap<u32>(value);
}

@inline function put(count: i32, offset: i32, length: u32, linkType: i32, arrivalUs: f64): void {
  const at: usize = <usize>count << 2;
  store<i32>(OFFSETS_AT + at, offset);
  store<u32>(LENGTHS_AT + at, length);
  store<i32>(LINK_TYPES_AT + at, linkType);
  store<f64>(ARRIVALS_US_AT + (at << 1), arrivalUs);
}

/** Offsets are from the beginning of the file bytes. Stops before a record that is not whole, or too long. */
export function decodePcap(
  from: i32,
  end: i32,
  batched: i32,
  isLittleEndian: bool,
  fractionUs: f64,
  linkType: i32,
): i32 {
  let offset = from;
  let count = batched;
  while (offset + 16 <= end && count < BATCH_PACKETS) {
    const record: usize = FILE_BYTES_AT + offset;
    const length = word(record + 8, isLittleEndian);
    if (length > LENGTH_MAXIMUM || offset + 16 + <i32>length > end) break;
    const seconds = <f64>word(record, isLittleEndian);
    // A record of zeros is left to who knows what that means.
    if (length == 0 && seconds == 0) break;
    const fraction = <f64>word(record + 4, isLittleEndian);
    put(count++, offset + 16, length, linkType, seconds * 1e6 + fraction * fractionUs);
    offset += 16 + <i32>length;
  }
  store<i32>(COUNT_AT, count);
  return offset;
}

/** Enhanced packets of one interface; stops before any other block. */
export function decodePcapng(
  from: i32,
  end: i32,
  batched: i32,
  isLittleEndian: bool,
  interfaceNumber: u32,
  linkType: i32,
  unitUs: f64,
  offsetUs: f64,
): i32 {
  let offset = from;
  let count = batched;
  while (offset + 32 <= end && count < BATCH_PACKETS) {
    const block: usize = FILE_BYTES_AT + offset;
    if (word(block, isLittleEndian) != 6 || word(block + 8, isLittleEndian) != interfaceNumber) break;
    const length = word(block + 4, isLittleEndian);
    if (length < 32 || length % 4 != 0 || length > LENGTH_MAXIMUM || offset + <i32>length > end) break;
    const captured = word(block + 20, isLittleEndian);
    if (captured > length - 32 || word(block + length - 4, isLittleEndian) != length) break;
    const upper = <f64>word(block + 12, isLittleEndian);
    const lower = <f64>word(block + 16, isLittleEndian);
    put(count++, offset + 28, captured, linkType, (upper * 4294967296.0 + lower) * unitUs + offsetUs);
    offset += <i32>length;
  }
  store<i32>(COUNT_AT, count);
  return offset;
}

@inline function hashKey(source: i32, destination: i32, ports: i32, synchronizationSource: i32): i32 {
  let hash: i32 = (source * <i32>0x9e3779b1) ^ destination;
  hash = (hash * <i32>0x85ebca6b) ^ ports;
  hash = (hash * <i32>0xc2b2ae35) ^ synchronizationSource;
  hash = (hash ^ <i32>(<u32>hash >>> 15)) * 0x2c1b3c6d;
  return hash ^ <i32>(<u32>hash >>> 13);
}

@inline function findPlainSlot(packet: usize, indexMask: i32): i32 {
  const at: usize = FILE_BYTES_AT + load<u32>(OFFSETS_AT + (packet << 2));
  const length = load<i32>(LENGTHS_AT + (packet << 2));
  if (load<i32>(LINK_TYPES_AT + (packet << 2)) != 1 || length < 54) return -1;
  if (<u32>be32(at + 12) >>> 8 != 0x080045 || load<u8>(at + 23) != 17) return -1;
  if ((be16(at + 20) & 0x3fff) != 0) return -1;
  const sent = be16(at + 38) - 8;
  const captured = min(length, 14 + be16(at + 16)) - 42;
  if (min(captured, sent) < 12 || load<u8>(at + 42) >> 6 != 2) return -1;
  const source = be32(at + 26);
  const destination = be32(at + 30);
  const ports = be32(at + 34);
  const synchronizationSource = be32(at + 50);
  let entry = hashKey(source, destination, ports, synchronizationSource) & indexMask;
  let slot = load<i32>(INDEX_AT + (<usize>entry << 2));
  while (slot >= 0) {
    const record: usize = RECORDS_AT + <usize>slot * RECORD_BYTES;
    if (
      load<i32>(record, WORD_SYNCHRONIZATION_SOURCE * 4) == synchronizationSource &&
      load<i32>(record, WORD_PORTS * 4) == ports &&
      load<i32>(record, WORD_SOURCE * 4) == source &&
      load<i32>(record, WORD_DESTINATION * 4) == destination
    ) {
      break;
    }
    entry = (entry + 1) & indexMask;
    slot = load<i32>(INDEX_AT + (<usize>entry << 2));
  }
  return slot;
}

let touched: i32 = 0;

/** Fetches both lines of the records, too. */
export function touchPackets(from: i32, to: i32, indexMask: i32): void {
  for (let packet = from; packet < to; packet++) {
    const slot = findPlainSlot(packet, indexMask);
    store<i32>(SLOTS_AT + (<usize>packet << 2), slot);
    if (slot >= 0) touched += load<i32>(RECORDS_AT + <usize>slot * RECORD_BYTES, WORD_BYTES * 4);
  }
}

/** @returns the first packet from `from` on that is not plain; `to` where all are */
export function countPackets(from: i32, to: i32, touchedTo: i32, endUs: f64, indexMask: i32): i32 {
  for (let packet = from; packet < to; packet++) {
    const slot =
      packet < touchedTo ? load<i32>(SLOTS_AT + (<usize>packet << 2)) : findPlainSlot(packet, indexMask);
    const arrivalUs = load<f64>(ARRIVALS_US_AT + (<usize>packet << 3));
    if (slot < 0 || arrivalUs >= endUs) return packet;
    const at: usize = FILE_BYTES_AT + load<u32>(OFFSETS_AT + (<usize>packet << 2));
    const first = be32(at + 42);
    if (load<u8>(AUDIO_TYPES_AT + slot) != <u8>((first >>> 16) & 0x7f) || (first & 0x800000) != 0) return packet;
    const record: usize = RECORDS_AT + <usize>slot * RECORD_BYTES;
    const highest = load<i32>(record, WORD_HIGHEST_SEQUENCE * 4);
    const packets = load<i32>(record, WORD_PACKETS * 4);
    if (((first - highest) & 0xffff) != 1 || packets == 0) return packet;
    const timestamp = be32(at + 46);
    const elapsed = timestamp - load<i32>(record, WORD_LAST_TIMESTAMP * 4);
    const lastArrivalUs = load<f64>(record, DOUBLE_LAST_ARRIVAL_US * 8);
    if (elapsed != load<i32>(record, WORD_PACKET_TIME * 4) || lastArrivalUs < 0) return packet;
    const deltaUs = arrivalUs - lastArrivalUs;
    const clockRateHz = <f64>load<i32>(record, WORD_CLOCK_RATE_HZ * 4);
    const change = deltaUs * (clockRateHz * 1e-6) - <f64>elapsed;
    const before = load<f64>(record, DOUBLE_JITTER * 8);
    const jitter = before + (abs(change) - before) * 0.0625;
    const lateness = max<f64>(0, (load<f64>(record, DOUBLE_LATENESS * 8) + change) * LATENESS_KEPT);
    if (lateness > <f64>elapsed + <f64>BUFFERED_JITTERS * jitter) return packet;
    store<f64>(record, lateness, DOUBLE_LATENESS * 8);
    if (deltaUs > <f64>load<i32>(record, WORD_DELTA_MAX_US * 4)) {
      store<i32>(record, <i32>min<f64>(deltaUs, <f64>DELTA_MAXIMUM_US), WORD_DELTA_MAX_US * 4);
    }
    const number = first & 0xffff;
    const window: usize = record + ((<usize>(number >>> 5) & 3) << 2);
    store<i32>(record, packets + 1, WORD_PACKETS * 4);
    store<i32>(record, load<i32>(record, WORD_BYTES * 4) + be16(at + 38) - 8, WORD_BYTES * 4);
    store<i32>(record, highest + 1, WORD_HIGHEST_SEQUENCE * 4);
    store<i32>(window, load<i32>(window, WORD_WINDOW * 4) | (1 << number), WORD_WINDOW * 4);
    store<i32>(record, load<i32>(record, WORD_DISTINCT * 4) + 1, WORD_DISTINCT * 4);
    store<i32>(record, timestamp, WORD_LAST_TIMESTAMP * 4);
    store<f64>(record, arrivalUs, DOUBLE_LAST_ARRIVAL_US * 8);
    store<f64>(record, jitter, DOUBLE_JITTER * 8);
    store<f64>(record, load<f64>(record, DOUBLE_JITTER_SUM * 8) + jitter, DOUBLE_JITTER_SUM * 8);
    if (jitter > load<f64>(record, DOUBLE_JITTER_MAX * 8)) store<f64>(record, jitter, DOUBLE_JITTER_MAX * 8);
    const measured = load<i32>(record, WORD_JITTER_PACKETS * 4) + 1;
    store<i32>(record, measured, WORD_JITTER_PACKETS * 4);
    if ((measured & JITTER_SAMPLE_MASK) == 1) classify(slot, jitter * (1e6 / clockRateHz));
  }
  return to;
}

function classify(slot: i32, jitterUs: f64): void {
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
