/**
 * The losses of streams as lists of runs: written once more, in another way than those that count, to hold them to.
 */
import { EVENT_LATE, EVENT_MEND, EVENT_RESTART } from '../../media/capture/event-kinds.ts';
import type { LossCounters, StreamLosses } from '../../media/capture/stream-losses.ts';
import { GAP_THRESHOLD } from '../../media/receive/pace-constants.ts';

type BurstCounters = Omit<LossCounters, 'late'>;

/** No packet is awaited when so many later ones were sent. */
const WINDOW_PACKETS = 128;
/** The first and last packet, and how many were not heard: all unless several runs of a burst were put together. */
const RUN_NUMBERS = 3;
const NUMBERS_MAXIMUM = 32 * RUN_NUMBERS;

class LossRuns {
  /** By sequence number, extended; neighbors may touch. */
  readonly #runs: number[] = [];
  /** Of runs that are not kept. */
  readonly #before = new BurstSums();

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
    if (at < 0) return;
    const from = runs[at] as number;
    const to = runs[at + 1] as number;
    if (sequence > to || runs[at + 2] !== to - from + 1) return;
    if (from === to) {
      if (at + RUN_NUMBERS === runs.length) runs.length = at;
      else runs.splice(at, RUN_NUMBERS);
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
    this.#before.addClusters(this.#runs, this.#runs.length);
    this.#runs.length = 0;
  }

  /** A burst that goes on is counted as it stands. */
  read(): BurstCounters {
    const runs = this.#runs;
    const sums = new BurstSums();
    sums.set(this.#before);
    sums.addClusters(runs, runs.length);
    if (runs.length > RUN_NUMBERS) this.#compact(runs[runs.length - 2] as number);
    const { bursts, burstPackets, burstUnheard } = sums;
    return { bursts, burstPackets, burstUnheard };
  }

  /** What nothing can mend any more need not be told apart. */
  #compact(highest: number): void {
    const runs = this.#runs;
    let at = 0;
    while (at < runs.length && (runs[at + 1] as number) <= highest - WINDOW_PACKETS) at += RUN_NUMBERS;
    if (at === 0) return;
    const open = this.#before.addClusters(runs, at, (runs[at] as number | undefined) ?? null);
    const kept = open === null ? 0 : RUN_NUMBERS;
    for (let index = 0; index < kept; index++) runs[index] = open?.[index] as number;
    runs.copyWithin(kept, at);
    runs.length -= at - kept;
  }
}

/** Of bursts, which have two unheard packets or more. */
class BurstSums implements BurstCounters {
  bursts = 0;
  burstPackets = 0;
  burstUnheard = 0;

  set({ bursts, burstPackets, burstUnheard }: BurstCounters): void {
    this.bursts = bursts;
    this.burstPackets = burstPackets;
    this.burstUnheard = burstUnheard;
  }

  /**
   * Puts the runs before `end` together where fewer than Gmin heard packets lie between them, and adds up what
   * that gives.
   * @param next the first packet of the run behind them: the last cluster is left out where they may be one
   * @returns the one left out
   */
  addClusters(runs: readonly number[], end: number, next: number | null = null): readonly number[] | null {
    if (end === 0) return null;
    let from = runs[0] as number;
    let to = runs[1] as number;
    let unheard = runs[2] as number;
    for (let at = RUN_NUMBERS; at < end; at += RUN_NUMBERS) {
      const runFrom = runs[at] as number;
      if (runFrom - to > GAP_THRESHOLD) {
        this.#add(from, to, unheard);
        from = runFrom;
        to = runs[at + 1] as number;
        unheard = 0;
      }
      to = Math.max(to, runs[at + 1] as number);
      unheard += runs[at + 2] as number;
    }
    if (next !== null && next - to <= GAP_THRESHOLD) return [from, to, unheard];
    this.#add(from, to, unheard);
    return null;
  }

  /** One packet alone is no burst. */
  #add(from: number, to: number, unheard: number): void {
    if (unheard === 1) return;
    this.bursts++;
    this.burstPackets += to - from + 1;
    this.burstUnheard += unheard;
  }
}

export class LossLists implements StreamLosses {
  readonly slotBytes = 0;
  readonly #losses = new Map<number, { runs: LossRuns; late: number }>();

  begin(slot: number): void {
    this.#losses.set(slot, { runs: new LossRuns(), late: 0 });
  }

  tell(slot: number, kind: number, from: number, to: number): void {
    const losses = this.#of(slot);
    if (kind === EVENT_RESTART) {
      losses.runs.restart();
    } else if (kind === EVENT_MEND) {
      losses.runs.mend(from);
    } else {
      losses.runs.miss(from, to);
      if (kind === EVENT_LATE) losses.late++;
    }
  }

  read(slot: number): LossCounters {
    const { runs, late } = this.#of(slot);
    return { ...runs.read(), late };
  }

  #of(slot: number): { runs: LossRuns; late: number } {
    const losses = this.#losses.get(slot);
    if (losses === undefined) throw new Error(`nobody began slot ${slot}`);
    return losses;
  }
}
