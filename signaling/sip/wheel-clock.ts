import { type TimerScheduler, TimerWheel, type WheelTimer } from './timer-wheel.ts';

/** The edge that drives a {@link TimerWheel} by real time: one Node timer, asleep while nothing waits. */
export class WheelClock implements TimerScheduler {
  readonly #wheel = new TimerWheel();
  #timeout: NodeJS.Timeout | null = null;
  #wakeAtMs = Number.POSITIVE_INFINITY;
  #isStopped = false;

  /** How many timers wait; zero when everything has been let go. */
  get size(): number {
    return this.#wheel.size;
  }

  /** Monotonic and whole: as a small integer it costs the heap nothing where it is kept. */
  nowMs(): number {
    return Math.trunc(performance.now());
  }

  schedule(timer: WheelTimer, delayMs: number): void {
    if (this.#isStopped) return;
    const nowMs = this.nowMs();
    this.#wheel.schedule(timer, delayMs, nowMs);
    if (nowMs + delayMs < this.#wakeAtMs) this.#wake(nowMs + delayMs, nowMs);
  }

  cancel(timer: WheelTimer): void {
    this.#wheel.cancel(timer);
  }

  /** Fires nothing more and keeps the process alive no longer. */
  stop(): void {
    this.#isStopped = true;
    if (this.#timeout !== null) clearTimeout(this.#timeout);
    this.#timeout = null;
  }

  #wake(atMs: number, nowMs: number): void {
    if (this.#timeout !== null) clearTimeout(this.#timeout);
    this.#wakeAtMs = atMs;
    // A timer's deadline is rounded up to the next tick; one millisecond more saves waking just before it.
    this.#timeout = setTimeout(this.#onWake, Math.max(1, atMs - nowMs + 1));
  }

  readonly #onWake = (): void => {
    this.#timeout = null;
    this.#wakeAtMs = Number.POSITIVE_INFINITY;
    try {
      this.#wheel.advance(this.nowMs());
    } finally {
      const nextMs = this.#wheel.nextDeadlineMs();
      if (nextMs !== null && !this.#isStopped && this.#timeout === null) this.#wake(nextMs, this.nowMs());
    }
  };
}
