/**
 * The loop that nearly every packet of a bulk capture passes through: of a stream that is known, with sound of the
 * type it had, next in its sequence and on its pace. In it nothing is called but what V8 inlines (all together 920
 * bytes of bytecode): behind any other call it would read anew where the arrays lie, and take half more time.
 * `bulk/count-packet.as.ts` says the same in AssemblyScript.
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
import { BATCHED_MAXIMUM } from './bulk/memory-layout.ts';
import { BATCH_ARRAYS, type PlainBatch } from './plain-batch.ts';

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
const { frames, arrivalsUs, slots } = BATCH_ARRAYS;

/** V8 need not look for overflows, or below zero, where it counts on from what these leave. */
const OFFSET_MASK = 0x3fff_ffff;
const SLOT_MASK = 0xf_ffff;
/** Version, payload type, sequence number; a marker, too. */
const HEADER_MASK = 0xc0ff_ffff;

/** What the loop works on, in the arrays of their owners. */
export interface StreamArrays {
  readonly words: Int32Array;
  readonly doubles: Float64Array;
  readonly classes: Uint8Array;
}

/** Packets whose jitter is asked, until it is put into its class. */
const sampledSlots = new Int32Array(BATCHED_MAXIMUM);
const sampledJitters = new Float64Array(BATCHED_MAXIMUM);

/**
 * Counts the packets of the batch from number `from` on, as long as they are those that their streams await.
 * @returns the number of the first one that is not
 */
export function countAwaited(
  { count }: PlainBatch,
  from: number,
  view: DataView,
  { words, doubles, classes }: StreamArrays,
): number {
  let samples = 0;
  let packet = from;
  for (; packet < count; packet++) {
    const found = slots[packet] as number;
    if (found < 0) break;
    const slot = found & SLOT_MASK;
    const at = (frames[packet] as number) & OFFSET_MASK;
    const record = slot * WORDS;
    const header = view.getInt32(at + 42);
    const awaited = words[record + NEXT_HEADER] as number;
    // The header awaited must not be counted on into the payload type.
    if (((header ^ awaited) & HEADER_MASK) !== 0 || (header & 0xffff) === 0xffff) break;
    const timestamp = view.getInt32(at + 46);
    const elapsed = (timestamp - (words[record + LAST_TIMESTAMP] as number)) | 0;
    if (elapsed !== words[record + PACKET_TIME]) break;
    const jitter = countPace(words, doubles, slot, arrivalsUs[packet] as number, elapsed);
    if (jitter < 0) break;
    // Of what else there is to count, all that `settleRun` cannot make up for.
    words[record + LAST_TIMESTAMP] = timestamp;
    words[record + NEXT_HEADER] = awaited + 1;
    words[record + BYTES] = (words[record + BYTES] as number) + view.getUint16(at + 38) - 8;
    // Written each time and kept one time in eight: a branch would be mispredicted as often.
    sampledSlots[samples] = slot;
    sampledJitters[samples] = jitter;
    samples += isAsked(words, record, awaited);
  }
  if (samples > 0) classifySamples(samples, words, classes);
  return packet;
}

/**
 * Measures the jitter of a packet that can still be played, and its lateness (see `stream-course.ts`).
 * @returns the jitter, in timestamp units; below zero for a packet that comes too late
 */
function countPace(
  words: Int32Array,
  doubles: Float64Array,
  slot: number,
  arrivalUs: number,
  elapsed: number,
): number {
  const record = slot * WORDS;
  const base = slot * DOUBLES;
  const deltaUs = arrivalUs - (doubles[base + LAST_ARRIVAL_US] as number);
  const change = deltaUs * ((words[record + CLOCK_RATE_HZ] as number) * 1e-6) - elapsed;
  const before = doubles[base + JITTER] as number;
  const jitter = before + (Math.abs(change) - before) * (1 / 16);
  const behind = ((doubles[base + LATENESS] as number) + change) * KEPT;
  const lateness = (behind + Math.abs(behind)) * 0.5;
  if (lateness > elapsed + BUFFERED * jitter) return -1;
  doubles[base + LATENESS] = lateness;
  doubles[base + LAST_ARRIVAL_US] = arrivalUs;
  doubles[base + JITTER] = jitter;
  doubles[base + JITTER_SUM] = (doubles[base + JITTER_SUM] as number) + jitter;
  if (jitter > (doubles[base + JITTER_MAX] as number)) doubles[base + JITTER_MAX] = jitter;
  if (deltaUs > (words[record + DELTA_MAX_US] as number)) {
    words[record + DELTA_MAX_US] = Math.min(deltaUs, DELTA_MAXIMUM);
  }
  return jitter;
}

/** 1 for one packet in eight, as `classifyJitter` has it where the run is settled, else 0. Without a branch. */
function isAsked(words: Int32Array, record: number, awaited: number): number {
  const run = (awaited - (words[record + HIGHEST_SEQUENCE] as number)) | 0;
  const rest = ((words[record + JITTER_PACKETS] as number) + run) & SAMPLE_MASK;
  return ((rest ^ 1) - 1) >>> 31;
}

function classifySamples(samples: number, words: Int32Array, classes: Uint8Array): void {
  for (let sample = 0; sample < samples; sample++) {
    const slot = sampledSlots[sample] as number;
    const clockRateHz = words[slot * WORDS + CLOCK_RATE_HZ] as number;
    classify(sampledJitters[sample] as number, classes, slot, clockRateHz);
  }
}
