import { RECORD_BYTES } from '../../receive/stream-record';
import { INDEX_AT, RECORDS_AT } from './memory-layout';

export const NOT_PLAIN: i32 = -1;
const SLOT_MASK: i32 = 0xfffff;
const TAG_MASK: i32 = ~SLOT_MASK;
const TOTAL_LENGTH_MINIMUM: i32 = 40;
const UDP_LENGTH_MINIMUM: i32 = 20;

// V8 makes a constant of 16 bytes anew wherever it is needed, from four instructions; one in memory takes a load.
/** From byte 12 of an Ethernet frame: type; version and header length; fragment; protocol. */
const PLAIN_AT = memory.data<u8>([0x08, 0, 0x45, 0, 0, 0, 0, 0, 0, 0, 0, 0x11, 0, 0, 0, 0]);
const PLAIN_MASK_AT = memory.data<u8>([0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0x3f, 0xff, 0, 0xff, 0, 0, 0, 0]);
const HEADER_ORDER_AT = memory.data<u8>([1, 0, 255, 255, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12]);
const TAG_MASKS_AT = memory.data<i32>([TAG_MASK, TAG_MASK, TAG_MASK, TAG_MASK]);

/** Wasm turns bytes around with five operations a number: keys are compared as they lie in the packet. */
@inline export function be16(at: usize): i32 {
  return (<i32>load<u8>(at) << 8) | load<u8>(at, 1);
}

@inline export function be32(at: usize): i32 {
  return bswap<i32>(load<i32>(at));
}

@inline export function hashKey(source: i32, destination: i32, ports: i32, synchronizationSource: i32): i32 {
  let hash: i32 = (source * <i32>0x9e3779b1) ^ destination;
  hash = (hash * <i32>0x85ebca6b) ^ ports;
  hash = (hash * <i32>0xc2b2ae35) ^ synchronizationSource;
  hash = (hash ^ <i32>(<u32>hash >>> 15)) * 0x2c1b3c6d;
  return hash ^ <i32>(<u32>hash >>> 13);
}

/** What in an Ethernet frame is not as in UDP over plain IPv4. */
@inline function unplainOf(at: usize): v128 {
  return v128.and(v128.xor(v128.load(at, 12), v128.load(PLAIN_AT)), v128.load(PLAIN_MASK_AT));
}

/** Of an Ethernet frame: UDP over IPv4 without options, and no fragment. */
export function isPlainUdp(at: usize): bool {
  return !v128.any_true(unplainOf(at));
}

/** Of an Ethernet frame of 50 bytes or more: RTCP over UDP and plain IPv4 (RFC 5761 §4). */
export function isRtcp(at: usize): bool {
  if (!isPlainUdp(at) || be16(at + 16) < 36 || be16(at + 38) < 16) return false;
  return (load<u8>(at + 42) >>> 6) == 2 && (load<u8>(at + 43) & 0xe0) == 0xc0;
}

/** Of an Ethernet frame that holds UDP: length of the datagram, and the words of an RTP header as numbers. */
@inline export function headerOf(at: usize): v128 {
  return i8x16.swizzle(v128.load(at, 38), v128.load(HEADER_ORDER_AT));
}

@inline export function hashOf(at: usize): i32 {
  return hashKey(load<i32>(at, 26), load<i32>(at, 30), load<i32>(at, 34), load<i32>(at, 50));
}

@inline export function homeOf(hash: i32, indexMask: i32): usize {
  return INDEX_AT + (<usize>(hash & indexMask) << 2);
}

/** Some slot, which is the right one where it is in one of the first four places. */
@inline export function tryHome(hash: i32, indexMask: i32): i32 {
  const home = homeOf(hash, indexMask);
  // All four at once; behind the end of the index lies nothing that has the same key.
  const tags = v128.and(v128.load(home), v128.load(TAG_MASKS_AT));
  const found = i32x4.bitmask(i32x4.eq(tags, i32x4.splat(hash & TAG_MASK)));
  return load<i32>(home + (<usize>ctz(found | 8) << 2)) & SLOT_MASK;
}

@inline function recordKey(recordsAt: usize, slot: i32): v128 {
  return v128.load(recordsAt + <usize>slot * RECORD_BYTES);
}

/** Of an Ethernet frame that holds RTP over UDP and plain IPv4. */
@inline export function keyOf(at: usize): v128 {
  return i32x4.replace_lane(v128.load(at, 26), 3, load<i32>(at, 50));
}

/**
 * The slot of an Ethernet frame that holds RTP over UDP and plain IPv4.
 * @param tried what `tryHome` said
 */
@inline export function slotOf(at: usize, tried: i32, hash: i32, indexMask: i32): i32 {
  // Either is too short where a sign is left: one branch for both.
  if (((be16(at + 16) - TOTAL_LENGTH_MINIMUM) | (be16(at + 38) - UDP_LENGTH_MINIMUM)) < 0) return NOT_PLAIN;
  const key = keyOf(at);
  const unplain = unplainOf(at);
  // One branch for all.
  if (!v128.any_true(v128.or(unplain, v128.xor(key, recordKey(RECORDS_AT, tried))))) return tried;
  return v128.any_true(unplain) ? NOT_PLAIN : searchSlot(INDEX_AT, RECORDS_AT, hash, indexMask, key);
}

/** From the first place on. */
export function searchSlot(indexAt: usize, recordsAt: usize, hash: i32, indexMask: i32, key: v128): i32 {
  let place = hash & indexMask;
  let entry = load<i32>(indexAt + (<usize>place << 2));
  while (entry != -1) {
    const slot = entry & SLOT_MASK;
    if (((entry ^ hash) & TAG_MASK) == 0 && !v128.any_true(v128.xor(key, recordKey(recordsAt, slot)))) return slot;
    place = (place + 1) & indexMask;
    entry = load<i32>(indexAt + (<usize>place << 2));
  }
  return NOT_PLAIN;
}

/** Into the index, which has room for it. */
export function insertSlot(indexAt: usize, slot: i32, hash: i32, indexMask: i32): void {
  let place = hash & indexMask;
  while (load<i32>(indexAt + (<usize>place << 2)) != -1) place = (place + 1) & indexMask;
  store<i32>(indexAt + (<usize>place << 2), (hash & TAG_MASK) | slot);
}
