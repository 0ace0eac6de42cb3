// A batch of packets goes through in short steps, the first of which only fetch what the later ones need. The processor
// looks so many instructions ahead and no further: a step of few instructions for a packet waits for the memory of
// twenty packets at a time, where counting one packet after the other waits for that of three.
import { RECORD_BYTES } from '../../receive/stream-record';
import { hashOf, homeOf, tryHome } from './find-slot.as';
import {
  BATCHED_ARRIVALS_US_AT,
  BATCHED_HASHES_AT,
  BATCHED_PACKETS_AT,
  BATCHED_SLOTS_AT,
  RECORDS_AT,
} from './memory-layout';

/** Nobody reads it: what is loaded into it has been fetched. */
let fetched: i32 = 0;

/** The frame of a packet, 54 bytes or more. */
@inline export function addPacket(packet: i32, at: usize, arrivalUs: f64): void {
  const place: usize = <usize>packet << 2;
  store<u32>(BATCHED_PACKETS_AT + place, <u32>at);
  store<i32>(BATCHED_HASHES_AT + place, hashOf(at));
  store<f64>(BATCHED_ARRIVALS_US_AT + (place << 1), arrivalUs);
}

@inline export function packetAt(packet: i32): usize {
  return load<u32>(BATCHED_PACKETS_AT + (<usize>packet << 2));
}

@inline export function hashAt(packet: i32): i32 {
  return load<i32>(BATCHED_HASHES_AT + (<usize>packet << 2));
}

/** Of the stream that the packet probably belongs to. */
@inline export function slotAt(packet: i32): i32 {
  return load<i32>(BATCHED_SLOTS_AT + (<usize>packet << 2));
}

@inline export function arrivalUsAt(packet: i32): f64 {
  return load<f64>(BATCHED_ARRIVALS_US_AT + (<usize>packet << 3));
}

@inline function fetchHome(packet: i32, indexMask: i32): i32 {
  return load<i32>(homeOf(hashAt(packet), indexMask));
}

@inline function fetchRecord(packet: i32): i32 {
  const record: usize = RECORDS_AT + <usize>slotAt(packet) * RECORD_BYTES;
  return load<i32>(record) ^ load<i32>(record, 64);
}

/** Finds the slots, and fetches index and records for them. Four at a time, and perhaps three that are no packets. */
export function fetchRecords(packets: i32, indexMask: i32): void {
  let all: i32 = 0;
  for (let packet = 0; packet < packets; packet += 4) {
    all ^= fetchHome(packet, indexMask) ^ fetchHome(packet + 1, indexMask);
    all ^= fetchHome(packet + 2, indexMask) ^ fetchHome(packet + 3, indexMask);
  }
  for (let packet = 0; packet < packets; packet++) {
    store<i32>(BATCHED_SLOTS_AT + (<usize>packet << 2), tryHome(hashAt(packet), indexMask));
  }
  for (let packet = 0; packet < packets; packet += 4) {
    all ^= fetchRecord(packet) ^ fetchRecord(packet + 1) ^ fetchRecord(packet + 2) ^ fetchRecord(packet + 3);
  }
  fetched = all;
}
