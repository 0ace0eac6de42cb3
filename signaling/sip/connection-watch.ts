import { type TimerScheduler, WheelTimer } from './timer-wheel.ts';
import type { TransportLimit, TransportLimits } from './transport-limits.ts';

const NEVER = Number.POSITIVE_INFINITY;

/** How long a connection may take for what; one wheel timer watches all of it. */
export class ConnectionWatch extends WheelTimer {
  /** Told once, when a limit is met; the connection is then to be closed. */
  onLimit: (limit: TransportLimit) => void = () => {};
  readonly #clock: TimerScheduler;
  readonly #limits: TransportLimits;
  /** Until the first whole message of an accepted connection. */
  #halfOpenUntilMs: number;
  #partialUntilMs = NEVER;
  #receivedAtMs: number;

  constructor(clock: TimerScheduler, limits: TransportLimits, isAccepted: boolean) {
    super();
    this.#clock = clock;
    this.#limits = limits;
    this.#receivedAtMs = clock.nowMs();
    this.#halfOpenUntilMs = isAccepted ? this.#receivedAtMs + limits.halfOpenTimeoutMs : NEVER;
    this.#schedule(this.#receivedAtMs);
  }

  /**
   * Bytes came; `hasMessage` if they completed a message, `isPartial` if they left one unfinished. A message
   * that dribbles in is not given more time by each byte.
   */
  onReceived(hasMessage: boolean, isPartial: boolean): void {
    const nowMs = this.#clock.nowMs();
    this.#receivedAtMs = nowMs;
    if (hasMessage) this.#halfOpenUntilMs = NEVER;
    if (!isPartial) this.#partialUntilMs = NEVER;
    else if (hasMessage || this.#partialUntilMs === NEVER) {
      this.#partialUntilMs = nowMs + this.#limits.partialMessageTimeoutMs;
      this.#schedule(nowMs);
    }
  }

  stop(): void {
    this.#clock.cancel(this);
  }

  /** Deadlines that have moved away since are found so here, and waited for again. */
  override onTimer(nowMs: number): void {
    const limit = this.#limitMet(nowMs);
    if (limit === null) this.#schedule(nowMs);
    else this.onLimit(limit);
  }

  #limitMet(nowMs: number): TransportLimit | null {
    if (nowMs >= this.#halfOpenUntilMs) return 'half-open-timeout';
    if (nowMs >= this.#partialUntilMs) return 'partial-message-timeout';
    return nowMs >= this.#receivedAtMs + this.#limits.idleTimeoutMs ? 'idle-timeout' : null;
  }

  #schedule(nowMs: number): void {
    const idleUntilMs = this.#receivedAtMs + this.#limits.idleTimeoutMs;
    const nextMs = Math.min(this.#halfOpenUntilMs, this.#partialUntilMs, idleUntilMs);
    this.#clock.schedule(this, Math.max(0, nextMs - nowMs));
  }
}
