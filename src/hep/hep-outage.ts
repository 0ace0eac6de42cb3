/**
 * Whether Homer seems to be there. UDP is never answered: all that can be heard is that nobody listens, and
 * when that has not been heard for a while although packets were sent, it listens again.
 */

const QUIET_MS = 10_000;

export type HepOutageChange = 'began' | 'ended' | null;

export class HepOutage {
  #failedAtMs: number | null = null;
  #count = 0;

  /** Times that it began to fail. */
  get count(): number {
    return this.#count;
  }

  get isUnderWay(): boolean {
    return this.#failedAtMs !== null;
  }

  failed(nowMs: number): HepOutageChange {
    const isFirst = this.#failedAtMs === null;
    this.#failedAtMs = nowMs;
    if (!isFirst) return null;
    this.#count++;
    return 'began';
  }

  /** A packet went out, and nothing has been heard against it yet. */
  sent(nowMs: number): HepOutageChange {
    if (this.#failedAtMs === null || nowMs - this.#failedAtMs < QUIET_MS) return null;
    this.#failedAtMs = null;
    return 'ended';
  }
}
