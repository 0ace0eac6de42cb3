import { GAP_THRESHOLD } from '../../receive/pace-constants';
import { EVENT_LATE, EVENT_MEND, EVENT_RESTART } from '../event-kinds';
import {
  LOSS_BITS,
  LOSS_BURST_PACKETS,
  LOSS_BURST_UNHEARD,
  LOSS_BURSTS,
  LOSS_BYTES,
  LOSS_CLUSTER_FROM,
  LOSS_CLUSTER_TO,
  LOSS_CLUSTER_UNHEARD,
  LOSS_HIGHEST,
  LOSS_IS_BEGUN,
  LOSS_LATE,
  LOSS_TAKEN_BURSTS,
  LOSS_TAKEN_PACKETS,
  LOSS_TAKEN_UNHEARD,
} from '../loss-record';
import { LOSSES_AT, TAKEN_LOSSES_AT } from './memory-layout';

const WINDOW_PACKETS: i32 = 128;

/** What the bits of the stream left behind, while it is worked on. */
let clusterFrom: i32 = 0;
let clusterTo: i32 = 0;
let clusterUnheard: i32 = 0;
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
  if (load<i32>(record, LOSS_IS_BEGUN * 4) == 0 || behind < 0 || behind >= WINDOW_PACKETS) return;
  const bits = bitsOf(record, sequence);
  store<u64>(bits, load<u64>(bits) & ~((<u64>1) << (<u64>sequence & 63)));
}

export function missPackets(slot: i32, from: i32, to: i32): void {
  const record = recordOf(slot);
  if (load<i32>(record, LOSS_IS_BEGUN * 4) == 0) {
    store<i32>(record, 1, LOSS_IS_BEGUN * 4);
    store<i32>(record, to, LOSS_HIGHEST * 4);
  }
  const highest = max<i32>(to, load<i32>(record, LOSS_HIGHEST * 4));
  const oldest = highest - WINDOW_PACKETS + 1;
  if (to == highest) {
    loadCluster(record);
    leave(record, oldest, true);
    // A gap of more packets than there are bits: all before it have left.
    if (from < oldest) addRun(from, oldest - 1);
    storeCluster(record);
    store<i32>(record, highest, LOSS_HIGHEST * 4);
  }
  for (let sequence = max<i32>(from, oldest); sequence <= to; sequence++) {
    const bits = bitsOf(record, sequence);
    store<u64>(bits, load<u64>(bits) | ((<u64>1) << (<u64>sequence & 63)));
  }
}

/** The sender began anew: numbers from before mean nothing any more. */
function restart(record: usize): void {
  if (load<i32>(record, LOSS_IS_BEGUN * 4) == 0) return;
  loadCluster(record);
  leave(record, load<i32>(record, LOSS_HIGHEST * 4) + 1, true);
  endCluster();
  storeCluster(record);
  store<i32>(record, 0, LOSS_IS_BEGUN * 4);
}

/** Writes what LossRecords returns. */
export function takeLosses(slot: i32): void {
  const record = recordOf(slot);
  if (load<i32>(record, LOSS_IS_BEGUN * 4) == 0) {
    clusterUnheard = 0;
    loadSums(record);
  } else {
    loadCluster(record);
    leave(record, load<i32>(record, LOSS_HIGHEST * 4) + 1, false);
    endCluster();
  }
  store<i32>(TAKEN_LOSSES_AT, bursts - load<i32>(record, LOSS_TAKEN_BURSTS * 4));
  store<i32>(TAKEN_LOSSES_AT, burstPackets - load<i32>(record, LOSS_TAKEN_PACKETS * 4), 4);
  store<i32>(TAKEN_LOSSES_AT, burstUnheard - load<i32>(record, LOSS_TAKEN_UNHEARD * 4), 8);
  store<i32>(TAKEN_LOSSES_AT, load<i32>(record, LOSS_LATE * 4), 12);
  store<i32>(record, bursts, LOSS_TAKEN_BURSTS * 4);
  store<i32>(record, burstPackets, LOSS_TAKEN_PACKETS * 4);
  store<i32>(record, burstUnheard, LOSS_TAKEN_UNHEARD * 4);
  store<i32>(record, 0, LOSS_LATE * 4);
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

/** Together with those before where fewer than Gmin heard packets lie between them. */
function addRun(from: i32, to: i32): void {
  if (clusterUnheard == 0 || from - clusterTo > GAP_THRESHOLD) {
    endCluster();
    clusterFrom = from;
  }
  clusterTo = to;
  clusterUnheard += to - from + 1;
}

/** One packet alone is no burst. */
function endCluster(): void {
  if (clusterUnheard > 1) {
    bursts++;
    burstPackets += clusterTo - clusterFrom + 1;
    burstUnheard += clusterUnheard;
  }
  clusterUnheard = 0;
}

function loadSums(record: usize): void {
  bursts = load<i32>(record, LOSS_BURSTS * 4);
  burstPackets = load<i32>(record, LOSS_BURST_PACKETS * 4);
  burstUnheard = load<i32>(record, LOSS_BURST_UNHEARD * 4);
}

function loadCluster(record: usize): void {
  clusterFrom = load<i32>(record, LOSS_CLUSTER_FROM * 4);
  clusterTo = load<i32>(record, LOSS_CLUSTER_TO * 4);
  clusterUnheard = load<i32>(record, LOSS_CLUSTER_UNHEARD * 4);
  loadSums(record);
}

function storeCluster(record: usize): void {
  store<i32>(record, clusterFrom, LOSS_CLUSTER_FROM * 4);
  store<i32>(record, clusterTo, LOSS_CLUSTER_TO * 4);
  store<i32>(record, clusterUnheard, LOSS_CLUSTER_UNHEARD * 4);
  store<i32>(record, bursts, LOSS_BURSTS * 4);
  store<i32>(record, burstPackets, LOSS_BURST_PACKETS * 4);
  store<i32>(record, burstUnheard, LOSS_BURST_UNHEARD * 4);
}
