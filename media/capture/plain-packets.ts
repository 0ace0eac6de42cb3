/**
 * The loop that nearly every packet of a bulk capture passes through: UDP over plain IPv4 and Ethernet, of a
 * stream that is known, with sound of the type it had, next in its sequence and on its pace. Arrays are handed
 * in, so that they stay in registers: read anew through their owners for each packet they cost a third of the
 * time. `bulk/core.as.ts` says the same in AssemblyScript.
 */

import { classifyJitter } from '../receive/jitter-classes.ts';
import { BUFFERED_JITTERS, DELTA_MAXIMUM_US, LATENESS_KEPT } from '../receive/pace-constants.ts';
import { countNext, isNextInSequence, measureJitter } from '../receive/receive-stream.ts';
import {
  DOUBLE_JITTER,
  DOUBLE_LAST_ARRIVAL_US,
  DOUBLE_LATENESS,
  RECORD_DOUBLES,
  RECORD_WORDS,
  WORD_CLOCK_RATE_HZ,
  WORD_DELTA_MAX_US,
  WORD_LAST_TIMESTAMP,
  WORD_PACKET_TIME,
} from '../receive/stream-record.ts';
import { findSlot } from '../receive/stream-table.ts';
import type { PacketBatch } from './capture-format.ts';

// As constants of this module, which V8 folds; an imported one it loads anew each time.
const WORDS = RECORD_WORDS;
const DOUBLES = RECORD_DOUBLES;
const LAST_TIMESTAMP = WORD_LAST_TIMESTAMP;
const PACKET_TIME = WORD_PACKET_TIME;
const DELTA_MAX_US = WORD_DELTA_MAX_US;
const CLOCK_RATE_HZ = WORD_CLOCK_RATE_HZ;
const LAST_ARRIVAL_US = DOUBLE_LAST_ARRIVAL_US;
const JITTER = DOUBLE_JITTER;
const LATENESS = DOUBLE_LATENESS;
const KEPT = LATENESS_KEPT;
const BUFFERED = BUFFERED_JITTERS;
const DELTA_MAXIMUM = DELTA_MAXIMUM_US;

const LINK_ETHERNET = 1;
const ETHERNET_LENGTH = 14;
const UDP_LENGTH = 8;
const PROTOCOL_UDP = 17;
const RTP_VERSION = 2;
const RTP_LENGTH = 12;
const PAYLOAD_OFFSET = 42; // Ethernet, IPv4 without options, UDP
/** Ethernet type, then version and header length: IPv4 without options. */
const PLAIN_IPV4 = 0x08_0045;
const FRAGMENT_MASK = 0x3fff;
const NOT_PLAIN = -1;

/** What the loop works on, in the arrays of their owners. */
export interface StreamArrays {
  readonly words: Int32Array;
  readonly doubles: Float64Array;
  readonly index: Int32Array;
  readonly audioTypes: Uint8Array;
  readonly classes: Uint8Array;
}

/**
 * @param to the packet behind the last one to be counted
 * @param touched packets before this one have their slot in the batch already
 * @returns the first packet that is not like that, which is not counted; `to` where all are
 */
export function countPlainPackets(
  view: DataView,
  batch: PacketBatch,
  from: number,
  to: number,
  touched: number,
  endUs: number,
  { words, doubles, index, audioTypes, classes }: StreamArrays,
): number {
  const { offsets, lengths, linkTypes, arrivalsUs, slots } = batch;
  for (let packet = from; packet < to; packet++) {
    const offset = offsets[packet] as number;
    const slot =
      packet < touched
        ? (slots[packet] as number)
        : findPlainSlot(view, offset, lengths[packet] as number, linkTypes[packet] as number, words, index);
    if (slot < 0 || (arrivalsUs[packet] as number) >= endUs) return packet;
    // No sound has the types that RTCP is told by; a marked packet begins anew.
    const first = view.getInt32(offset + PAYLOAD_OFFSET);
    if (audioTypes[slot] !== ((first >>> 16) & 0x7f) || (first & 0x0080_0000) !== 0) return packet;
    if (!isNextInSequence(words, slot, first & 0xffff)) return packet;
    const timestamp = view.getInt32(offset + PAYLOAD_OFFSET + 4);
    if (!isOnTime(words, doubles, slot, timestamp, arrivalsUs, packet)) return packet;
    countNext(words, slot, first & 0xffff, view.getUint16(offset + 38) - UDP_LENGTH);
    measureJitter(words, doubles, slot, timestamp, arrivalsUs[packet] as number, false);
    classifyJitter(words, doubles, classes, slot, words[slot * WORDS + CLOCK_RATE_HZ] as number);
  }
  return to;
}

/**
 * Fetches what the next packets will need of the streams, many at a time: beyond some 20,000 streams they are in
 * memory, and waiting for one after the other takes twice as long.
 */
export function touchPackets(
  view: DataView,
  batch: PacketBatch,
  from: number,
  to: number,
  { words, index }: StreamArrays,
): void {
  const { offsets, lengths, linkTypes, slots } = batch;
  for (let packet = from; packet < to; packet++) {
    const offset = offsets[packet] as number;
    const length = lengths[packet] as number;
    slots[packet] = findPlainSlot(view, offset, length, linkTypes[packet] as number, words, index);
  }
}

function findPlainSlot(
  view: DataView,
  offset: number,
  length: number,
  linkType: number,
  words: Int32Array,
  index: Int32Array,
): number {
  if (!isPlainUdp(view, offset, length, linkType)) return NOT_PLAIN;
  const sentLength = view.getUint16(offset + 38) - UDP_LENGTH;
  const captured = Math.min(length, ETHERNET_LENGTH + view.getUint16(offset + 16)) - PAYLOAD_OFFSET;
  const version = view.getUint8(offset + PAYLOAD_OFFSET) >>> 6;
  if (Math.min(captured, sentLength) < RTP_LENGTH || version !== RTP_VERSION) return NOT_PLAIN;
  return findSlot(
    words,
    index,
    view.getInt32(offset + 26),
    view.getInt32(offset + 30),
    view.getInt32(offset + 34),
    view.getInt32(offset + PAYLOAD_OFFSET + 8),
  );
}

function isPlainUdp(view: DataView, offset: number, length: number, linkType: number): boolean {
  return (
    linkType === LINK_ETHERNET &&
    length >= PAYLOAD_OFFSET + RTP_LENGTH &&
    view.getInt32(offset + 12) >>> 8 === PLAIN_IPV4 &&
    view.getUint8(offset + 23) === PROTOCOL_UDP &&
    (view.getUint16(offset + 20) & FRAGMENT_MASK) === 0
  );
}

/** Keeps the pace, and can still be played; then its lateness is written down (see `stream-course.ts`). */
function isOnTime(
  words: Int32Array,
  doubles: Float64Array,
  slot: number,
  timestamp: number,
  arrivalsUs: Float64Array,
  packet: number,
): boolean {
  const record = slot * WORDS;
  const base = slot * DOUBLES;
  const elapsed = (timestamp - (words[record + LAST_TIMESTAMP] as number)) | 0;
  const lastArrivalUs = doubles[base + LAST_ARRIVAL_US] as number;
  if (elapsed !== words[record + PACKET_TIME] || lastArrivalUs < 0) return false;
  const deltaUs = (arrivalsUs[packet] as number) - lastArrivalUs;
  const change = deltaUs * ((words[record + CLOCK_RATE_HZ] as number) * 1e-6) - elapsed;
  const jitterBefore = doubles[base + JITTER] as number;
  const jitter = jitterBefore + (Math.abs(change) - jitterBefore) * (1 / 16);
  const lateness = Math.max(0, ((doubles[base + LATENESS] as number) + change) * KEPT);
  if (lateness > elapsed + BUFFERED * jitter) return false;
  doubles[base + LATENESS] = lateness;
  if (deltaUs > (words[record + DELTA_MAX_US] as number)) {
    words[record + DELTA_MAX_US] = Math.min(deltaUs, DELTA_MAXIMUM);
  }
  return true;
}
