import {
  RECORD_BYTES,
  WORD_DESTINATION,
  WORD_PORTS,
  WORD_SOURCE,
  WORD_SYNCHRONIZATION_SOURCE,
} from '../../receive/stream-record';
import { INDEX_AT, RECORDS_AT } from './memory-layout';

export const NOT_PLAIN: i32 = -1;
const SLOT_MASK: i32 = 0xfffff;
/** Ethernet, IPv4 without options, UDP, RTP. */
const PACKET_MINIMUM: u32 = 54;

/**
 * Wasm turns bytes around with five operations a number, and does not know where a number is turned around twice.
 * So keys are compared as they lie in the packet, and all that has to be numbers is turned around at once.
 */
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

@inline function isPlainUdp(at: usize): bool {
  // Type, version and header length; fragment, protocol: as they lie in memory.
  return (((load<u32>(at, 12) & 0xffffff) ^ 0x450008) | ((load<u32>(at, 20) & 0xff00ff3f) ^ 0x11000000)) == 0;
}

/** Of an Ethernet frame of 50 bytes or more: RTCP over UDP and plain IPv4 (RFC 5761 §4). */
export function isRtcp(at: usize): bool {
  if (!isPlainUdp(at) || be16(at + 16) < 36 || be16(at + 38) < 16) return false;
  return (load<u8>(at + 42) >>> 6) == 2 && (load<u8>(at + 43) & 0xe0) == 0xc0;
}

/** Of an Ethernet frame that holds UDP: length of the datagram, and the words of an RTP header as numbers. */
@inline export function headerOf(at: usize): v128 {
  return i8x16.swizzle(
    v128.load(at, 38),
    i8x16(1, 0, -1, -1, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12),
  );
}

/** RTP over UDP and plain IPv4. */
@inline export function isPlainRtp(at: usize, length: u32, header: v128): bool {
  return (
    length >= PACKET_MINIMUM && isPlainUdp(at) && be16(at + 16) >= 40 && i32x4.extract_lane(header, 0) >= 20
  );
}

@inline export function hashOf(at: usize, header: v128): i32 {
  return hashKey(load<i32>(at, 26), load<i32>(at, 30), load<i32>(at, 34), i32x4.extract_lane(header, 3));
}

@inline export function homeOf(hash: i32, indexMask: i32): usize {
  return INDEX_AT + (<usize>(hash & indexMask) << 2);
}

/** Some slot, which is the right one where it is in one of the first four places. */
@inline export function tryHome(hash: i32, indexMask: i32): i32 {
  const home = homeOf(hash, indexMask);
  // All four at once; behind the end of the index lies nothing that has the same key.
  const tags = v128.and(v128.load(home), i32x4.splat(<i32>0xfff00000));
  const found = i32x4.bitmask(i32x4.eq(tags, i32x4.splat(hash & <i32>0xfff00000)));
  return load<i32>(home + (<usize>ctz(found | 8) << 2)) & SLOT_MASK;
}

/** The slot tried, if it is the right one; else that which is. */
@inline export function confirmSlot(at: usize, header: v128, tried: i32, hash: i32, indexMask: i32): i32 {
  const source = load<i32>(at, 26);
  const destination = load<i32>(at, 30);
  const ports = load<i32>(at, 34);
  const synchronizationSource = i32x4.extract_lane(header, 3);
  if (isOf(RECORDS_AT, tried, source, destination, ports, synchronizationSource)) return tried;
  return searchSlot(INDEX_AT, RECORDS_AT, hash, indexMask, source, destination, ports, synchronizationSource);
}

/**
 * The slot of an Ethernet frame that holds RTP over UDP and plain IPv4.
 * @param header what `headerOf` says of it
 */
@inline export function findPlainSlot(at: usize, length: u32, header: v128, indexMask: i32): i32 {
  if (!isPlainRtp(at, length, header)) return NOT_PLAIN;
  const hash = hashOf(at, header);
  return confirmSlot(at, header, tryHome(hash, indexMask), hash, indexMask);
}

/** From the first place on. */
export function searchSlot(
  indexAt: usize,
  recordsAt: usize,
  hash: i32,
  indexMask: i32,
  source: i32,
  destination: i32,
  ports: i32,
  synchronizationSource: i32,
): i32 {
  let place = hash & indexMask;
  let entry = load<i32>(indexAt + (<usize>place << 2));
  while (entry != -1) {
    const slot = entry & SLOT_MASK;
    if (((entry ^ hash) & ~SLOT_MASK) == 0) {
      if (isOf(recordsAt, slot, source, destination, ports, synchronizationSource)) return slot;
    }
    place = (place + 1) & indexMask;
    entry = load<i32>(indexAt + (<usize>place << 2));
  }
  return NOT_PLAIN;
}

@inline function isOf(
  recordsAt: usize,
  slot: i32,
  source: i32,
  destination: i32,
  ports: i32,
  synchronizationSource: i32,
): bool {
  const record: usize = recordsAt + <usize>slot * RECORD_BYTES;
  const difference =
    (load<i32>(record, WORD_SYNCHRONIZATION_SOURCE * 4) ^ synchronizationSource) |
    (load<i32>(record, WORD_PORTS * 4) ^ ports) |
    (load<i32>(record, WORD_SOURCE * 4) ^ source) |
    (load<i32>(record, WORD_DESTINATION * 4) ^ destination);
  return difference == 0;
}

