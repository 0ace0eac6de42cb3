/** Notices when a leg that should receive packets gets none for long, and when they return. */

export interface SilenceChange {
  readonly isSilent: boolean;
  readonly silentForMs: number;
  readonly atMs: number;
}

export class SilenceWatch {
  readonly #timeoutMs: number;
  #isExpected = false;
  #isSilent = false;
  #lastPacketMs = 0;

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /** Whether packets should come: false on hold. The silence of a hold does not count. */
  expect(isExpected: boolean, nowMs: number): void {
    if (isExpected && !this.#isExpected) this.#lastPacketMs = nowMs;
    if (!isExpected) this.#isSilent = false;
    this.#isExpected = isExpected;
  }

  /** A packet came. */
  hear(nowMs: number): SilenceChange | null {
    const silentForMs = nowMs - this.#lastPacketMs;
    this.#lastPacketMs = nowMs;
    if (!this.#isSilent) return null;
    this.#isSilent = false;
    return { isSilent: false, silentForMs, atMs: nowMs };
  }

  /** Time passes. */
  advance(nowMs: number): SilenceChange | null {
    const silentForMs = nowMs - this.#lastPacketMs;
    if (!this.#isExpected || this.#isSilent || silentForMs < this.#timeoutMs) return null;
    this.#isSilent = true;
    return { isSilent: true, silentForMs, atMs: nowMs };
  }
}
