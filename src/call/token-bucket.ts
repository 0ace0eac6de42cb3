/** So many a second, and no more than a second's worth at once. */
export class TokenBucket {
  readonly perSecond: number;
  #tokens: number;
  #refilledAtMs: number | null = null;

  constructor(perSecond: number) {
    this.perSecond = perSecond;
    this.#tokens = perSecond;
  }

  /** Whether one more is allowed; it is counted if so. */
  take(nowMs: number): boolean {
    const elapsedMs = Math.max(0, nowMs - (this.#refilledAtMs ?? nowMs));
    this.#tokens = Math.min(this.perSecond, this.#tokens + (elapsedMs / 1000) * this.perSecond);
    this.#refilledAtMs = nowMs;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
