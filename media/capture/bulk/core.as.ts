// AssemblyScript, built to core.wasm by .ci/build-core.mjs: what plain-packets.ts does, in one pass over the bytes
// of the file; test/media/capture/bulk holds the two equal to the last bit. No pointer here is formed from the
// file without a look at its end.
import { classifySamples, countOffPace, countPlain } from './count-packet.as';
import { findPlainSlot, headerOf, isRtcp } from './find-slot.as';
import {
  COUNT_AT,
  FILE_BYTES_AT,
  LAST_ARRIVAL_US_AT,
  LATER_ARRIVALS_US_AT,
  LATER_COUNT_AT,
  LATER_LENGTHS_AT,
  LATER_MAXIMUM,
  LATER_OFFSETS_AT,
  RTCP_COUNT_AT,
  TOUCHED_PACKETS,
} from './memory-layout';
import { receiveRtcp } from './rtcp.as';
import { touchedSlot, touchIndex, touchRecords } from './touch.as';

const LENGTH_MAXIMUM: u32 = 262144;
/** Ethernet, IPv4 without options, UDP, and the least that there is of RTCP. */
const SHORT_MINIMUM: u32 = 50;

@inline function word(at: usize, isLittleEndian: bool): u32 {
  const value = load<u32>(at);
  return isLittleEndian ? value : bswap<u32>(value);
}

/**
 * A packet that is not RTP. RTCP of somebody new waits until the plain packets behind it are counted, and all RTCP
 * after it: neither changes what the other one counts.
 */
function meetOther(at: usize, length: u32, arrivalUs: f64): bool {
  if (!isRtcp(at)) return false;
  const count = load<i32>(LATER_COUNT_AT);
  if (count == 0 && receiveRtcp(at, length, arrivalUs)) {
    store<i32>(RTCP_COUNT_AT, load<i32>(RTCP_COUNT_AT) + 1);
    return true;
  }
  if (count == LATER_MAXIMUM) return false;
  const place: usize = <usize>count << 2;
  store<i32>(LATER_OFFSETS_AT + place, <i32>(at - FILE_BYTES_AT));
  store<u32>(LATER_LENGTHS_AT + place, length);
  store<f64>(LATER_ARRIVALS_US_AT + (place << 1), arrivalUs);
  store<i32>(LATER_COUNT_AT, count + 1);
  return true;
}

@inline function end(counted: i32, lastArrivalUs: f64): void {
  classifySamples();
  store<i32>(COUNT_AT, counted);
  store<f64>(LAST_ARRIVAL_US_AT, lastArrivalUs);
}

@inline function pcapLength(record: usize, isLittleEndian: bool): u32 {
  return word(record + 8, isLittleEndian);
}

function touchPcap(from: i32, to: i32, isLittleEndian: bool, indexMask: i32): i32 {
  let offset = from;
  let packet = 0;
  while (packet < TOUCHED_PACKETS && offset + 16 <= to) {
    const record: usize = FILE_BYTES_AT + offset;
    const length = pcapLength(record, isLittleEndian);
    if (length - SHORT_MINIMUM > LENGTH_MAXIMUM - SHORT_MINIMUM || offset + 16 + <i32>length > to) break;
    touchIndex(record + 16, length, packet++, indexMask);
    offset += 16 + <i32>length;
  }
  touchRecords(packet, indexMask);
  return packet;
}

/**
 * Offsets are from the beginning of the file bytes.
 * @returns where the first record begins that is not whole, or not of a plain packet
 */
@inline function runPcap(
  from: i32,
  to: i32,
  isLittleEndian: bool,
  fractionUs: f64,
  endUs: f64,
  indexMask: i32,
  isTouched: bool,
): i32 {
  let offset = from;
  let counted = 0;
  let arrivalUs: f64 = 0;
  let touchedTo = 0;
  let packet = 0;
  while (offset + 16 <= to) {
    const record: usize = FILE_BYTES_AT + offset;
    const length = pcapLength(record, isLittleEndian);
    if (length - SHORT_MINIMUM > LENGTH_MAXIMUM - SHORT_MINIMUM || offset + 16 + <i32>length > to) break;
    if (isTouched && packet == touchedTo) {
      touchedTo = touchPcap(offset, to, isLittleEndian, indexMask);
      packet = 0;
    }
    const header = headerOf(record + 16);
    const slot = isTouched
      ? touchedSlot(record + 16, packet, header, indexMask)
      : findPlainSlot(record + 16, length, header, indexMask);
    packet++;
    const seconds = <f64>word(record, isLittleEndian);
    const fraction = <f64>word(record + 4, isLittleEndian);
    const nextUs = seconds * 1e6 + fraction * fractionUs;
    if (nextUs >= endUs) break;
    if (slot < 0) {
      if (!meetOther(record + 16, length, nextUs)) break;
    } else {
      if (!countPlain(header, slot, nextUs) && !countOffPace(record + 16, slot, nextUs)) break;
      counted++;
    }
    arrivalUs = nextUs;
    offset += 16 + <i32>length;
  }
  end(counted, arrivalUs);
  return offset;
}

/** The length of the enhanced packet that the block at `offset` holds whole, of that interface; 0 for any other. */
@inline function pcapngLength(offset: i32, to: i32, isLittleEndian: bool, interfaceNumber: u32): u32 {
  const block: usize = FILE_BYTES_AT + offset;
  if (word(block, isLittleEndian) != 6 || word(block + 8, isLittleEndian) != interfaceNumber) return 0;
  const length = word(block + 4, isLittleEndian);
  if (length < 32 || (length & 3) != 0 || length > LENGTH_MAXIMUM || offset + <i32>length > to) return 0;
  const captured = word(block + 20, isLittleEndian);
  if (captured > length - 32 || word(block + length - 4, isLittleEndian) != length) return 0;
  return captured;
}

function touchPcapng(from: i32, to: i32, isLittleEndian: bool, interfaceNumber: u32, indexMask: i32): i32 {
  let offset = from;
  let packet = 0;
  while (packet < TOUCHED_PACKETS && offset + 32 <= to) {
    const captured = pcapngLength(offset, to, isLittleEndian, interfaceNumber);
    if (captured < SHORT_MINIMUM) break;
    touchIndex(FILE_BYTES_AT + offset + 28, captured, packet++, indexMask);
    offset += <i32>word(FILE_BYTES_AT + offset + 4, isLittleEndian);
  }
  touchRecords(packet, indexMask);
  return packet;
}

/** The same for the enhanced packets of one interface. */
@inline function runPcapng(
  from: i32,
  to: i32,
  isLittleEndian: bool,
  interfaceNumber: u32,
  unitUs: f64,
  offsetUs: f64,
  endUs: f64,
  indexMask: i32,
  isTouched: bool,
): i32 {
  let offset = from;
  let counted = 0;
  let arrivalUs: f64 = 0;
  let touchedTo = 0;
  let packet = 0;
  while (offset + 32 <= to) {
    const captured = pcapngLength(offset, to, isLittleEndian, interfaceNumber);
    if (captured < SHORT_MINIMUM) break;
    const block: usize = FILE_BYTES_AT + offset;
    if (isTouched && packet == touchedTo) {
      touchedTo = touchPcapng(offset, to, isLittleEndian, interfaceNumber, indexMask);
      packet = 0;
    }
    const header = headerOf(block + 28);
    const slot = isTouched
      ? touchedSlot(block + 28, packet, header, indexMask)
      : findPlainSlot(block + 28, captured, header, indexMask);
    packet++;
    const upper = <f64>word(block + 12, isLittleEndian);
    const lower = <f64>word(block + 16, isLittleEndian);
    const nextUs = (upper * 4294967296.0 + lower) * unitUs + offsetUs;
    if (nextUs >= endUs) break;
    if (slot < 0) {
      if (!meetOther(block + 28, captured, nextUs)) break;
    } else {
      if (!countPlain(header, slot, nextUs) && !countOffPace(block + 28, slot, nextUs)) break;
      counted++;
    }
    arrivalUs = nextUs;
    offset += <i32>word(block + 4, isLittleEndian);
  }
  end(counted, arrivalUs);
  return offset;
}

/** Two loops for each format: what is asked for each packet of either is known then. */
export function countPcap(
  from: i32,
  to: i32,
  isLittleEndian: bool,
  fractionUs: f64,
  endUs: f64,
  indexMask: i32,
): i32 {
  return runPcap(from, to, isLittleEndian, fractionUs, endUs, indexMask, false);
}

export function countTouchedPcap(
  from: i32,
  to: i32,
  isLittleEndian: bool,
  fractionUs: f64,
  endUs: f64,
  indexMask: i32,
): i32 {
  return runPcap(from, to, isLittleEndian, fractionUs, endUs, indexMask, true);
}

export function countPcapng(
  from: i32,
  to: i32,
  isLittleEndian: bool,
  interfaceNumber: u32,
  unitUs: f64,
  offsetUs: f64,
  endUs: f64,
  indexMask: i32,
): i32 {
  return runPcapng(from, to, isLittleEndian, interfaceNumber, unitUs, offsetUs, endUs, indexMask, false);
}

export function countTouchedPcapng(
  from: i32,
  to: i32,
  isLittleEndian: bool,
  interfaceNumber: u32,
  unitUs: f64,
  offsetUs: f64,
  endUs: f64,
  indexMask: i32,
): i32 {
  return runPcapng(from, to, isLittleEndian, interfaceNumber, unitUs, offsetUs, endUs, indexMask, true);
}

export { beginLosses, takeLosses, tellLoss } from './loss-runs.as';
