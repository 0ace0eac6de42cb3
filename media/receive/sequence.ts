/**
 * Where a packet stands in its stream when it is not simply the next one: RFC 3550 A.1, with a window of the
 * last 128 sequence numbers beside it, so that a copy is told from a late packet.
 */
import { DUPLICATE, IN_ORDER, REORDERED, RESTARTED, type Reception, STRAY } from './reception.ts';
import type { SequenceBreaks } from './sequence-breaks.ts';
import {
  RECORD_WORDS,
  WORD_BASE_SEQUENCE,
  WORD_DUPLICATES,
  WORD_HIGHEST_SEQUENCE,
  WORD_LOSS_RUNS,
  WORD_REORDERED,
  WORD_WINDOW,
} from './stream-record.ts';
import { expectedPackets } from './stream-report.ts';

export const MAX_DROPOUT = 3000; // RFC 3550 A.1
export const MAX_MISORDER = 100; // RFC 3550 A.1
const WINDOW_PACKETS = 128;
const WINDOW_WORDS = WINDOW_PACKETS / 32;

/** A first packet. */
export function beginSequence(words: Int32Array, slot: number, sequenceNumber: number): void {
  const record = slot * RECORD_WORDS;
  words[record + WORD_HIGHEST_SEQUENCE] = sequenceNumber;
  words[record + WORD_BASE_SEQUENCE] = sequenceNumber;
  words.fill(0, record + WORD_WINDOW, record + WORD_WINDOW + WINDOW_WORDS);
  setArrived(words, record, sequenceNumber);
}

/** One beyond a gap, a duplicate, a late one, or one from another sequence altogether. */
export function placeInSequence(
  words: Int32Array,
  breaks: SequenceBreaks,
  slot: number,
  sequenceNumber: number,
): Reception {
  const record = slot * RECORD_WORDS;
  const highest = words[record + WORD_HIGHEST_SEQUENCE] as number;
  const step = (sequenceNumber - highest) & 0xffff;
  if (step !== 0 && step < MAX_DROPOUT) {
    advance(words, record, step);
    return IN_ORDER;
  }
  const behind = -step & 0xffff;
  if (behind >= MAX_MISORDER) return placeStray(words, breaks, slot, sequenceNumber);
  return placeBehind(words, breaks, slot, highest - behind);
}

/** A copy of a packet that came, or one that was missed. */
export function placeBehind(
  words: Int32Array,
  breaks: SequenceBreaks,
  slot: number,
  late: number,
): Reception {
  const record = slot * RECORD_WORDS;
  if (hasArrived(words, record, late)) {
    increment(words, record + WORD_DUPLICATES);
    return DUPLICATE;
  }
  increment(words, record + WORD_REORDERED);
  mendLossRuns(words, breaks, slot, late);
  setArrived(words, record, late);
  return REORDERED;
}

/** The sequence goes on, perhaps over a gap: one more run of losses, until late packets mend it. */
export function advance(words: Int32Array, record: number, step: number): void {
  const sequence = (words[record + WORD_HIGHEST_SEQUENCE] as number) + step;
  if (step > 1) {
    increment(words, record + WORD_LOSS_RUNS);
    clearArrived(words, record, Math.max(sequence - step + 1, sequence - WINDOW_PACKETS), sequence);
  }
  words[record + WORD_HIGHEST_SEQUENCE] = sequence;
  setArrived(words, record, sequence);
}

/** A late packet shortens its run of losses, splits it in two, or ends it. */
function mendLossRuns(words: Int32Array, breaks: SequenceBreaks, slot: number, late: number): void {
  const record = slot * RECORD_WORDS;
  const base = words[record + WORD_BASE_SEQUENCE] as number;
  let newRuns = 1;
  if (late < base) {
    // The very first packet had overtaken this one: what lies between the two was sent as well.
    words[record + WORD_BASE_SEQUENCE] = late;
    breaks.of(slot).sentBefore += base - late;
    if (late + 1 === base) newRuns = 0;
  } else {
    if (hasArrived(words, record, late - 1)) newRuns--;
    if (hasArrived(words, record, late + 1)) newRuns--;
  }
  words[record + WORD_LOSS_RUNS] = (words[record + WORD_LOSS_RUNS] as number) + newRuns;
}

// RFC 3550 A.1: two packets in a row after a very large jump mean that the other side restarted.
function placeStray(
  words: Int32Array,
  breaks: SequenceBreaks,
  slot: number,
  sequenceNumber: number,
): Reception {
  const sequenceBreak = breaks.of(slot);
  if (sequenceNumber !== sequenceBreak.restartSequence) {
    sequenceBreak.restartSequence = (sequenceNumber + 1) & 0xffff;
    sequenceBreak.strays++;
    return STRAY;
  }
  sequenceBreak.expectedBefore = expectedPackets(words, breaks, slot);
  sequenceBreak.restartSequence = -1;
  sequenceBreak.restarts++;
  sequenceBreak.sentBefore = 0;
  // The stray before was the first of them: it arrived, so it is the base.
  sequenceBreak.strays--;
  beginSequence(words, slot, (sequenceNumber - 1) & 0xffff);
  advance(words, slot * RECORD_WORDS, 1);
  return RESTARTED;
}

function hasArrived(words: Int32Array, record: number, sequence: number): boolean {
  return ((words[record + WORD_WINDOW + ((sequence >>> 5) & 3)] as number) & (1 << sequence)) !== 0;
}

function setArrived(words: Int32Array, record: number, sequence: number): void {
  const word = record + WORD_WINDOW + ((sequence >>> 5) & 3);
  words[word] = (words[word] as number) | (1 << sequence);
}

/** From the first to the last of them, no more than the window holds: a word at a time. */
export function setAllArrived(words: Int32Array, record: number, from: number, to: number): void {
  for (let sequence = from; sequence <= to; sequence = (sequence | 31) + 1) {
    const word = record + WORD_WINDOW + ((sequence >>> 5) & 3);
    const beyond = Math.max(0, (sequence | 31) - to);
    words[word] = (words[word] as number) | ((-1 << sequence) & (-1 >>> beyond));
  }
}

function clearArrived(words: Int32Array, record: number, from: number, to: number): void {
  for (let sequence = from; sequence < to; sequence++) {
    const word = record + WORD_WINDOW + ((sequence >>> 5) & 3);
    words[word] = (words[word] as number) & ~(1 << sequence);
  }
}

export function increment(words: Int32Array, word: number): void {
  words[word] = (words[word] as number) + 1;
}
