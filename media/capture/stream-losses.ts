import { EVENT_LATE, EVENT_MEND, EVENT_RESTART } from './event-kinds.ts';
import { type BurstCounters, LossRuns } from './loss-runs.ts';

/** Of one interval. */
export interface LossCounters extends BurstCounters {
  /** Packets that came too late to be played. */
  readonly late: number;
}

/** Which packets of which stream were not heard. */
export interface StreamLosses {
  /** Memory of each stream, whether it has losses or not. */
  readonly slotBytes: number;
  /** A slot is given to a new stream. */
  begin(slot: number): void;
  /** An `EVENT_*` of the packets `from` … `to`, by extended sequence number. */
  tell(slot: number, kind: number, from: number, to: number): void;
  /** Since the last call. */
  take(slot: number): LossCounters;
}

interface Losses {
  readonly runs: LossRuns;
  late: number;
}

const NO_LOSSES: LossCounters = { bursts: 0, burstPackets: 0, burstUnheard: 0, late: 0 };

/** In TypeScript: the reference. */
export class LossObjects implements StreamLosses {
  readonly slotBytes = 0;
  /** By slot; with holes. */
  readonly #losses: (Losses | undefined)[] = [];

  begin(slot: number): void {
    this.#losses[slot] = undefined;
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

  take(slot: number): LossCounters {
    const losses = this.#losses[slot];
    if (losses === undefined) return NO_LOSSES;
    const { late } = losses;
    losses.late = 0;
    return { ...losses.runs.take(), late };
  }

  #of(slot: number): Losses {
    const known = this.#losses[slot];
    if (known !== undefined) return known;
    const losses = { runs: new LossRuns(), late: 0 };
    this.#losses[slot] = losses;
    return losses;
  }
}
