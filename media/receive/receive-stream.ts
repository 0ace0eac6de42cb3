/**
 * What RFC 3550 tells about received streams: extended sequence numbers, loss, duplicates, order, jitter. One
 * arithmetic for live legs and for captures; each stream is one record of `stream-record.ts`, and nothing is
 * allocated per packet.
 *
 * Loss is expected − distinct: a duplicate never fills a hole, and a late packet mends the one it left.
 * Jitter is RFC 3550 A.8 over audio in order of arrival, so an overtaken packet enters it (its delay is what
 * made it late), while a copy made by the network does not. Telephone-events and comfort noise stay out, for
 * their timestamps do not follow the wire; a marked packet, the first after silence, only sets the reference.
 */
import type { ReceptionCounters } from '../rtcp/reception-report.ts';
import { packetWord } from './packet-word.ts';
import {
  AUDIO,
  DUPLICATE,
  IN_ORDER,
  type PacketKind,
  RESTARTED,
  type Reception,
  STRAY,
} from './reception.ts';
import { beginSequence, placeInSequence } from './sequence.ts';
import { SequenceBreaks } from './sequence-breaks.ts';
import {
  DOUBLE_JITTER,
  DOUBLE_JITTER_MAX,
  DOUBLE_JITTER_SUM,
  DOUBLE_LAST_ARRIVAL_US,
  DOUBLE_LATENESS,
  MARK_WORDS,
  RECORD_BYTES,
  RECORD_DOUBLES,
  RECORD_WORDS,
  WORD_BYTES,
  WORD_CLOCK_RATE_HZ,
  WORD_HIGHEST_SEQUENCE,
  WORD_JITTER_PACKETS,
  WORD_LAST_TIMESTAMP,
  WORD_PACKET_TIME,
  WORD_PACKETS,
  WORD_SYNCHRONIZATION_SOURCE,
  WORD_WINDOW,
} from './stream-record.ts';
import {
  endInterval,
  expectedPackets,
  lostPackets,
  markCounters,
  readReceptionCounters,
  readStreamReport,
  type StreamReport,
} from './stream-report.ts';

/**
 * The offsets again as constants of this module: V8 folds those into the code of `receive`, but loads an
 * imported or exported one anew each time (25 against 12 ns a packet).
 */
const WORDS = RECORD_WORDS;
const DOUBLES = RECORD_DOUBLES;
const PACKETS = WORD_PACKETS;
const BYTES = WORD_BYTES;
const HIGHEST_SEQUENCE = WORD_HIGHEST_SEQUENCE;
const WINDOW = WORD_WINDOW;
const LAST_ARRIVAL_US = DOUBLE_LAST_ARRIVAL_US;
const LAST_TIMESTAMP = WORD_LAST_TIMESTAMP;
const CLOCK_RATE_HZ = WORD_CLOCK_RATE_HZ;
const JITTER = DOUBLE_JITTER;
const JITTER_SUM = DOUBLE_JITTER_SUM;
const JITTER_MAX = DOUBLE_JITTER_MAX;
const JITTER_PACKETS = WORD_JITTER_PACKETS;

export interface RecordMemory {
  readonly words: Int32Array;
  /** The same bytes. */
  readonly doubles: Float64Array;
}

/** Records of many received streams, by slot. */
export class ReceiveStreams {
  /** The records as 32-bit words and as 64-bit floats; replaced, both, when the records grow. */
  words: Int32Array;
  doubles: Float64Array;
  readonly breaks = new SequenceBreaks();
  /** Of the slots that `takeReport` was asked for, and those before. */
  marks = new Int32Array(0);
  readonly #freeSlots: number[] = [];
  readonly #isFixed: boolean;
  #slots = 0;

  /** @param fixed memory that has room for all records there will ever be, and stays where it is */
  constructor(capacity = 16, fixed: RecordMemory | null = null) {
    const records = new ArrayBuffer(fixed === null ? Math.max(1, capacity) * RECORD_BYTES : 0);
    this.words = fixed?.words ?? new Int32Array(records);
    this.doubles = fixed?.doubles ?? new Float64Array(records);
    this.#isFixed = fixed !== null;
  }

  get stateBytes(): number {
    return this.#isFixed ? this.#slots * RECORD_BYTES : this.words.byteLength;
  }

  /** Every slot given out so far is below this; freed ones are given out again first. */
  get slots(): number {
    return this.#slots;
  }

  /** Somebody who writes into the same memory created the records of these slots. */
  adopt(slots: number): void {
    this.#slots = slots;
  }

  /** A fresh record; `clockRateHz` is that of the payload's timestamps. */
  create(synchronizationSource: number, clockRateHz: number): number {
    const slot = this.#freeSlots.pop() ?? this.#slots++;
    if ((slot + 1) * RECORD_WORDS > this.words.length) this.#grow();
    const record = slot * RECORD_WORDS;
    this.words.fill(0, record, record + RECORD_WORDS);
    this.marks.fill(0, slot * MARK_WORDS, (slot + 1) * MARK_WORDS);
    this.breaks.forget(slot);
    this.words[record + WORD_SYNCHRONIZATION_SOURCE] = packetWord(synchronizationSource);
    this.words[record + WORD_CLOCK_RATE_HZ] = clockRateHz;
    this.doubles[slot * RECORD_DOUBLES + DOUBLE_LAST_ARRIVAL_US] = -1;
    return slot;
  }

  /** Gives the slot back; its numbers are gone. */
  release(slot: number): void {
    this.words[slot * RECORD_WORDS + WORD_PACKETS] = 0;
    this.#freeSlots.push(slot);
  }

  /** Another clock from here on: jitter by the old one means nothing and is forgotten. */
  setClockRate(slot: number, clockRateHz: number): void {
    const record = slot * RECORD_WORDS;
    const base = slot * RECORD_DOUBLES;
    if (this.words[record + WORD_CLOCK_RATE_HZ] === clockRateHz) return;
    this.words[record + WORD_CLOCK_RATE_HZ] = clockRateHz;
    this.words[record + WORD_JITTER_PACKETS] = 0;
    this.words[record + WORD_PACKET_TIME] = 0;
    this.doubles[base + DOUBLE_LATENESS] = 0;
    this.doubles[base + DOUBLE_JITTER] = 0;
    this.doubles[base + DOUBLE_JITTER_SUM] = 0;
    this.doubles[base + DOUBLE_JITTER_MAX] = 0;
    this.doubles[base + DOUBLE_LAST_ARRIVAL_US] = -1;
  }

  /**
   * Counts one packet.
   * @param timestamp RTP timestamp, signed or unsigned 32 bits
   * @param bytes RTP header + payload
   * @param arrivalUs microseconds, zero or more, on a clock that does not jump
   */
  receive(
    slot: number,
    sequenceNumber: number,
    timestamp: number,
    bytes: number,
    isMarked: boolean,
    arrivalUs: number,
    kind: PacketKind,
  ): Reception {
    const { words, doubles } = this;
    if (isNextInSequence(words, slot, sequenceNumber)) {
      countNext(words, slot, sequenceNumber, bytes);
      if (kind === 0) measureJitter(words, doubles, slot, timestamp, arrivalUs, isMarked);
      return 0;
    }
    words[slot * WORDS + PACKETS] = (words[slot * WORDS + PACKETS] as number) + 1;
    words[slot * WORDS + BYTES] = (words[slot * WORDS + BYTES] as number) + bytes;
    return this.#receiveOutOfOrder(slot, sequenceNumber, timestamp, isMarked, arrivalUs, kind);
  }

  clockRateHz(slot: number): number {
    return this.words[slot * RECORD_WORDS + WORD_CLOCK_RATE_HZ] as number;
  }

  /** Times the sender began its sequence anew. */
  restarts(slot: number): number {
    return this.breaks.find(slot)?.restarts ?? 0;
  }

  /** The interval so far; changes nothing. */
  report(slot: number): StreamReport {
    return readStreamReport(this, slot);
  }

  /** The interval since the last call, which ends here; cumulative numbers go on. */
  takeReport(slot: number): StreamReport {
    const report = readStreamReport(this, slot);
    if ((slot + 1) * MARK_WORDS > this.marks.length) this.#growMarks(slot);
    markCounters(this, slot);
    endInterval(this, slot);
    return report;
  }

  /** The next interval is counted from here; for who has read the counters and keeps those of the whole stream. */
  endInterval(slot: number): void {
    endInterval(this, slot);
  }

  /** Cumulative. */
  expected(slot: number): number {
    return expectedPackets(this.words, this.breaks, slot);
  }

  /** Cumulative: expected − distinct received, never below zero. */
  lost(slot: number): number {
    return lostPackets(this, slot);
  }

  /** For the report block about this stream. */
  receptionCounters(slot: number): ReceptionCounters {
    return readReceptionCounters(this, slot);
  }

  /** All but the next packet in order. */
  #receiveOutOfOrder(
    slot: number,
    sequenceNumber: number,
    timestamp: number,
    isMarked: boolean,
    arrivalUs: number,
    kind: PacketKind,
  ): Reception {
    const words = this.words;
    const record = slot * RECORD_WORDS;
    let reception: Reception = IN_ORDER;
    if (words[record + WORD_PACKETS] === 1) beginSequence(words, slot, sequenceNumber);
    else reception = placeInSequence(words, this.breaks, slot, sequenceNumber);
    if (kind === AUDIO && reception !== DUPLICATE && reception !== STRAY) {
      const isReference = isMarked || reception === RESTARTED;
      measureJitter(words, this.doubles, slot, timestamp, arrivalUs, isReference);
    }
    return reception;
  }

  #grow(): void {
    const records = new ArrayBuffer(this.words.byteLength * 2);
    const words = new Int32Array(records);
    words.set(this.words);
    this.words = words;
    this.doubles = new Float64Array(records);
  }

  #growMarks(slot: number): void {
    const marks = new Int32Array(Math.max(this.marks.length * 2, (slot + 1) * MARK_WORDS));
    marks.set(this.marks);
    this.marks = marks;
  }
}

/** Whether the packet is the one that follows the highest so far; never for a first one. */
function isNextInSequence(words: Int32Array, slot: number, sequenceNumber: number): boolean {
  const record = slot * WORDS;
  const step = (sequenceNumber - (words[record + HIGHEST_SEQUENCE] as number)) & 0xffff;
  return step === 1 && words[record + PACKETS] !== 0;
}

/** Counts the packet that follows the highest so far. */
function countNext(words: Int32Array, slot: number, sequenceNumber: number, bytes: number): void {
  const record = slot * WORDS;
  const window = record + WINDOW + ((sequenceNumber >>> 5) & 3);
  words[record + PACKETS] = (words[record + PACKETS] as number) + 1;
  words[record + BYTES] = (words[record + BYTES] as number) + bytes;
  words[record + HIGHEST_SEQUENCE] = (words[record + HIGHEST_SEQUENCE] as number) + 1;
  words[window] = (words[window] as number) | (1 << sequenceNumber);
}

// RFC 3550 A.8. Math.abs, not a branch: the sign is a coin toss, and mispredicting it cost 13 %.
export function measureJitter(
  words: Int32Array,
  doubles: Float64Array,
  slot: number,
  timestamp: number,
  arrivalUs: number,
  isReference: boolean,
): void {
  const record = slot * WORDS;
  const base = slot * DOUBLES;
  const lastArrivalUs = doubles[base + LAST_ARRIVAL_US] as number;
  const elapsed = (timestamp - (words[record + LAST_TIMESTAMP] as number)) | 0;
  words[record + LAST_TIMESTAMP] = timestamp;
  doubles[base + LAST_ARRIVAL_US] = arrivalUs;
  if (isReference || lastArrivalUs < 0) return;
  const clockRateHz = words[record + CLOCK_RATE_HZ] as number;
  const difference = Math.abs((arrivalUs - lastArrivalUs) * (clockRateHz * 1e-6) - elapsed);
  const previous = doubles[base + JITTER] as number;
  const jitter = previous + (difference - previous) * (1 / 16);
  doubles[base + JITTER] = jitter;
  doubles[base + JITTER_SUM] = (doubles[base + JITTER_SUM] as number) + jitter;
  if (jitter > (doubles[base + JITTER_MAX] as number)) doubles[base + JITTER_MAX] = jitter;
  words[record + JITTER_PACKETS] = (words[record + JITTER_PACKETS] as number) + 1;
}
