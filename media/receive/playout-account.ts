/** What is reported of a playout. */

export interface PlayoutReport {
  /** Packets that came too late to be played. */
  readonly late: number;
  /** Mean time from arrival to playout; null where nothing was played. */
  readonly delayMs: number | null;
}

export class PlayoutAccount {
  #late = 0;
  #delaySumMs = 0;
  #delayPackets = 0;

  countLate(): void {
    this.#late++;
  }

  /** A packet that waits so long until it is played. */
  countDelay(delayMs: number): void {
    this.#delaySumMs += delayMs;
    this.#delayPackets++;
  }

  /** Numbers since the last call. */
  take(): PlayoutReport {
    const delayMs = this.#delayPackets === 0 ? null : Math.max(0, this.#delaySumMs / this.#delayPackets);
    const report = { late: this.#late, delayMs };
    this.#late = 0;
    this.#delaySumMs = 0;
    this.#delayPackets = 0;
    return report;
  }
}
