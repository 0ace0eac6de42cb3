import { type TimerScheduler, WheelTimer } from './timer-wheel.ts';
import type { SipTimers } from './timers.ts';

export interface RetransmissionListener {
  onRetransmit(): void;
  /** 64*T1 went by without the acknowledgement. */
  onGiveUp(): void;
}

/**
 * Sends something again at T1, 2*T1, … until it is acknowledged or 64*T1 have passed: the 2xx of an INVITE
 * (RFC 3261 §13.3.1.4, intervals up to T2) and reliable provisional responses (RFC 3262 §3, no bound).
 */
export class Retransmission extends WheelTimer {
  readonly #scheduler: TimerScheduler;
  readonly #listener: RetransmissionListener;
  readonly #longestIntervalMs: number;
  readonly #givesUpAtMs: number;
  #intervalMs: number;

  /** Starts at once: the first sending has just happened. */
  constructor(
    scheduler: TimerScheduler,
    timers: SipTimers,
    longestIntervalMs: number,
    listener: RetransmissionListener,
  ) {
    super();
    this.#scheduler = scheduler;
    this.#listener = listener;
    this.#longestIntervalMs = longestIntervalMs;
    this.#intervalMs = timers.t1Ms;
    this.#givesUpAtMs = scheduler.nowMs() + 64 * timers.t1Ms;
    scheduler.schedule(this, this.#intervalMs);
  }

  stop(): void {
    this.#scheduler.cancel(this);
  }

  override onTimer(nowMs: number): void {
    if (nowMs >= this.#givesUpAtMs) {
      this.#listener.onGiveUp();
      return;
    }
    this.#intervalMs = Math.min(this.#intervalMs * 2, this.#longestIntervalMs);
    this.#scheduler.schedule(this, Math.min(this.#intervalMs, this.#givesUpAtMs - nowMs));
    this.#listener.onRetransmit();
  }
}
