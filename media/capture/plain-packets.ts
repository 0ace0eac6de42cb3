/**
 * The loop that nearly every packet of a bulk capture passes through: UDP over plain IPv4 and Ethernet, of a
 * stream that is known, with sound of the type it had, next in its sequence. Arrays are handed in, so that they
 * stay in registers: read anew through their owners for each packet they cost a third of the time.
 */
import { countNext, isNextInSequence, measureJitter } from '../receive/receive-stream.ts';
import { findSlot } from '../receive/stream-table.ts';
import type { PacketBatch } from './capture-format.ts';

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

/** @returns the number of the first packet of the batch from `from` on that is not like that; it is not counted */
export function countPlainPackets(
  view: DataView,
  batch: PacketBatch,
  from: number,
  endUs: number,
  words: Int32Array,
  doubles: Float64Array,
  index: Int32Array,
  audioTypes: Uint8Array,
): number {
  const { offsets, lengths, linkTypes, arrivalsUs, count } = batch;
  for (let packet = from; packet < count; packet++) {
    const offset = offsets[packet] as number;
    const length = lengths[packet] as number;
    const arrivalUs = arrivalsUs[packet] as number;
    if (arrivalUs >= endUs || !isPlainUdp(view, offset, length, linkTypes[packet] as number)) return packet;
    const sentLength = view.getUint16(offset + 38) - UDP_LENGTH;
    const captured = Math.min(length, ETHERNET_LENGTH + view.getUint16(offset + 16)) - PAYLOAD_OFFSET;
    const first = view.getInt32(offset + PAYLOAD_OFFSET);
    if (Math.min(captured, sentLength) < RTP_LENGTH || first >>> 30 !== RTP_VERSION) return packet;
    const slot = findSlot(
      words,
      index,
      view.getInt32(offset + 26),
      view.getInt32(offset + 30),
      view.getInt32(offset + 34),
      view.getInt32(offset + PAYLOAD_OFFSET + 8),
    );
    // A slot below zero has no type, and no sound has the types that RTCP is told by.
    if (slot < 0 || audioTypes[slot] !== ((first >>> 16) & 0x7f)) return packet;
    const sequenceNumber = first & 0xffff;
    if (!isNextInSequence(words, slot, sequenceNumber)) return packet;
    countNext(words, doubles, slot, sequenceNumber, sentLength);
    const timestamp = view.getInt32(offset + PAYLOAD_OFFSET + 4);
    measureJitter(words, doubles, slot, timestamp, arrivalUs, (first & 0x0080_0000) !== 0);
  }
  return count;
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
