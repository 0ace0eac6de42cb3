/**
 * Packets of the sound a stream has that are not the next one, or come late, as long as they keep the pace: what
 * `receive-stream.ts`, `sequence.ts` and `stream-course.ts` do with them, in one piece. A lossy capture has some
 * hundred thousand of them. `bulk/count-packet.as.ts` says the same in AssemblyScript.
 */
import { measureJitter, type RecordMemory } from '../receive/receive-stream.ts';
import { DUPLICATE } from '../receive/reception.ts';
import { advance, increment, MAX_DROPOUT, MAX_MISORDER, placeBehind } from '../receive/sequence.ts';
import type { SequenceBreaks } from '../receive/sequence-breaks.ts';
import {
  DOUBLE_LAST_ARRIVAL_US,
  RECORD_DOUBLES,
  RECORD_WORDS,
  WORD_BASE_SEQUENCE,
  WORD_BYTES,
  WORD_CLOCK_RATE_HZ,
  WORD_HIGHEST_SEQUENCE,
  WORD_LAST_TIMESTAMP,
  WORD_NEXT_HEADER,
  WORD_PACKET_TIME,
  WORD_PACKETS,
} from '../receive/stream-record.ts';
import { awaitNext, settleRun } from './awaited-packet.ts';
import { EVENT_LATE, EVENT_MEND, EVENT_MISS } from './event-kinds.ts';
import { BATCH_ARRAYS } from './plain-batch.ts';
import { followTransit, isPace, skipNext } from './stream-course.ts';
import type { StreamLosses } from './stream-losses.ts';

/** What must be as in the packets before: version, marker and payload type. */
const TYPE_MASK = 0x80ff_0000;

const { frames, arrivalsUs, slots } = BATCH_ARRAYS;

/** Of all streams. */
export interface CountedStreams extends RecordMemory {
  readonly breaks: SequenceBreaks;
  readonly classes: Uint8Array;
  readonly losses: StreamLosses;
}

/** @returns false for a packet that somebody else has to count */
export function countOffPace(packet: number, view: DataView, streams: CountedStreams): boolean {
  const slot = slots[packet] as number;
  if (slot < 0) return false;
  const at = frames[packet] as number;
  const { words } = streams;
  const record = slot * RECORD_WORDS;
  const header = view.getInt32(at + 42);
  const unlike = (header ^ (words[record + WORD_NEXT_HEADER] as number)) & TYPE_MASK;
  if (unlike !== 0 || header >>> 30 !== 2) return false;
  settleRun(words, slot);
  const highest = words[record + WORD_HIGHEST_SEQUENCE] as number;
  const step = (header - highest) & 0xffff;
  const timestamp = view.getInt32(at + 46);
  const arrivalUs = arrivalsUs[packet] as number;
  const isAhead = step !== 0 && step < MAX_DROPOUT;
  const isCounted = isAhead
    ? countAhead(streams, slot, step, timestamp, arrivalUs)
    : countBehind(streams, slot, -step & 0xffff, timestamp, arrivalUs);
  if (!isCounted) return false;
  increment(words, record + WORD_PACKETS);
  words[record + WORD_BYTES] = (words[record + WORD_BYTES] as number) + view.getUint16(at + 38) - 8;
  awaitNext(words, streams.doubles, slot, (header >>> 16) & 0x7f);
  return true;
}

/** Next in sequence, or beyond a gap. */
function countAhead(
  streams: CountedStreams,
  slot: number,
  step: number,
  timestamp: number,
  arrivalUs: number,
): boolean {
  const { words, losses } = streams;
  const record = slot * RECORD_WORDS;
  const highest = words[record + WORD_HIGHEST_SEQUENCE] as number;
  const packetTime = words[record + WORD_PACKET_TIME] as number;
  const elapsed = (timestamp - (words[record + WORD_LAST_TIMESTAMP] as number)) | 0;
  if (packetTime > 0 && elapsed !== step * packetTime) return false;
  // The second packet of a stream tells its pace.
  const tellsPace = step === 1 && isPace(elapsed, words[record + WORD_CLOCK_RATE_HZ] as number);
  if (packetTime === 0 && !tellsPace) return false;
  words[record + WORD_PACKET_TIME] = packetTime === 0 ? elapsed : Math.abs(packetTime);
  advance(words, record, step);
  if (step > 1) losses.tell(slot, EVENT_MISS, highest + 1, highest + step - 1);
  pass(streams, slot, highest + step, timestamp, arrivalUs);
  return true;
}

/** A copy of one that came, or one that was missed. */
function countBehind(
  streams: CountedStreams,
  slot: number,
  behind: number,
  timestamp: number,
  arrivalUs: number,
): boolean {
  const { words, breaks, losses } = streams;
  const record = slot * RECORD_WORDS;
  const late = (words[record + WORD_HIGHEST_SEQUENCE] as number) - behind;
  if (behind >= MAX_MISORDER || late < (words[record + WORD_BASE_SEQUENCE] as number)) return false;
  if (placeBehind(words, breaks, slot, late) === DUPLICATE) return true;
  losses.tell(slot, EVENT_MEND, late, late);
  skipNext(words, slot);
  pass(streams, slot, late, timestamp, arrivalUs);
  return true;
}

/** Jitter and lateness. */
function pass(
  { words, doubles, classes, losses }: CountedStreams,
  slot: number,
  sequence: number,
  timestamp: number,
  arrivalUs: number,
): void {
  const elapsed = (timestamp - (words[slot * RECORD_WORDS + WORD_LAST_TIMESTAMP] as number)) | 0;
  const deltaUs = arrivalUs - (doubles[slot * RECORD_DOUBLES + DOUBLE_LAST_ARRIVAL_US] as number);
  measureJitter(words, doubles, slot, timestamp, arrivalUs, false);
  const isLate = followTransit(words, doubles, classes, slot, elapsed, deltaUs);
  if (isLate) losses.tell(slot, EVENT_LATE, sequence, sequence);
}
