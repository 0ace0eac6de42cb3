/**
 * Plain packets, UDP over IPv4 without options and Ethernet, on their way through a batch: in short steps, the first
 * of which only fetch what the later ones need. The processor looks so many instructions ahead and no further: a
 * step of few instructions for a packet waits for the memory of many packets at a time.
 */
import { RECORD_WORDS, WORD_PACKET_TIME } from '../receive/stream-record.ts';
import { findSlot, hashKey, homeEntry } from '../receive/stream-table.ts';
import { BATCHED_MAXIMUM } from './bulk/memory-layout.ts';
import { PACKET_LENGTH_MAXIMUM, type RecordLayout } from './capture-format.ts';

// As constants of this module, which V8 folds; an imported one it loads anew each time.
const LENGTH_MAXIMUM = PACKET_LENGTH_MAXIMUM;
const WORDS = RECORD_WORDS;
const PACKET_TIME = WORD_PACKET_TIME;

const PACKET_MINIMUM = 54; // Ethernet, IPv4 without options, UDP, RTP
/** No piece of a file is as long: V8 need not look for overflows where it adds to what this leaves. */
const OFFSET_MASK = 0x3fff_ffff;
const UNPLAIN = -2;
/** In place of a slot. Under another name, for V8 loads what is exported anew each time. */
export const NOT_PLAIN = UNPLAIN;

/** Where in the view the Ethernet frames begin. */
const frames = new Int32Array(BATCHED_MAXIMUM);
const arrivalsUs = new Float64Array(BATCHED_MAXIMUM);
const hashes = new Int32Array(BATCHED_MAXIMUM);
/** What `homeEntry` says of the hashes. */
const homes = new Int32Array(BATCHED_MAXIMUM);
/** Of the streams; −1 where one is not known, −2 where it is no plain packet. */
const slots = new Int32Array(BATCHED_MAXIMUM);

/**
 * One batch for all captures of the thread: between calls nothing is in it. For modules to make constants of: V8 knows
 * where those lie, but asks anything else for its arrays, and each of these where it lies, anew for each packet.
 */
export const BATCH_ARRAYS = { frames, arrivalsUs, slots } as const;

/** What V8 is to have as floats from the beginning: it would turn around what else it loads for each packet. */
const times = new Float64Array(2);

export class PlainBatch {
  count = 0;
  /** How many it takes for now. */
  limit = BATCHED_MAXIMUM;
  /** Where in the view the record behind the batch begins. */
  behind = 0;
  /** Nobody reads it: what went into it has been fetched. */
  fetched = 0;
}

/**
 * Puts records into the batch from `from` on, as long as they are whole and long enough.
 * @param endUs packets from then on belong to another interval
 */
export function gatherPackets(
  batch: PlainBatch,
  view: DataView,
  from: number,
  layout: RecordLayout,
  endUs: number,
): void {
  // Compared once: V8 would look anew, for each number, what kind of truth was loaded.
  const isLittleEndian = layout.isLittleEndian === true;
  const isPcap = layout.format === 'pcap';
  const headerLength = isPcap ? 16 : 28;
  times[0] = layout.unitUs;
  times[1] = layout.offsetUs;
  const unitUs = times[0];
  const offsetUs = times[1];
  const { limit } = batch;
  const to = view.byteLength;
  let next = from | 0;
  let packet = 0;
  for (; packet < limit; packet++) {
    const offset = next & OFFSET_MASK;
    const length = isPcap
      ? pcapLength(view, offset, to, isLittleEndian)
      : pcapngLength(view, offset, to, layout);
    if (length < PACKET_MINIMUM) break;
    const at = offset + headerLength;
    // In both formats the timestamp stands sixteen bytes before the packet.
    const upper = view.getUint32(at - 16, isLittleEndian);
    const lower = view.getUint32(at - 12, isLittleEndian);
    const arrivalUs = isPcap
      ? upper * 1e6 + lower * unitUs
      : (upper * 0x1_0000_0000 + lower) * unitUs + offsetUs;
    if (arrivalUs >= endUs) break;
    frames[packet] = at;
    arrivalsUs[packet] = arrivalUs;
    hashes[packet] = hashKey(
      view.getInt32(at + 26, true),
      view.getInt32(at + 30, true),
      view.getInt32(at + 34, true),
      view.getInt32(at + 50, true),
    );
    next = isPcap ? (at + length) | 0 : (offset + view.getInt32(offset + 4, isLittleEndian)) | 0;
  }
  batch.count = packet;
  batch.behind = next;
}

/** @returns the length of the packet; 0 or less where the record is not whole */
function pcapLength(view: DataView, offset: number, to: number, isLittleEndian: boolean): number {
  if (offset + 16 > to) return 0;
  const length = view.getInt32(offset + 8, isLittleEndian);
  return length > LENGTH_MAXIMUM || offset + 16 + length > to ? 0 : length;
}

/** The same for an enhanced packet of the layout's interface; 0 for any other block. */
function pcapngLength(
  view: DataView,
  offset: number,
  to: number,
  { isLittleEndian, interfaceNumber }: RecordLayout,
): number {
  if (offset + 32 > to || view.getInt32(offset, isLittleEndian) !== 6) return 0;
  if (view.getUint32(offset + 8, isLittleEndian) !== interfaceNumber) return 0;
  const length = view.getInt32(offset + 4, isLittleEndian);
  if (length < 32 || (length & 3) !== 0 || length > LENGTH_MAXIMUM || offset + length > to) return 0;
  if (view.getInt32(offset + length - 4, isLittleEndian) !== length) return 0;
  const captured = view.getInt32(offset + 20, isLittleEndian);
  return captured > length - 32 ? 0 : captured;
}

/** Finds what stands in the index for each packet. */
export function findHomes({ count }: PlainBatch, index: Int32Array): void {
  for (let packet = 0; packet < count; packet++) {
    homes[packet] = homeEntry(index, hashes[packet] as number);
  }
}

/** Finds the streams of the packets, and fetches both halves of their records: their key lies in the first one. */
export function findSlots(batch: PlainBatch, view: DataView, words: Int32Array, index: Int32Array): void {
  const { count } = batch;
  let fetched = 0;
  for (let packet = 0; packet < count; packet++) {
    const at = (frames[packet] as number) & OFFSET_MASK;
    const slot = isPlain(view, at)
      ? findSlot(
          words,
          index,
          homes[packet] as number,
          hashes[packet] as number,
          view.getInt32(at + 26, true),
          view.getInt32(at + 30, true),
          view.getInt32(at + 34, true),
          view.getInt32(at + 50, true),
        )
      : UNPLAIN;
    slots[packet] = slot;
    if (slot >= 0) fetched ^= words[slot * WORDS + PACKET_TIME] as number;
  }
  batch.fetched = fetched;
}

/** UDP over IPv4 without options, whole, and both their lengths with room for an RTP header. */
function isPlain(view: DataView, at: number): boolean {
  // Ethernet type, version and header length; fragment, protocol.
  const unlike =
    ((view.getInt32(at + 12) ^ 0x0800_4500) & ~0xff) | ((view.getInt32(at + 20) ^ 0x11) & 0x3fff_00ff);
  return unlike === 0 && ((view.getUint16(at + 16) - 40) | (view.getUint16(at + 38) - 20)) >= 0;
}
