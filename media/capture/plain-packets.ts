/**
 * The loop that nearly every packet of a bulk capture passes through: UDP over plain IPv4 and Ethernet, of a
 * stream that is known, with sound of the type it had, next in its sequence and on its pace. In one pass over the
 * bytes of the file, and with the arrays handed in, so that they stay in registers: read anew through their
 * owners for each packet they cost a third of the time. `bulk/core.as.ts` says the same in AssemblyScript.
 */

import { classify } from '../receive/jitter-classes.ts';
import {
  BUFFERED_JITTERS,
  DELTA_MAXIMUM_US,
  JITTER_SAMPLE_MASK,
  LATENESS_KEPT,
} from '../receive/pace-constants.ts';
import {
  DOUBLE_JITTER,
  DOUBLE_JITTER_MAX,
  DOUBLE_JITTER_SUM,
  DOUBLE_LAST_ARRIVAL_US,
  DOUBLE_LATENESS,
  RECORD_DOUBLES,
  RECORD_WORDS,
  WORD_BYTES,
  WORD_CLOCK_RATE_HZ,
  WORD_DELTA_MAX_US,
  WORD_HIGHEST_SEQUENCE,
  WORD_JITTER_PACKETS,
  WORD_LAST_TIMESTAMP,
  WORD_NEXT_HEADER,
  WORD_PACKET_TIME,
} from '../receive/stream-record.ts';
import { findSlot } from '../receive/stream-table.ts';
import { BATCHED_MAXIMUM } from './bulk/memory-layout.ts';
import { PACKET_LENGTH_MAXIMUM, type RecordLayout } from './capture-format.ts';

// As constants of this module, which V8 folds; an imported one it loads anew each time.
const WORDS = RECORD_WORDS;
const DOUBLES = RECORD_DOUBLES;
const NEXT_HEADER = WORD_NEXT_HEADER;
const LAST_TIMESTAMP = WORD_LAST_TIMESTAMP;
const PACKET_TIME = WORD_PACKET_TIME;
const DELTA_MAX_US = WORD_DELTA_MAX_US;
const CLOCK_RATE_HZ = WORD_CLOCK_RATE_HZ;
const BYTES = WORD_BYTES;
const HIGHEST_SEQUENCE = WORD_HIGHEST_SEQUENCE;
const JITTER_PACKETS = WORD_JITTER_PACKETS;
const LAST_ARRIVAL_US = DOUBLE_LAST_ARRIVAL_US;
const JITTER = DOUBLE_JITTER;
const JITTER_SUM = DOUBLE_JITTER_SUM;
const JITTER_MAX = DOUBLE_JITTER_MAX;
const LATENESS = DOUBLE_LATENESS;
const KEPT = LATENESS_KEPT;
const BUFFERED = BUFFERED_JITTERS;
const DELTA_MAXIMUM = DELTA_MAXIMUM_US;
const SAMPLE_MASK = JITTER_SAMPLE_MASK;
const LENGTH_MAXIMUM = PACKET_LENGTH_MAXIMUM;
const TOUCHED = BATCHED_MAXIMUM;

const PACKET_MINIMUM = 54; // Ethernet, IPv4 without options, UDP, RTP
const NOT_PLAIN = -1;

/** What the loop works on, in the arrays of their owners. */
export interface StreamArrays {
  readonly words: Int32Array;
  readonly doubles: Float64Array;
  readonly index: Int32Array;
  readonly classes: Uint8Array;
  /** Look the slots of many packets up at once: worth it where the streams do not fit into the cache. */
  readonly isTouched: boolean;
}

/** Of the last run of plain packets, and what ended it: a packet of a stream that is known, perhaps. */
export interface PlainRun {
  counted: number;
  /** Below zero where it was anything else. */
  slot: number;
  /** Where in the view its frame begins, how much of that was captured, and where the next record begins. */
  at: number;
  length: number;
  behind: number;
  arrivalUs: number;
}

/** Of the packets touched. */
const slots = new Int32Array(BATCHED_MAXIMUM);

/**
 * What it calls for each packet is small enough, all together, for V8 to inline it (920 bytes of bytecode): a function
 * left out gets its numbers on the heap, and all take a quarter more time.
 * @param endUs packets from then on belong to another interval
 * @returns where the first record begins that is not whole, or not of a plain packet
 */
export function countPlainPackets(
  view: DataView,
  from: number,
  layout: RecordLayout,
  endUs: number,
  { words, doubles, index, classes, isTouched }: StreamArrays,
  run: PlainRun,
): number {
  const { isLittleEndian, unitUs, offsetUs } = layout;
  const isPcap = layout.format === 'pcap';
  const to = view.byteLength;
  const headerLength = isPcap ? 16 : 28;
  let offset = from;
  let counted = 0;
  let untouched = from;
  let { lastArrivalUs } = layout;
  run.slot = NOT_PLAIN;
  for (;;) {
    const length = isPcap
      ? pcapLength(view, offset, to, isLittleEndian)
      : pcapngLength(view, offset, to, layout);
    if (length < PACKET_MINIMUM) break;
    if (isTouched && offset === untouched) untouched = touchPackets(view, offset, to, layout, words, index);
    const at = offset + headerLength;
    const slot = isTouched ? (slots[counted % TOUCHED] as number) : findPlainSlot(view, at, words, index);
    if (slot < 0) break;
    const upper = view.getUint32(offset + (isPcap ? 0 : 12), isLittleEndian);
    const lower = view.getUint32(offset + (isPcap ? 4 : 16), isLittleEndian);
    const arrivalUs = isPcap
      ? upper * 1e6 + lower * unitUs
      : (upper * 0x1_0000_0000 + lower) * unitUs + offsetUs;
    if (arrivalUs >= endUs) break;
    const behind = isPcap ? at + length : offset + view.getUint32(offset + 4, isLittleEndian);
    const record = slot * WORDS;
    const base = slot * DOUBLES;
    if (!isAwaited(view, at, words, record) || !countPace(words, doubles, record, base, arrivalUs)) {
      tellOther(run, slot, at, length, behind, arrivalUs);
      break;
    }
    countNext(view, at, words, record);
    if (isAsked(words, record))
      classify(doubles[base + JITTER] as number, classes, slot, words[record + CLOCK_RATE_HZ] as number);
    counted++;
    lastArrivalUs = arrivalUs;
    offset = behind;
  }
  layout.lastArrivalUs = lastArrivalUs;
  run.counted = counted;
  return offset;
}

function tellOther(
  run: PlainRun,
  slot: number,
  at: number,
  length: number,
  behind: number,
  arrivalUs: number,
): void {
  run.slot = slot;
  run.at = at;
  run.length = length;
  run.behind = behind;
  run.arrivalUs = arrivalUs;
}

/**
 * Fetches what the next packets will need of the streams, many at a time: beyond some 20,000 streams they are in
 * memory, and waiting for one after the other takes twice as long.
 * @returns where the first record begins that was left out
 */
function touchPackets(
  view: DataView,
  from: number,
  to: number,
  layout: RecordLayout,
  words: Int32Array,
  index: Int32Array,
): number {
  const { isLittleEndian } = layout;
  const isPcap = layout.format === 'pcap';
  const headerLength = isPcap ? 16 : 28;
  let offset = from;
  for (let packet = 0; packet < TOUCHED; packet++) {
    const length = isPcap
      ? pcapLength(view, offset, to, isLittleEndian)
      : pcapngLength(view, offset, to, layout);
    if (length < PACKET_MINIMUM) break;
    const at = offset + headerLength;
    slots[packet] = findPlainSlot(view, at, words, index);
    offset = isPcap ? at + length : offset + view.getUint32(offset + 4, isLittleEndian);
  }
  return offset;
}

/** @returns the length of the packet; 0 where the record is not whole */
function pcapLength(view: DataView, offset: number, to: number, isLittleEndian: boolean): number {
  if (offset + 16 > to) return 0;
  const length = view.getUint32(offset + 8, isLittleEndian);
  return length > LENGTH_MAXIMUM || offset + 16 + length > to ? 0 : length;
}

/** The same for an enhanced packet of the layout's interface; 0 for any other block. */
function pcapngLength(
  view: DataView,
  offset: number,
  to: number,
  { isLittleEndian, interfaceNumber }: RecordLayout,
): number {
  if (offset + 32 > to || view.getUint32(offset, isLittleEndian) !== 6) return 0;
  if (view.getUint32(offset + 8, isLittleEndian) !== interfaceNumber) return 0;
  const length = view.getUint32(offset + 4, isLittleEndian);
  if (length < 32 || (length & 3) !== 0 || length > LENGTH_MAXIMUM || offset + length > to) return 0;
  if (view.getUint32(offset + length - 4, isLittleEndian) !== length) return 0;
  const captured = view.getUint32(offset + 20, isLittleEndian);
  return captured > length - 32 ? 0 : captured;
}

function findPlainSlot(view: DataView, at: number, words: Int32Array, index: Int32Array): number {
  // Ethernet type, version and header length of IPv4; no fragment; UDP.
  if ((view.getInt32(at + 12) & ~0xff) !== 0x0800_4500 || (view.getInt32(at + 20) & 0x3fff_00ff) !== 0x11) {
    return NOT_PLAIN;
  }
  // Both lengths have room for an RTP header.
  if (view.getUint16(at + 16) < 40 || view.getUint16(at + 38) < 20) return NOT_PLAIN;
  return findSlot(
    words,
    index,
    view.getInt32(at + 26, true),
    view.getInt32(at + 30, true),
    view.getInt32(at + 34, true),
    view.getInt32(at + 50, true),
  );
}

/** Next in sequence, of the same type, without a marker, and so much later as always. */
function isAwaited(view: DataView, at: number, words: Int32Array, record: number): boolean {
  const first = view.getInt32(at + 42);
  if (((first ^ (words[record + NEXT_HEADER] as number)) & 0xc0ff_ffff) !== 0) return false;
  // The header awaited must not be counted on into the payload type.
  if ((first & 0xffff) === 0xffff) return false;
  const elapsed = (view.getInt32(at + 46) - (words[record + LAST_TIMESTAMP] as number)) | 0;
  return elapsed === words[record + PACKET_TIME];
}

/** Measures the jitter of a packet that can still be played, and its lateness (see `stream-course.ts`). */
function countPace(
  words: Int32Array,
  doubles: Float64Array,
  record: number,
  base: number,
  arrivalUs: number,
): boolean {
  const deltaUs = arrivalUs - (doubles[base + LAST_ARRIVAL_US] as number);
  const elapsed = words[record + PACKET_TIME] as number;
  const change = deltaUs * ((words[record + CLOCK_RATE_HZ] as number) * 1e-6) - elapsed;
  const before = doubles[base + JITTER] as number;
  const jitter = before + (Math.abs(change) - before) * (1 / 16);
  const behind = ((doubles[base + LATENESS] as number) + change) * KEPT;
  const lateness = (behind + Math.abs(behind)) * 0.5;
  if (lateness > elapsed + BUFFERED * jitter) return false;
  doubles[base + LATENESS] = lateness;
  doubles[base + LAST_ARRIVAL_US] = arrivalUs;
  doubles[base + JITTER] = jitter;
  doubles[base + JITTER_SUM] = (doubles[base + JITTER_SUM] as number) + jitter;
  if (jitter > (doubles[base + JITTER_MAX] as number)) doubles[base + JITTER_MAX] = jitter;
  if (deltaUs > (words[record + DELTA_MAX_US] as number)) {
    words[record + DELTA_MAX_US] = Math.min(deltaUs, DELTA_MAXIMUM);
  }
  return true;
}

/** One packet in eight, as `classifyJitter` says where the run is settled. */
function isAsked(words: Int32Array, record: number): boolean {
  const run = (words[record + NEXT_HEADER] as number) - 1 - (words[record + HIGHEST_SEQUENCE] as number);
  return (((words[record + JITTER_PACKETS] as number) + run) & SAMPLE_MASK) === 1;
}

/** All that `settleRun` cannot make up for. */
function countNext(view: DataView, at: number, words: Int32Array, record: number): void {
  words[record + LAST_TIMESTAMP] = view.getInt32(at + 46);
  words[record + NEXT_HEADER] = (words[record + NEXT_HEADER] as number) + 1;
  words[record + BYTES] = (words[record + BYTES] as number) + view.getUint16(at + 38) - 8;
}
