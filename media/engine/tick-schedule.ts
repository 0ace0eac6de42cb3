/**
 * When the frames are due: every 20 ms from a fixed beginning, so that lateness never adds up. After a stall
 * the frames that were missed are made up for at once, but no more than a few: beyond that the listeners' jitter
 * buffers would only have to throw them away.
 */

export interface TickLateness {
  readonly ticks: number;
  readonly skippedTicks: number;
  readonly meanMs: number;
  readonly maxMs: number;
}

/** Ticks made up for at once. */
export const CATCH_UP_TICKS = 5;

export class TickSchedule {
  readonly #periodMs: number;
  #nextMs: number;
  #ticks = 0;
  #skippedTicks = 0;
  #latenessSumMs = 0;
  #latenessMaxMs = 0;

  constructor(startMs: number, periodMs: number) {
    this.#nextMs = startMs;
    this.#periodMs = periodMs;
  }

  /** Deadline of the next tick. */
  get nextMs(): number {
    return this.#nextMs;
  }

  /** Ticks to leave out now, because more than a few are overdue. Call it before `takeDue`. */
  takeSkipped(nowMs: number): number {
    const overdue = Math.floor((nowMs - this.#nextMs) / this.#periodMs);
    const skipped = overdue - CATCH_UP_TICKS;
    if (skipped <= 0) return 0;
    this.#nextMs += skipped * this.#periodMs;
    this.#skippedTicks += skipped;
    return skipped;
  }

  /** The deadline of a tick that is due now, which is then taken; or null. */
  takeDue(nowMs: number): number | null {
    const latenessMs = nowMs - this.#nextMs;
    if (latenessMs < 0) return null;
    this.#ticks++;
    this.#latenessSumMs += latenessMs;
    this.#latenessMaxMs = Math.max(this.#latenessMaxMs, latenessMs);
    const dueMs = this.#nextMs;
    this.#nextMs += this.#periodMs;
    return dueMs;
  }

  /** Numbers since the last call. */
  takeLateness(): TickLateness {
    const lateness = {
      ticks: this.#ticks,
      skippedTicks: this.#skippedTicks,
      meanMs: this.#ticks === 0 ? 0 : this.#latenessSumMs / this.#ticks,
      maxMs: this.#latenessMaxMs,
    };
    this.#ticks = 0;
    this.#skippedTicks = 0;
    this.#latenessSumMs = 0;
    this.#latenessMaxMs = 0;
    return lateness;
  }
}
