/**
 * Bursts and gaps of one stream in one interval (RFC 3611 §4.7.2), from the runs of packets that were not heard:
 * what `media/receive/burst-gap.ts` counts packet by packet, at the price of the losses only.
 */
import { GAP_THRESHOLD } from '../receive/burst-gap.ts';

export interface BurstCounters {
  readonly bursts: number;
  /** From the first packet not heard to the last of each burst. */
  readonly burstPackets: number;
  readonly burstUnheard: number;
}

const NO_BURSTS: BurstCounters = { bursts: 0, burstPackets: 0, burstUnheard: 0 };
/** No packet is awaited when so many later ones were sent. */
const WINDOW_PACKETS = 128;
/**
 * A run is three numbers in one array: its first and last packet, and how many of them were not heard, which is
 * all unless several runs of a burst were put together. Objects for the runs of thousands of streams kept the
 * garbage collector busy for a tenth of the time.
 */
const RUN_NUMBERS = 3;
const NUMBERS_MAXIMUM = 256 * RUN_NUMBERS;

export class LossRuns {
  /** By sequence number, extended; neighbors may touch. */
  #runs: number[] = [];
  /** Of runs that are not kept. */
  #before = NO_BURSTS;
  #taken = NO_BURSTS;

  /** From the first to the last of them, both included. */
  miss(from: number, to: number): void {
    const runs = this.#runs;
    let at = runs.length;
    while (at > 0 && (runs[at - RUN_NUMBERS] as number) > from) at -= RUN_NUMBERS;
    if (at === runs.length) runs.push(from, to, to - from + 1);
    else runs.splice(at, 0, from, to, to - from + 1);
    if (runs.length > NUMBERS_MAXIMUM) this.#compact(to);
  }

  /** A late packet came: it shortens its run, splits it in two, or ends it. */
  mend(sequence: number): void {
    const runs = this.#runs;
    let at = runs.length - RUN_NUMBERS;
    while (at >= 0 && (runs[at] as number) > sequence) at -= RUN_NUMBERS;
    const from = runs[at] as number;
    const to = runs[at + 1] as number;
    if (at < 0 || sequence > to || runs[at + 2] !== to - from + 1) return;
    if (from === to) {
      runs.splice(at, RUN_NUMBERS);
    } else if (sequence === from) {
      runs[at] = from + 1;
      runs[at + 2] = to - from;
    } else {
      runs[at + 1] = sequence - 1;
      runs[at + 2] = sequence - from;
      if (sequence < to) runs.splice(at + RUN_NUMBERS, 0, sequence + 1, to, to - sequence);
    }
  }

  /** The sender began anew: numbers from before mean nothing any more. */
  restart(): void {
    this.#before = add(this.#before, countBursts(clustersOf(this.#runs)));
    this.#runs = [];
  }

  /**
   * Since the last call. A burst that goes on is counted as it stands, and what it grows by later; so the sums
   * are the same however often one asks.
   */
  take(): BurstCounters {
    const counted = add(this.#before, countBursts(clustersOf(this.#runs)));
    const since = add(counted, this.#taken, -1);
    this.#taken = counted;
    if (this.#runs.length > RUN_NUMBERS) this.#compact(this.#runs.at(-2) ?? 0);
    return since;
  }

  /** What nothing can mend any more need not be told apart. */
  #compact(highest: number): void {
    const runs = this.#runs;
    let at = 0;
    while (at < runs.length && (runs[at + 1] as number) <= highest - WINDOW_PACKETS) at += RUN_NUMBERS;
    if (at === 0) return;
    const clusters = clustersOf(runs.slice(0, at));
    const lastTo = clusters.at(-2) as number;
    const isOpen = at < runs.length && (runs[at] as number) - lastTo <= GAP_THRESHOLD;
    const closed = isOpen ? clusters.slice(0, -RUN_NUMBERS) : clusters;
    this.#before = add(this.#before, countBursts(closed));
    this.#runs = [...clusters.slice(closed.length), ...runs.slice(at)];
  }
}

/** Each with all its runs put together: fewer than Gmin heard packets lie between two of them. */
function clustersOf(runs: readonly number[]): number[] {
  const clusters: number[] = [];
  for (let at = 0; at < runs.length; at += RUN_NUMBERS) {
    const [from, to, unheard] = [runs[at] as number, runs[at + 1] as number, runs[at + 2] as number];
    const last = clusters.length - RUN_NUMBERS;
    if (last >= 0 && from - (clusters[last + 1] as number) <= GAP_THRESHOLD) {
      clusters[last + 1] = Math.max(clusters[last + 1] as number, to);
      clusters[last + 2] = (clusters[last + 2] as number) + unheard;
    } else {
      clusters.push(from, to, unheard);
    }
  }
  return clusters;
}

/** One packet alone is no burst. */
function countBursts(clusters: readonly number[]): BurstCounters {
  let [bursts, burstPackets, burstUnheard] = [0, 0, 0];
  for (let at = 0; at < clusters.length; at += RUN_NUMBERS) {
    const unheard = clusters[at + 2] as number;
    if (unheard === 1) continue;
    bursts++;
    burstPackets += (clusters[at + 1] as number) - (clusters[at] as number) + 1;
    burstUnheard += unheard;
  }
  return { bursts, burstPackets, burstUnheard };
}

function add(one: BurstCounters, other: BurstCounters, sign = 1): BurstCounters {
  return {
    bursts: one.bursts + sign * other.bursts,
    burstPackets: one.burstPackets + sign * other.burstPackets,
    burstUnheard: one.burstUnheard + sign * other.burstUnheard,
  };
}
