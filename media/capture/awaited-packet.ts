/** Which packet of a stream is awaited, that the loop of `plain-packets.ts` counts by its number alone. */
import { setAllArrived } from '../receive/sequence.ts';
import {
  DOUBLE_LAST_ARRIVAL_US,
  RECORD_DOUBLES,
  RECORD_WORDS,
  WORD_HIGHEST_SEQUENCE,
  WORD_JITTER_PACKETS,
  WORD_NEXT_HEADER,
  WORD_PACKET_TIME,
  WORD_PACKETS,
} from '../receive/stream-record.ts';
import { NO_AUDIO } from './stream-payloads.ts';

/** Of 128 packets of the window all but one. */
const WINDOW_LAST = 127;

/**
 * Counts what is known of the plain packets of a stream by their number alone, which the header awaited tells:
 * to be called before anybody else counts or reads. One addition a packet in place of six.
 */
export function settleRun(words: Int32Array, slot: number): void {
  const record = slot * RECORD_WORDS;
  const header = words[record + WORD_NEXT_HEADER] as number;
  const highest = words[record + WORD_HIGHEST_SEQUENCE] as number;
  const run = (header - 1 - highest) & 0xffff;
  if (header === 0 || run === 0) return;
  words[record + WORD_PACKETS] = (words[record + WORD_PACKETS] as number) + run;
  words[record + WORD_JITTER_PACKETS] = (words[record + WORD_JITTER_PACKETS] as number) + run;
  words[record + WORD_HIGHEST_SEQUENCE] = highest + run;
  setAllArrived(words, record, highest + Math.max(1, run - WINDOW_LAST), highest + run);
}

/** After a packet that had a closer look: says which one is the next that needs none. */
export function awaitNext(words: Int32Array, doubles: Float64Array, slot: number, audioType: number): void {
  const record = slot * RECORD_WORDS;
  const hasReference = (doubles[slot * RECORD_DOUBLES + DOUBLE_LAST_ARRIVAL_US] as number) >= 0;
  const hasPace = (words[record + WORD_PACKET_TIME] as number) > 0;
  const next = ((words[record + WORD_HIGHEST_SEQUENCE] as number) + 1) & 0xffff;
  const isAwaited = hasReference && audioType !== NO_AUDIO;
  words[record + WORD_NEXT_HEADER] = isAwaited
    ? (hasPace ? 0x8000_0000 : 0xc000_0000) | (audioType << 16) | next
    : 0;
}
