/**
 * How the packets of captured streams follow each other: their pace, what was silence, how late they came. The
 * packets that keep the pace are counted in `plain-packets.ts`; all others come here.
 *
 * Lateness is how far a packet is behind the earliest ones: the differences of RFC 3550 A.8, added up with their
 * sign, never below zero, and forgotten by a thousandth a packet, so that it follows a clock that drifts. A
 * packet is late when a jitter buffer of one packet and twice the running jitter would have played without it.
 */
import { classifyJitter } from '../receive/jitter-classes.ts';
import {
  BUFFERED_JITTERS,
  DELTA_MAXIMUM_US,
  JITTER_CLASSES,
  LATENESS_KEPT,
  LONGEST_PACKETS_PER_SECOND,
} from '../receive/pace-constants.ts';
import type { ReceiveStreams } from '../receive/receive-stream.ts';
import {
  AUDIO,
  DUPLICATE,
  IN_ORDER,
  type PacketKind,
  REORDERED,
  RESTARTED,
  type Reception,
  STRAY,
  TELEPHONE_EVENT,
} from '../receive/reception.ts';
import {
  DOUBLE_JITTER,
  DOUBLE_LAST_ARRIVAL_US,
  DOUBLE_LATENESS,
  RECORD_DOUBLES,
  RECORD_WORDS,
  WORD_BASE_SEQUENCE,
  WORD_CLOCK_RATE_HZ,
  WORD_DELTA_MAX_US,
  WORD_HIGHEST_SEQUENCE,
  WORD_LAST_TIMESTAMP,
  WORD_PACKET_TIME,
  WORD_PACKETS,
} from '../receive/stream-record.ts';
import { EVENT_LATE, EVENT_MEND, EVENT_MISS, EVENT_RESTART } from './event-kinds.ts';
import { LossRecords } from './loss-records.ts';
import type { LossCounters, StreamLosses } from './stream-losses.ts';
import { type PauseCounters, StreamPauses } from './stream-pauses.ts';
import { type SkewCounters, StreamSkew } from './stream-skew.ts';

/** Of one interval, as sums where sums make sense; losses since the stream began. */
export interface CourseCounters extends LossCounters, PauseCounters, SkewCounters {
  /** The last one; 0 while it is not known. */
  readonly packetTimeUs: number;
  readonly deltaMaxUs: number;
}

/** Where the core counts, too; with room for all streams there may be. */
export interface CourseMemory {
  readonly classes: Uint8Array;
  readonly losses: StreamLosses;
  readonly skewSinceUs: Float64Array;
}

export class StreamCourse {
  /** By slot, 32 each. */
  classes: Uint8Array;
  readonly pauses = new StreamPauses();
  readonly skew: StreamSkew;
  readonly losses: StreamLosses;
  readonly #streams: ReceiveStreams;
  #highestBefore = 0;
  #baseBefore = 0;
  #timestampBefore = 0;
  #arrivalBeforeUs = -1;

  /** @param core counts classes and losses, too */
  constructor(streams: ReceiveStreams, core: CourseMemory | null = null) {
    this.#streams = streams;
    this.classes = core?.classes ?? new Uint8Array(64 * JITTER_CLASSES);
    this.skew = new StreamSkew(streams, core?.skewSinceUs);
    this.losses = core?.losses ?? new LossRecords();
  }

  /** Memory of all streams, without what is kept of those only to which something happened. */
  get stateBytes(): number {
    const { slots } = this.#streams;
    return slots * (JITTER_CLASSES + this.skew.slotBytes + this.losses.slotBytes);
  }

  /** A slot is given to a new stream. */
  begin(slot: number, arrivalUs: number): void {
    if ((slot + 1) * JITTER_CLASSES > this.classes.length) this.#grow();
    this.skew.begin(slot, arrivalUs);
    this.losses.begin(slot);
    this.pauses.forget(slot);
    this.clearClasses(slot);
  }

  /** Before `ReceiveStreams.receive` counts the packet that `follow` is then told of. */
  prepare(slot: number): void {
    const { words, doubles } = this.#streams;
    const record = slot * RECORD_WORDS;
    this.#highestBefore = words[record + WORD_HIGHEST_SEQUENCE] as number;
    this.#baseBefore = words[record + WORD_BASE_SEQUENCE] as number;
    this.#timestampBefore = words[record + WORD_LAST_TIMESTAMP] as number;
    this.#arrivalBeforeUs = doubles[slot * RECORD_DOUBLES + DOUBLE_LAST_ARRIVAL_US] as number;
  }

  follow(
    slot: number,
    sequenceNumber: number,
    timestamp: number,
    isMarked: boolean,
    arrivalUs: number,
    kind: PacketKind,
    reception: Reception,
  ): void {
    if (reception === DUPLICATE || reception === STRAY) return;
    const sequence = this.#followSequence(slot, sequenceNumber, reception);
    if (kind === TELEPHONE_EVENT) skipNext(this.#streams.words, slot);
    if (kind !== AUDIO) return;
    if (this.#arrivalBeforeUs < 0 || reception === RESTARTED) {
      this.skew.refer(slot, timestamp, arrivalUs);
    }
    if (this.#arrivalBeforeUs < 0) return;
    if (reception === IN_ORDER) this.#followPace(slot, sequence, timestamp, isMarked, arrivalUs);
    if (reception === REORDERED) skipNext(this.#streams.words, slot);
    const isLate = this.#followTransit(slot, timestamp, isMarked || reception === RESTARTED, arrivalUs);
    if (isLate) this.losses.tell(slot, EVENT_LATE, sequence, sequence);
  }

  /** Of the interval, which ends with it; call `clearClasses` for the next one. */
  take(slot: number): CourseCounters {
    const { words } = this.#streams;
    const record = slot * RECORD_WORDS;
    const unitUs = 1e6 / (words[record + WORD_CLOCK_RATE_HZ] as number);
    const pauses = this.pauses.take(slot, this.#streams.clockRateHz(slot));
    const losses = this.losses.read(slot);
    const skew = this.skew.take(slot);
    const counters: CourseCounters = {
      bursts: losses.bursts,
      burstPackets: losses.burstPackets,
      burstUnheard: losses.burstUnheard,
      late: losses.late,
      silenceUs: pauses.silenceUs,
      packetTimeChanges: pauses.packetTimeChanges,
      packetTimeUs: Math.abs(words[record + WORD_PACKET_TIME] as number) * unitUs,
      deltaMaxUs: words[record + WORD_DELTA_MAX_US] as number,
      fromUs: skew.fromUs,
      skewUs: skew.skewUs,
    };
    words[record + WORD_DELTA_MAX_US] = 0;
    return counters;
  }

  clearClasses(slot: number): void {
    this.classes.fill(0, slot * JITTER_CLASSES, (slot + 1) * JITTER_CLASSES);
  }

  /** @returns the extended sequence number of the packet */
  #followSequence(slot: number, sequenceNumber: number, reception: Reception): number {
    const { words } = this.#streams;
    const record = slot * RECORD_WORDS;
    const highest = words[record + WORD_HIGHEST_SEQUENCE] as number;
    const sequence = highest - ((highest - sequenceNumber) & 0xffff);
    if (words[record + WORD_PACKETS] === 1) return sequence;
    if (reception === RESTARTED) {
      this.losses.tell(slot, EVENT_RESTART, sequence, sequence);
    } else if (reception === REORDERED) {
      if (sequence < this.#baseBefore) this.#miss(slot, sequence + 1, this.#baseBefore - 1);
      else this.losses.tell(slot, EVENT_MEND, sequence, sequence);
    } else {
      this.#miss(slot, this.#highestBefore + 1, highest - 1);
    }
    return sequence;
  }

  #miss(slot: number, from: number, to: number): void {
    if (from <= to) this.losses.tell(slot, EVENT_MISS, from, to);
  }

  #followPace(slot: number, sequence: number, timestamp: number, isMarked: boolean, arrivalUs: number): void {
    const { words } = this.#streams;
    const word = slot * RECORD_WORDS + WORD_PACKET_TIME;
    const packetTime = words[word] as number;
    if (packetTime < 0) {
      words[word] = -packetTime;
      return;
    }
    const clockRateHz = words[slot * RECORD_WORDS + WORD_CLOCK_RATE_HZ] as number;
    const elapsed = (timestamp - this.#timestampBefore) | 0;
    const step = sequence - this.#highestBefore;
    const tellsPace = step === 1 && !isMarked && isPace(elapsed, clockRateHz);
    if (packetTime === 0) {
      if (tellsPace) words[word] = elapsed;
      return;
    }
    const excess = elapsed - step * packetTime;
    if (excess === 0) return;
    const pauses = this.pauses.of(slot);
    const isSecond = pauses.candidateUnits === elapsed && pauses.candidateSequence === sequence - 1;
    if (tellsPace && isSecond) {
      // What was taken for a pause at the packet before was a longer packet.
      pauses.silenceUnits -= Math.max(0, excess);
      pauses.packetTimeChanges++;
      words[word] = elapsed;
      return;
    }
    pauses.candidateUnits = tellsPace ? elapsed : 0;
    pauses.candidateSequence = sequence;
    // A timestamp that runs far ahead of the time that passed was set anew.
    const passed = (arrivalUs - this.#arrivalBeforeUs) * (clockRateHz * 1e-6);
    if (excess <= 2 * passed + clockRateHz) pauses.silenceUnits += Math.max(0, excess);
  }

  /** @returns whether the packet came too late to be played */
  #followTransit(slot: number, timestamp: number, isReference: boolean, arrivalUs: number): boolean {
    const { words, doubles } = this.#streams;
    if (isReference) {
      doubles[slot * RECORD_DOUBLES + DOUBLE_LATENESS] = 0;
      return false;
    }
    const elapsed = (timestamp - this.#timestampBefore) | 0;
    return followTransit(words, doubles, this.classes, slot, elapsed, arrivalUs - this.#arrivalBeforeUs);
  }

  #grow(): void {
    const classes = new Uint8Array(this.classes.length * 2);
    classes.set(this.classes);
    this.classes = classes;
  }
}

/** What comes after a packet out of order, or after a key, has a timestamp that tells no pace. */
export function skipNext(words: Int32Array, slot: number): void {
  const word = slot * RECORD_WORDS + WORD_PACKET_TIME;
  words[word] = -Math.abs(words[word] as number);
}

/** Of a packet: whether so much timestamp may be its length. */
export function isPace(elapsed: number, clockRateHz: number): boolean {
  return elapsed > 0 && elapsed * LONGEST_PACKETS_PER_SECOND <= clockRateHz;
}

/**
 * Of a packet whose jitter is measured: lateness, delta, and the class of the jitter.
 * @param elapsed timestamp units since the packet before
 * @param deltaUs time since it arrived
 * @returns whether the packet came too late to be played
 */
export function followTransit(
  words: Int32Array,
  doubles: Float64Array,
  classes: Uint8Array,
  slot: number,
  elapsed: number,
  deltaUs: number,
): boolean {
  const record = slot * RECORD_WORDS;
  const base = slot * RECORD_DOUBLES;
  const clockRateHz = words[record + WORD_CLOCK_RATE_HZ] as number;
  const change = deltaUs * (clockRateHz * 1e-6) - elapsed;
  const behind = ((doubles[base + DOUBLE_LATENESS] as number) + change) * LATENESS_KEPT;
  const lateness = Math.max(0, behind);
  doubles[base + DOUBLE_LATENESS] = lateness;
  const longestUs = words[record + WORD_DELTA_MAX_US] as number;
  words[record + WORD_DELTA_MAX_US] = Math.max(longestUs, Math.min(deltaUs, DELTA_MAXIMUM_US));
  classifyJitter(words, doubles, classes, slot, clockRateHz);
  const packetTime = Math.abs(words[record + WORD_PACKET_TIME] as number) || clockRateHz / 50;
  return lateness > packetTime + BUFFERED_JITTERS * (doubles[base + DOUBLE_JITTER] as number);
}
