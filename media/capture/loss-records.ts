/** The losses of all streams: numbers in one array, for objects of thousands of streams kept the cache and the collector busy. */
import { GAP_THRESHOLD } from '../receive/pace-constants.ts';
import { EVENT_LATE, EVENT_MEND, EVENT_RESTART } from './event-kinds.ts';
import {
  LOSS_BITS,
  LOSS_BURST_PACKETS,
  LOSS_BURST_UNHEARD,
  LOSS_BURSTS,
  LOSS_BYTES,
  LOSS_HIGHEST,
  LOSS_LAST,
  LOSS_LATE,
  LOSS_STATE,
  LOSSES_ALONE,
  LOSSES_APART,
  LOSSES_IN_BURST,
  LOSSES_NONE,
} from './loss-record.ts';
import type { LossCounters, StreamLosses } from './stream-losses.ts';

/** No packet is awaited when so many later ones were sent. */
const WINDOW_PACKETS = 128;
const WORDS = LOSS_BYTES / 4;

/** In TypeScript: the reference. `bulk/loss-runs.as.ts` says the same in AssemblyScript. */
export class LossRecords implements StreamLosses {
  readonly slotBytes = LOSS_BYTES;
  #words = new Int32Array(64 * WORDS);
  /** One record, to look what would be if nothing more were lost. */
  readonly #copy = new Int32Array(WORDS);

  begin(slot: number): void {
    if ((slot + 1) * WORDS > this.#words.length) this.#grow();
    this.#words.fill(0, slot * WORDS, (slot + 1) * WORDS);
  }

  tell(slot: number, kind: number, from: number, to: number): void {
    const words = this.#words;
    const record = slot * WORDS;
    if (kind === EVENT_RESTART) {
      leaveAll(words, record);
      words[record + LOSS_STATE] = LOSSES_NONE;
    } else if (kind === EVENT_MEND) {
      mend(words, record, from);
    } else {
      miss(words, record, from, to);
      if (kind === EVENT_LATE) words[record + LOSS_LATE] = (words[record + LOSS_LATE] as number) + 1;
    }
  }

  read(slot: number): LossCounters {
    const words = this.#words;
    const copy = this.#copy;
    const record = slot * WORDS;
    for (let word = 0; word < WORDS; word++) copy[word] = words[record + word] as number;
    leaveAll(copy, 0);
    return {
      bursts: copy[LOSS_BURSTS] as number,
      burstPackets: copy[LOSS_BURST_PACKETS] as number,
      burstUnheard: copy[LOSS_BURST_UNHEARD] as number,
      late: copy[LOSS_LATE] as number,
    };
  }

  #grow(): void {
    const words = new Int32Array(this.#words.length * 2);
    words.set(this.#words);
    this.#words = words;
  }
}

function bitsOf(record: number, sequence: number): number {
  return record + LOSS_BITS + ((sequence >>> 5) & 3);
}

/** A late packet came; one that had no bit left comes too late for anything. */
function mend(words: Int32Array, record: number, sequence: number): void {
  const behind = (words[record + LOSS_HIGHEST] as number) - sequence;
  if (words[record + LOSS_STATE] === LOSSES_NONE || behind < 0 || behind >= WINDOW_PACKETS) return;
  const at = bitsOf(record, sequence);
  words[at] = (words[at] as number) & ~(1 << sequence);
}

/** From the first to the last of them, both included. */
function miss(words: Int32Array, record: number, from: number, to: number): void {
  if (words[record + LOSS_STATE] === LOSSES_NONE) {
    words[record + LOSS_STATE] = LOSSES_APART;
    words[record + LOSS_HIGHEST] = to;
  }
  const highest = Math.max(to, words[record + LOSS_HIGHEST] as number);
  const oldest = highest - WINDOW_PACKETS + 1;
  if (to === highest) {
    leave(words, record, oldest);
    // A gap of more packets than there are bits: all before it have left.
    if (from < oldest) addRun(words, record, from, oldest - 1);
    words[record + LOSS_HIGHEST] = highest;
  }
  for (let sequence = Math.max(from, oldest); sequence <= to; sequence++) {
    const at = bitsOf(record, sequence);
    words[at] = (words[at] as number) | (1 << sequence);
  }
}

/** Nothing can be mended any more. */
function leaveAll(words: Int32Array, record: number): void {
  if (words[record + LOSS_STATE] !== LOSSES_NONE)
    leave(words, record, (words[record + LOSS_HIGHEST] as number) + 1);
}

/** The packets missed before `end` leave their bits, in their order. */
function leave(words: Int32Array, record: number, end: number): void {
  const highest = words[record + LOSS_HIGHEST] as number;
  const last = Math.min(highest, end - 1);
  let sequence = highest - WINDOW_PACKETS + 1;
  while (sequence <= last) {
    const at = bitsOf(record, sequence);
    const bits = (words[at] as number) >>> (sequence & 31);
    if (bits === 0) {
      sequence = (sequence | 31) + 1;
      continue;
    }
    sequence += 31 - Math.clz32(bits & -bits);
    if (sequence > last) return;
    addRun(words, record, sequence, sequence);
    words[at] = (words[at] as number) & ~(1 << sequence);
    sequence++;
  }
}

/** Together with those before where fewer than Gmin heard packets lie between them; one packet alone is no burst. */
function addRun(words: Int32Array, record: number, from: number, to: number): void {
  const state = words[record + LOSS_STATE] as number;
  const last = words[record + LOSS_LAST] as number;
  const goesOn = state !== LOSSES_APART && from - last <= GAP_THRESHOLD;
  words[record + LOSS_LAST] = to;
  if (!goesOn && from === to) {
    words[record + LOSS_STATE] = LOSSES_ALONE;
    return;
  }
  words[record + LOSS_STATE] = LOSSES_IN_BURST;
  if (!goesOn) {
    addBurst(words, record, 1, to - from + 1, to - from + 1);
  } else if (state === LOSSES_ALONE) {
    addBurst(words, record, 1, to - last + 1, to - from + 2);
  } else {
    addBurst(words, record, 0, to - last, to - from + 1);
  }
}

function addBurst(words: Int32Array, record: number, bursts: number, packets: number, unheard: number): void {
  words[record + LOSS_BURSTS] = (words[record + LOSS_BURSTS] as number) + bursts;
  words[record + LOSS_BURST_PACKETS] = (words[record + LOSS_BURST_PACKETS] as number) + packets;
  words[record + LOSS_BURST_UNHEARD] = (words[record + LOSS_BURST_UNHEARD] as number) + unheard;
}
