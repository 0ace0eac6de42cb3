import { GAP_THRESHOLD } from '../../receive/pace-constants';
import { EVENT_LATE, EVENT_MEND, EVENT_RESTART } from '../event-kinds';
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
} from '../loss-record';
import { LOSSES_AT, READ_LOSSES_AT } from './memory-layout';

const WINDOW_PACKETS: i32 = 128;

/** What the bits of the stream left behind, while it is worked on. */
let state: i32 = LOSSES_NONE;
let lastUnheard: i32 = 0;
let bursts: i32 = 0;
let burstPackets: i32 = 0;
let burstUnheard: i32 = 0;

@inline function recordOf(slot: i32): usize {
  return LOSSES_AT + <usize>slot * LOSS_BYTES;
}

/** Of both words the one that has the packet's bit. */
@inline function bitsOf(record: usize, sequence: i32): usize {
  return record + LOSS_BITS * 4 + ((<usize>(sequence >>> 6) & 1) << 3);
}

/** A slot is given to a new stream. */
export function beginLosses(slot: i32): void {
  memory.fill(recordOf(slot), 0, LOSS_BYTES);
}

/** What LossRecords does with it. */
export function tellLoss(slot: i32, kind: i32, from: i32, to: i32): void {
  if (kind == EVENT_RESTART) restart(recordOf(slot));
  else if (kind == EVENT_MEND) mendPacket(slot, from);
  else if (kind == EVENT_LATE) latePacket(slot, from);
  else missPackets(slot, from, to);
}

export function latePacket(slot: i32, sequence: i32): void {
  const late = recordOf(slot) + LOSS_LATE * 4;
  store<i32>(late, load<i32>(late) + 1);
  missPackets(slot, sequence, sequence);
}

/** A packet that had no bit left comes too late for anything. */
export function mendPacket(slot: i32, sequence: i32): void {
  const record = recordOf(slot);
  const behind = load<i32>(record, LOSS_HIGHEST * 4) - sequence;
  if (load<i32>(record, LOSS_STATE * 4) == LOSSES_NONE || behind < 0 || behind >= WINDOW_PACKETS) return;
  const bits = bitsOf(record, sequence);
  store<u64>(bits, load<u64>(bits) & ~((<u64>1) << (<u64>sequence & 63)));
}

export function missPackets(slot: i32, from: i32, to: i32): void {
  const record = recordOf(slot);
  if (load<i32>(record, LOSS_STATE * 4) == LOSSES_NONE) {
    store<i32>(record, LOSSES_APART, LOSS_STATE * 4);
    store<i32>(record, to, LOSS_HIGHEST * 4);
  }
  const highest = max<i32>(to, load<i32>(record, LOSS_HIGHEST * 4));
  const oldest = highest - WINDOW_PACKETS + 1;
  if (to == highest) {
    loadSums(record);
    leave(record, oldest, true);
    // A gap of more packets than there are bits: all before it have left.
    if (from < oldest) addRun(from, oldest - 1);
    storeSums(record);
    store<i32>(record, highest, LOSS_HIGHEST * 4);
  }
  for (let sequence = max<i32>(from, oldest); sequence <= to; sequence++) {
    const bits = bitsOf(record, sequence);
    store<u64>(bits, load<u64>(bits) | ((<u64>1) << (<u64>sequence & 63)));
  }
}

/** The sender began anew: numbers from before mean nothing any more. */
function restart(record: usize): void {
  loadSums(record);
  if (state == LOSSES_NONE) return;
  leave(record, load<i32>(record, LOSS_HIGHEST * 4) + 1, true);
  state = LOSSES_NONE;
  storeSums(record);
}

/** Writes what LossRecords returns. */
export function readLosses(slot: i32): void {
  const record = recordOf(slot);
  loadSums(record);
  if (state != LOSSES_NONE) leave(record, load<i32>(record, LOSS_HIGHEST * 4) + 1, false);
  store<i32>(READ_LOSSES_AT, bursts);
  store<i32>(READ_LOSSES_AT, burstPackets, 4);
  store<i32>(READ_LOSSES_AT, burstUnheard, 8);
  store<i32>(READ_LOSSES_AT, load<i32>(record, LOSS_LATE * 4), 12);
}

/** Adds the packets missed before `end` that have a bit yet, in their order. */
function leave(record: usize, end: i32, isForgotten: bool): void {
  const highest = load<i32>(record, LOSS_HIGHEST * 4);
  const last = min<i32>(highest, end - 1);
  let sequence = highest - WINDOW_PACKETS + 1;
  while (sequence <= last) {
    const at = bitsOf(record, sequence);
    const bits = load<u64>(at) >> (<u64>sequence & 63);
    if (bits == 0) {
      sequence = (sequence | 63) + 1;
      continue;
    }
    sequence += <i32>ctz(bits);
    if (sequence > last) return;
    addRun(sequence, sequence);
    if (isForgotten) store<u64>(at, load<u64>(at) & ~((<u64>1) << (<u64>sequence & 63)));
    sequence++;
  }
}

/** Together with those before where fewer than Gmin heard packets lie between them; one packet alone is no burst. */
function addRun(from: i32, to: i32): void {
  const goesOn = state != LOSSES_APART && from - lastUnheard <= GAP_THRESHOLD;
  if (!goesOn && from == to) {
    state = LOSSES_ALONE;
  } else {
    const isFirst = !goesOn || state == LOSSES_ALONE;
    const isSecond = goesOn && state == LOSSES_ALONE;
    bursts += <i32>isFirst;
    burstPackets += to - (goesOn ? lastUnheard : from) + <i32>isFirst;
    burstUnheard += to - from + 1 + <i32>isSecond;
    state = LOSSES_IN_BURST;
  }
  lastUnheard = to;
}

function loadSums(record: usize): void {
  state = load<i32>(record, LOSS_STATE * 4);
  lastUnheard = load<i32>(record, LOSS_LAST * 4);
  bursts = load<i32>(record, LOSS_BURSTS * 4);
  burstPackets = load<i32>(record, LOSS_BURST_PACKETS * 4);
  burstUnheard = load<i32>(record, LOSS_BURST_UNHEARD * 4);
}

function storeSums(record: usize): void {
  store<i32>(record, state, LOSS_STATE * 4);
  store<i32>(record, lastUnheard, LOSS_LAST * 4);
  store<i32>(record, bursts, LOSS_BURSTS * 4);
  store<i32>(record, burstPackets, LOSS_BURST_PACKETS * 4);
  store<i32>(record, burstUnheard, LOSS_BURST_UNHEARD * 4);
}
