import {
  RECORD_BYTES,
  WORD_DESTINATION,
  WORD_PORTS,
  WORD_SOURCE,
  WORD_SYNCHRONIZATION_SOURCE,
} from '../../receive/stream-record';
import {
  NEGATIVE_TRIP_US,
  PORT_PAIRS,
  REMEMBERED_REPORTS,
  RTCP_ANSWERED_BY,
  RTCP_DOUBLE_INTERVAL_US,
  RTCP_DOUBLE_WHOLE_US,
  RTCP_INTERVAL_TRIPS,
  RTCP_IS_HEARD,
  RTCP_JITTER,
  RTCP_LOST,
  RTCP_MIDDLES,
  RTCP_REPORTS,
  RTCP_WHOLE_TRIPS,
} from '../rtcp-record';
import { be16, be32, hashKey, insertSlot, NOT_PLAIN, searchSlot } from './find-slot.as';
import {
  RTCP_INDEX_AT,
  RTCP_LIMIT_AT,
  RTCP_MASK_AT,
  RTCP_MENTIONED_AT,
  RTCP_MENTIONED_MAXIMUM,
  RTCP_RECORDS_AT,
  RTCP_SENT_AT,
  RTCP_SOURCES_AT,
} from './memory-layout';

const SENDER_REPORT: u32 = 200;
const RECEIVER_REPORT: u32 = 201;
const EXTENDED_REPORT: u32 = 207;
const SENDER_REPORT_LENGTH: usize = 28;
const LENGTH_MINIMUM: usize = 8;
const BLOCK_LENGTH: usize = 24;

let source: i32 = 0;
let destination: i32 = 0;
let ports: i32 = 0;

/**
 * Counts the RTCP of a plain frame: what rtcp-watch.ts does with it, where there is room for all it mentions, and
 * nothing in it is malformed or an extended report; else opens at most some of the sources that it mentions.
 */
export function receiveRtcp(at: usize, length: u32, arrivalUs: f64): bool {
  const udpLength = be16(at + 38);
  const totalLength = be16(at + 16);
  if (load<i32>(RTCP_MASK_AT) < 0 || totalLength != udpLength + 20 || <u32>totalLength + 14 > length) return false;
  source = load<i32>(at, 26);
  destination = load<i32>(at, 30);
  ports = load<i32>(at, 34);
  const begin: usize = at + 42;
  const end: usize = begin + udpLength - 8;
  if (!findMentioned(begin, end)) return false;
  count(begin, end, arrivalUs);
  return true;
}

/** Nobody reads it: what is loaded into it has been fetched. */
let fetched: i32 = 0;

/** What the first packet of a plain frame mentions, as far as it is a report about one source. */
export function fetchRtcp(at: usize): void {
  const from = load<i32>(at, 26);
  const to = load<i32>(at, 30);
  const bothPorts = load<i32>(at, 34);
  fetched ^= fetchSource(findSource(from, to, bothPorts, load<i32>(at, 46)));
  if (load<u8>(at, 43) != RECEIVER_REPORT) return;
  fetched ^= fetchSource(findSource(to, from, rotl<i32>(bothPorts, 16), load<i32>(at, 50)));
}

@inline function fetchSource(slot: i32): i32 {
  if (slot < 0) return 0;
  return load<i32>(recordOf(slot), RTCP_MIDDLES * 4) ^ load<i32>(sentAt(slot, 0)) ^ load<i32>(sentAt(slot, 8));
}

@inline function lengthOf(packet: usize): usize {
  return (<usize>be16(packet + 2) + 1) << 2;
}

@inline function isReport(type: u32): bool {
  return type == SENDER_REPORT || type == RECEIVER_REPORT;
}

/** Slots of who reports and of whom is reported about, in the order of the packets; false where one has none. */
function findMentioned(begin: usize, end: usize): bool {
  let mentioned: usize = 0;
  let length: usize = 0;
  for (let packet = begin; packet + LENGTH_MINIMUM <= end; packet += length) {
    length = lengthOf(packet);
    const type: u32 = load<u8>(packet, 1);
    if (load<u8>(packet) >>> 6 != 2 || packet + length > end || type == EXTENDED_REPORT) return false;
    if (!isReport(type)) continue;
    const blocks: usize = type == SENDER_REPORT ? SENDER_REPORT_LENGTH : LENGTH_MINIMUM;
    const blockCount: usize = load<u8>(packet) & 0x1f;
    if (blocks + blockCount * BLOCK_LENGTH > length) return false;
    if (mentioned + 1 + blockCount > <usize>RTCP_MENTIONED_MAXIMUM) return false;
    if (!mention(mentioned++, source, destination, ports, load<i32>(packet + 4))) return false;
    for (let block: usize = 0; block < blockCount; block++) {
      const about = load<i32>(packet + blocks + block * BLOCK_LENGTH);
      if (!mention(mentioned++, destination, source, rotl<i32>(ports, 16), about)) return false;
    }
  }
  return true;
}

function mention(
  place: usize,
  fromAddress: i32,
  toAddress: i32,
  bothPorts: i32,
  synchronizationSource: i32,
): bool {
  let slot = findSource(fromAddress, toAddress, bothPorts, synchronizationSource);
  if (slot < 0) slot = openSource(fromAddress, toAddress, bothPorts, synchronizationSource);
  store<i32>(RTCP_MENTIONED_AT + (place << 2), slot);
  return slot >= 0;
}

/** @returns the slot of somebody new, −1 where there is no room */
function openSource(fromAddress: i32, toAddress: i32, bothPorts: i32, synchronizationSource: i32): i32 {
  const slot = load<i32>(RTCP_SOURCES_AT);
  if (slot >= load<i32>(RTCP_LIMIT_AT)) return NOT_PLAIN;
  const pair = bothPorts & bswap<i32>(<i32>PORT_PAIRS);
  const hash = hashKey(fromAddress, toAddress, pair, synchronizationSource);
  store<i32>(RTCP_SOURCES_AT, slot + 1);
  v128.store(recordOf(slot), i32x4(fromAddress, toAddress, pair, synchronizationSource));
  insertSlot(RTCP_INDEX_AT, slot, hash, load<i32>(RTCP_MASK_AT));
  return slot;
}

function findSource(fromAddress: i32, toAddress: i32, bothPorts: i32, synchronizationSource: i32): i32 {
  const pair = bothPorts & bswap<i32>(<i32>PORT_PAIRS);
  const hash = hashKey(fromAddress, toAddress, pair, synchronizationSource);
  const key = i32x4(fromAddress, toAddress, pair, synchronizationSource);
  return searchSlot(RTCP_INDEX_AT, RTCP_RECORDS_AT, hash, load<i32>(RTCP_MASK_AT), key);
}

/** Of the interval, as the last call of `findTrips` found them. */
export let tripSumUs: f64 = 0;
export let tripCount: i32 = 0;

/** The round trips of the source whose stream has that record: what rtcp-watch.ts says of the interval. */
export function findTrips(stream: usize): void {
  tripSumUs = 0;
  tripCount = 0;
  const slot = findSource(
    load<i32>(stream, WORD_SOURCE * 4),
    load<i32>(stream, WORD_DESTINATION * 4),
    load<i32>(stream, WORD_PORTS * 4),
    load<i32>(stream, WORD_SYNCHRONIZATION_SOURCE * 4),
  );
  if (slot < 0) return;
  const other = load<i32>(recordOf(slot), RTCP_ANSWERED_BY * 4) - 1;
  const there = load<i32>(recordOf(slot), RTCP_INTERVAL_TRIPS * 4);
  const back = other < 0 ? 0 : load<i32>(recordOf(other), RTCP_INTERVAL_TRIPS * 4);
  const thereUs = there == 0 ? 0 : load<f64>(recordOf(slot), RTCP_DOUBLE_INTERVAL_US * 8) / <f64>there;
  const backUs = back == 0 ? 0 : load<f64>(recordOf(other), RTCP_DOUBLE_INTERVAL_US * 8) / <f64>back;
  tripCount = max<i32>(there, back);
  tripSumUs = (thereUs + backUs) * <f64>tripCount;
}

/** From here on round trips belong to the next interval. */
export function endRtcpInterval(sources: i32): void {
  for (let slot = 0; slot < sources; slot++) {
    store<i32>(recordOf(slot), 0, RTCP_INTERVAL_TRIPS * 4);
    store<f64>(recordOf(slot), 0, RTCP_DOUBLE_INTERVAL_US * 8);
  }
}

function count(begin: usize, end: usize, arrivalUs: f64): void {
  let mentioned: usize = RTCP_MENTIONED_AT;
  let length: usize = 0;
  for (let packet = begin; packet + LENGTH_MINIMUM <= end; packet += length) {
    length = lengthOf(packet);
    const type: u32 = load<u8>(packet, 1);
    if (!isReport(type)) continue;
    const reporter = load<i32>(mentioned);
    mentioned += 4;
    // The middle of the NTP timestamp is what LSR repeats.
    if (type == SENDER_REPORT) remember(reporter, be32(packet + 10), arrivalUs);
    let block: usize = packet + (type == SENDER_REPORT ? SENDER_REPORT_LENGTH : LENGTH_MINIMUM);
    for (let left: u32 = load<u8>(packet) & 0x1f; left > 0; left--) {
      hear(load<i32>(mentioned), reporter, block, arrivalUs);
      mentioned += 4;
      block += BLOCK_LENGTH;
    }
  }
}

@inline function recordOf(slot: i32): usize {
  return RTCP_RECORDS_AT + <usize>slot * RECORD_BYTES;
}

@inline function sentAt(slot: i32, place: i32): usize {
  return RTCP_SENT_AT + ((<usize>slot * REMEMBERED_REPORTS + place) << 3);
}

function remember(slot: i32, middle: i32, atUs: f64): void {
  const record = recordOf(slot);
  if (findReport(record, middle) >= 0) return;
  const reports = load<i32>(record, RTCP_REPORTS * 4);
  const place = reports & (REMEMBERED_REPORTS - 1);
  store<i32>(record, reports + 1, RTCP_REPORTS * 4);
  store<i32>(record + (<usize>place << 2), middle, RTCP_MIDDLES * 4);
  store<f64>(sentAt(slot, place), atUs);
}

function hear(slot: i32, reporter: i32, block: usize, arrivalUs: f64): void {
  const record = recordOf(slot);
  store<i32>(record, reporter + 1, RTCP_ANSWERED_BY * 4);
  store<i32>(record, 1, RTCP_IS_HEARD * 4);
  store<i32>(record, be32(block + 4), RTCP_LOST * 4);
  store<i32>(record, be32(block + 12), RTCP_JITTER * 4);
  const lastSenderReport = be32(block + 16);
  if (lastSenderReport == 0) return;
  const place = findReport(record, lastSenderReport);
  if (place < 0) return;
  const delayUs = (<f64><u32>be32(block + 20) / 65536.0) * 1e6;
  const tripUs = arrivalUs - load<f64>(sentAt(slot, place)) - delayUs;
  if (tripUs < -<f64>NEGATIVE_TRIP_US) return;
  addTrip(record, RTCP_WHOLE_TRIPS, RTCP_DOUBLE_WHOLE_US, max<f64>(0, tripUs));
  addTrip(record, RTCP_INTERVAL_TRIPS, RTCP_DOUBLE_INTERVAL_US, max<f64>(0, tripUs));
}

@inline function addTrip(record: usize, countWord: usize, sumDouble: usize, tripUs: f64): void {
  const trips: usize = record + (countWord << 2);
  const sumUs: usize = record + (sumDouble << 3);
  store<i32>(trips, load<i32>(trips) + 1);
  store<f64>(sumUs, load<f64>(sumUs) + tripUs);
}

/** Its place in the ring, −1 where it is not remembered. */
function findReport(record: usize, middle: i32): i32 {
  const reports = min<i32>(REMEMBERED_REPORTS, load<i32>(record, RTCP_REPORTS * 4));
  for (let place: i32 = 0; place < reports; place++) {
    if (load<i32>(record + (<usize>place << 2), RTCP_MIDDLES * 4) == middle) return place;
  }
  return -1;
}
