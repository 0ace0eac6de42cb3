// AssemblyScript, built to core.wasm by .ci/build-core.mjs: what plain-packets.ts does, in one pass over the bytes
// of the file; test/media/capture/bulk holds the two equal to the last bit. No pointer here is formed from the
// file without a look at its end.
import { classifySamples, countOffPace, countPlain } from './count-packet.as';
import { headerOf, isRtcp, slotOf } from './find-slot.as';
import {
  BATCHED_MAXIMUM,
  COUNT_AT,
  FILE_BYTES_AT,
  LAST_ARRIVAL_US_AT,
  LATER_ARRIVALS_US_AT,
  LATER_COUNT_AT,
  LATER_LENGTHS_AT,
  LATER_MAXIMUM,
  LATER_OFFSETS_AT,
  RTCP_COUNT_AT,
  WAITING_ARRIVALS_US_AT,
  WAITING_LENGTHS_AT,
  WAITING_MAXIMUM,
  WAITING_PACKETS_AT,
} from './memory-layout';
import { openStream } from './open-stream.as';
import { addPacket, arrivalUsAt, fetchRecords, hashAt, packetAt, slotAt } from './packet-batch.as';
import { fetchRtcp, receiveRtcp } from './rtcp.as';

export { addRows } from './interval-rows.as';
export { beginLosses, readLosses, tellLoss } from './loss-runs.as';
export { endRtcpInterval } from './rtcp.as';

const LENGTH_MAXIMUM: u32 = 262144;
/** Ethernet, IPv4 without options, UDP, RTP. */
const PACKET_MINIMUM: u32 = 54;
const PCAP_HEADER: i32 = 16;
const PCAPNG_HEADER: i32 = 28;

let waiting: i32 = 0;

/** A packet that is not RTP. RTCP waits for plain packets behind it: neither changes what the other one counts. */
function meetOther(at: usize, length: u32, arrivalUs: f64): bool {
  if (!isRtcp(at) || load<i32>(LATER_COUNT_AT) + waiting >= LATER_MAXIMUM) return false;
  const place: usize = <usize>waiting << 2;
  store<u32>(WAITING_PACKETS_AT + place, <u32>at);
  store<u32>(WAITING_LENGTHS_AT + place, length);
  store<f64>(WAITING_ARRIVALS_US_AT + (place << 1), arrivalUs);
  waiting++;
  if (waiting == WAITING_MAXIMUM) countWaiting();
  return true;
}

/** What each of them mentions is seldom in the cache: fetched for all before the first one is counted. */
function countWaiting(): void {
  for (let place: usize = 0; place < <usize>waiting << 2; place += 4) fetchRtcp(load<u32>(WAITING_PACKETS_AT + place));
  for (let place: usize = 0; place < <usize>waiting << 2; place += 4) {
    const at: usize = load<u32>(WAITING_PACKETS_AT + place);
    countRtcp(at, load<u32>(WAITING_LENGTHS_AT + place), load<f64>(WAITING_ARRIVALS_US_AT + (place << 1)));
  }
  waiting = 0;
}

/** What somebody else has to look at is put off until the call ends, and all RTCP after it. */
function countRtcp(at: usize, length: u32, arrivalUs: f64): void {
  const count = load<i32>(LATER_COUNT_AT);
  if (count == 0 && receiveRtcp(at, length, arrivalUs)) {
    store<i32>(RTCP_COUNT_AT, load<i32>(RTCP_COUNT_AT) + 1);
    return;
  }
  const place: usize = <usize>count << 2;
  store<i32>(LATER_OFFSETS_AT + place, <i32>(at - FILE_BYTES_AT));
  store<u32>(LATER_LENGTHS_AT + place, length);
  store<f64>(LATER_ARRIVALS_US_AT + (place << 1), arrivalUs);
  store<i32>(LATER_COUNT_AT, count + 1);
}

/** @returns how many packets of the batch were counted; somebody else has to look at the one behind them */
function countBatch(packets: i32, indexMask: i32): i32 {
  let packet = 0;
  let others = 0;
  for (; packet < packets; packet++) {
    const at = packetAt(packet);
    const arrivalUs = arrivalUsAt(packet);
    const slot = slotOf(at, slotAt(packet), hashAt(packet), indexMask);
    if (slot >= 0) {
      if (!countPlain(headerOf(at), slot, arrivalUs) && !countOffPace(at, slot, arrivalUs)) break;
    } else {
      // Both formats have the length captured eight bytes before the packet.
      const length = load<u32>(at - 8);
      if (openStream(at, length, hashAt(packet), indexMask, arrivalUs)) continue;
      if (!meetOther(at, length, arrivalUs)) break;
      others++;
    }
  }
  store<i32>(COUNT_AT, load<i32>(COUNT_AT) + packet - others);
  if (packet > 0) store<f64>(LAST_ARRIVAL_US_AT, arrivalUsAt(packet - 1));
  return packet;
}

/** Offsets are from the beginning of the file bytes. Behind the batch begins the record at `behind`. */
let behind: i32 = 0;

/** Makes a batch of records that are whole, as far as somebody here can count what is in them. */
function gatherPcap(
  from: i32,
  to: i32,
  fractionUs: f64,
  endUs: f64,
): i32 {
  let offset = from;
  let packet = 0;
  while (packet < BATCHED_MAXIMUM && offset + PCAP_HEADER <= to) {
    const record: usize = FILE_BYTES_AT + offset;
    const length = load<u32>(record + 8);
    const next = offset + PCAP_HEADER + <i32>length;
    if (length - PACKET_MINIMUM > LENGTH_MAXIMUM - PACKET_MINIMUM || next > to) break;
    const seconds = <f64>load<u32>(record);
    const fraction = <f64>load<u32>(record + 4);
    const arrivalUs = seconds * 1e6 + fraction * fractionUs;
    if (arrivalUs >= endUs) break;
    addPacket(packet++, record + PCAP_HEADER, arrivalUs);
    offset = next;
  }
  behind = offset;
  return packet;
}

/** The same of the enhanced packets of one interface. */
function gatherPcapng(
  from: i32,
  to: i32,
  interfaceNumber: u32,
  unitUs: f64,
  offsetUs: f64,
  endUs: f64,
): i32 {
  let offset = from;
  let packet = 0;
  while (packet < BATCHED_MAXIMUM && offset + PCAPNG_HEADER + 4 <= to) {
    const block: usize = FILE_BYTES_AT + offset;
    if (load<u32>(block) != 6 || load<u32>(block + 8) != interfaceNumber) break;
    const length = load<u32>(block + 4);
    if (length < 32 || (length & 3) != 0 || length > LENGTH_MAXIMUM || offset + <i32>length > to) break;
    const captured = load<u32>(block + 20);
    if (captured > length - 32 || load<u32>(block + length - 4) != length) break;
    if (captured < PACKET_MINIMUM) break;
    const upper = <f64>load<u32>(block + 12);
    const lower = <f64>load<u32>(block + 16);
    const arrivalUs = (upper * 4294967296.0 + lower) * unitUs + offsetUs;
    if (arrivalUs >= endUs) break;
    addPacket(packet++, block + PCAPNG_HEADER, arrivalUs);
    offset += <i32>length;
  }
  behind = offset;
  return packet;
}

/** @returns where the first record begins that is not whole, or that somebody else has to look at */
export function countPcap(
  from: i32,
  to: i32,
  fractionUs: f64,
  endUs: f64,
  indexMask: i32,
): i32 {
  let offset = from;
  let packets: i32 = BATCHED_MAXIMUM;
  store<i32>(COUNT_AT, 0);
  while (packets == BATCHED_MAXIMUM) {
    packets = gatherPcap(offset, to, fractionUs, endUs);
    fetchRecords(packets, indexMask);
    const counted = countBatch(packets, indexMask);
    if (counted < packets) {
      behind = <i32>(packetAt(counted) - FILE_BYTES_AT) - PCAP_HEADER;
      break;
    }
    offset = behind;
  }
  countWaiting();
  classifySamples();
  return behind;
}

export function countPcapng(
  from: i32,
  to: i32,
  interfaceNumber: u32,
  unitUs: f64,
  offsetUs: f64,
  endUs: f64,
  indexMask: i32,
): i32 {
  let offset = from;
  let packets: i32 = BATCHED_MAXIMUM;
  store<i32>(COUNT_AT, 0);
  while (packets == BATCHED_MAXIMUM) {
    packets = gatherPcapng(offset, to, interfaceNumber, unitUs, offsetUs, endUs);
    fetchRecords(packets, indexMask);
    const counted = countBatch(packets, indexMask);
    if (counted < packets) {
      behind = <i32>(packetAt(counted) - FILE_BYTES_AT) - PCAPNG_HEADER;
      break;
    }
    offset = behind;
  }
  countWaiting();
  classifySamples();
  return behind;
}
