/**
 * One key press may be told by several sources: RFC 4733 packets and the tone that leaked into the sound before them,
 * SIP INFO beside either, H.245 as signal and as text. Each source tells a press once. So what a second source tells
 * of the same key at about the same time is the same press, and what the same source tells again is another one.
 */

export type DigitSource =
  | 'rfc4733'
  | 'in-band'
  | 'sip-info'
  | 'h245-alphanumeric'
  | 'h245-signal'
  | 'q931-keypad';

/** A key as one source tells it. */
export interface ToldDigit {
  readonly digit: string;
  readonly source: DigitSource;
  /** When the key went down, as far as the source knows. */
  readonly atMs: number;
  readonly durationMs: number | null;
}

/** One press of a key, with all that told of it. */
export interface KeyPress<Told extends ToldDigit = ToldDigit> {
  readonly digit: string;
  /** In the order they came; the first is the one that counted. */
  readonly told: Told[];
}

/** What sources may differ by: signaling is retransmitted after 500 ms, a jitter buffer holds sound back for 200. */
export const DIGIT_MERGE_WINDOW_MS = 700;
/** A key held for longer is not told of any more when it is over. */
const MEMORY_MS = 60_000;
/** Nobody presses more keys within the memory; it bounds what a flood costs. */
const MEMORY_PRESSES = 64;

export class DigitMerge<Told extends ToldDigit = ToldDigit> {
  readonly #windowMs: number;
  /** Oldest first. */
  readonly #presses: { readonly press: KeyPress<Told>; readonly heardAtMs: number }[] = [];

  constructor(windowMs = DIGIT_MERGE_WINDOW_MS) {
    this.#windowMs = windowMs;
  }

  /** @returns the press that is told of, and whether it is a new one */
  receive(told: Told, nowMs: number): { readonly press: KeyPress<Told>; readonly isNew: boolean } {
    this.#forget(nowMs);
    // The oldest that this source has not told of yet: each source keeps the order of the keys.
    const known = this.#presses.find(({ press }) => this.#isSame(press, told))?.press;
    if (known !== undefined) {
      known.told.push(told);
      return { press: known, isNew: false };
    }
    const press: KeyPress<Told> = { digit: told.digit, told: [told] };
    this.#presses.push({ press, heardAtMs: nowMs });
    return { press, isNew: true };
  }

  #isSame(press: KeyPress<Told>, told: Told): boolean {
    if (press.digit !== told.digit) return false;
    if (press.told.some(({ source }) => source === told.source)) return false;
    return press.told.some((earlier) => gapMs(earlier, told) <= this.#windowMs);
  }

  #forget(nowMs: number): void {
    while (this.#presses.length >= MEMORY_PRESSES) this.#presses.shift();
    while ((this.#presses[0]?.heardAtMs ?? nowMs) < nowMs - MEMORY_MS) this.#presses.shift();
  }
}

/** Time between the beginning of one and the other, which is none where it began while the other was held. */
function gapMs(one: ToldDigit, other: ToldDigit): number {
  const [first, second] = one.atMs <= other.atMs ? [one, other] : [other, one];
  return Math.max(0, second.atMs - first.atMs - (first.durationMs ?? 0));
}
