/**
 * How often the running jitter of a stream was how high, in 32 classes of one byte: enough for a percentile.
 * Every eighth packet is asked, since the jitter moves by a sixteenth a packet; when a class is full all are
 * halved. The bounds are 24, 32, 48, 64, 96 µs and so on by turns half and a third more, up to 0.8 s: a class
 * is the exponent and first bit of the float.
 */
import {
  FIRST_JITTER_CLASS,
  JITTER_CLASS_MAXIMUM,
  JITTER_CLASS_SHIFT,
  JITTER_CLASSES,
  JITTER_SAMPLE_MASK,
} from './pace-constants.ts';
import { DOUBLE_JITTER, RECORD_DOUBLES, RECORD_WORDS, WORD_JITTER_PACKETS } from './stream-record.ts';

const float = new Float64Array(1);
const floatWords = new Int32Array(float.buffer);
const DOUBLES = RECORD_DOUBLES;
const WORDS = RECORD_WORDS;
const JITTER = DOUBLE_JITTER;
const JITTER_PACKETS = WORD_JITTER_PACKETS;
const CLASSES = JITTER_CLASSES;
const SAMPLE_MASK = JITTER_SAMPLE_MASK;

/** Counts the jitter of a packet that was measured, if it is one of those asked. */
export function classifyJitter(
  words: Int32Array,
  doubles: Float64Array,
  classes: Uint8Array,
  slot: number,
  clockRateHz: number,
): void {
  if (((words[slot * WORDS + JITTER_PACKETS] as number) & SAMPLE_MASK) !== 1) return;
  classify(doubles[slot * DOUBLES + JITTER] as number, classes, slot, clockRateHz);
}

/** @param jitter in timestamp units */
export function classify(jitter: number, classes: Uint8Array, slot: number, clockRateHz: number): void {
  float[0] = jitter * (1e6 / clockRateHz);
  const place = ((floatWords[1] as number) >> JITTER_CLASS_SHIFT) - FIRST_JITTER_CLASS;
  const at = slot * CLASSES + Math.min(CLASSES - 1, Math.max(0, place));
  if (classes[at] === JITTER_CLASS_MAXIMUM) halve(classes, slot * CLASSES);
  classes[at] = (classes[at] as number) + 1;
}

function halve(classes: Uint8Array, from: number): void {
  for (let at = from; at < from + CLASSES; at++) classes[at] = (classes[at] as number) >> 1;
}

/**
 * The value that `share` of the packets asked stay below, as if each class were filled evenly; null for none.
 * @param packets in all classes
 */
export function jitterPercentileUs(
  classes: ArrayLike<number>,
  share: number,
  packets = sumOf(classes),
): number | null {
  if (packets === 0) return null;
  let left = packets * share;
  for (let place = 0; place < CLASSES; place++) {
    const here = classes[place] as number;
    if (left <= here && here > 0) {
      const low = place === 0 ? 0 : upperBoundUs(place - 1);
      return low + (upperBoundUs(place) - low) * (left / here);
    }
    left -= here;
  }
  return upperBoundUs(CLASSES - 1);
}

function sumOf(classes: ArrayLike<number>): number {
  let sum = 0;
  for (let place = 0; place < CLASSES; place++) sum += classes[place] as number;
  return sum;
}

function upperBoundUs(place: number): number {
  const octave = 2 ** ((place >> 1) + 4);
  return place % 2 === 0 ? octave * 1.5 : octave * 2;
}
