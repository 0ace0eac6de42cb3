import type { Clock } from '../../signaling/h323/clock.ts';

/** A clock that moves when told. */
export class ManualClock implements Clock {
  #nowMs = 1_000_000;
  readonly #timers = new Set<{ readonly atMs: number; readonly run: () => void }>();

  now(): number {
    return this.#nowMs;
  }

  after(delayMs: number, run: () => void): () => void {
    const timer = { atMs: this.#nowMs + delayMs, run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Timers that run: none, when everything was given back. */
  get timerCount(): number {
    return this.#timers.size;
  }

  /** How long until the first of them runs out; null: none runs. */
  get nextDelayMs(): number | null {
    const delays = [...this.#timers].map(({ atMs }) => atMs - this.#nowMs);
    return delays.length === 0 ? null : Math.min(...delays);
  }

  /** Lets time pass; what is due runs in order. */
  advance(ms: number): void {
    const untilMs = this.#nowMs + ms;
    for (;;) {
      const due = [...this.#timers].filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
      if (due === undefined) break;
      this.#timers.delete(due);
      this.#nowMs = Math.max(this.#nowMs, due.atMs);
      due.run();
    }
    this.#nowMs = untilMs;
  }
}
