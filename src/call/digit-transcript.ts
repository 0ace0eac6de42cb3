import { DigitMerge, type DigitSource, type KeyPress } from '../../media/dtmf/digit-merge.ts';
import type { MediaDigit } from '../../media/engine/media-leg.ts';
import type { SignaledDigit } from '../../signaling/call-leg.ts';

type ToldKey = SignaledDigit | MediaDigit;

/** A key the caller pressed: how it came, and what came of it. */
export interface PressedDigit {
  readonly digit: string;
  /** Who told of it first; that is the telling that counted. */
  readonly source: DigitSource;
  /** Who told of the same press besides. */
  readonly alsoToldBy: readonly DigitSource[];
  readonly atMs: number;
  readonly durationMs: number | null;
  /** RFC 4733 packets that came of it, and those missing between them; null where no such packets told of it. */
  readonly packets: number | null;
  readonly packetsLost: number | null;
  /** What it did, for a person; null where it did nothing. */
  readonly effect: string | null;
  /** Why it did nothing; null where it did something. */
  readonly ignoredBecause: string | null;
}

/** How many keys of one call are kept to be shown; the logs have all of them. */
const KEPT_DIGITS = 500;
const NOBODY_LISTENS = 'Nothing acts on keys in this call.';

/** One press, to which further tellings and its effect are added as they become known. */
export class KeyRecord {
  readonly #told: ToldKey[];
  #effect: string | null = null;
  #ignoredBecause: string | null = NOBODY_LISTENS;

  constructor({ told }: KeyPress<ToldKey>) {
    this.#told = told;
  }

  /** `muted`, `entered for the meeting ID`, … */
  did(effect: string): void {
    this.#effect = effect;
    this.#ignoredBecause = null;
  }

  /** A sentence: `Only moderators may lock the meeting.` */
  ignore(reason: string): void {
    this.#effect = null;
    this.#ignoredBecause = reason;
  }

  /** @returns whether this press was told of so; now it is known how long it took */
  lengthen(held: SignaledDigit): boolean {
    const index = this.#told.findIndex(
      ({ digit, source, atMs }) => digit === held.digit && source === held.source && atMs === held.atMs,
    );
    if (index >= 0) this.#told[index] = held;
    return index >= 0;
  }

  get view(): PressedDigit {
    const [first, ...others] = this.#told as [ToldKey, ...ToldKey[]];
    const events = this.#told.find((told): told is MediaDigit => told.source === 'rfc4733');
    return {
      digit: first.digit,
      source: first.source,
      alsoToldBy: others.map(({ source }) => source),
      atMs: first.atMs,
      durationMs: first.durationMs,
      packets: events?.packets ?? null,
      packetsLost: events?.packetsLost ?? null,
      effect: this.#effect,
      ignoredBecause: this.#ignoredBecause,
    };
  }
}

/** The keys of one call, each press once, whoever told of it. */
export class DigitTranscript {
  readonly #merge = new DigitMerge<ToldKey>();
  readonly #records: KeyRecord[] = [];

  /** @returns the record of the press where this is the first telling of it, else null */
  receive(told: ToldKey, nowMs: number): KeyRecord | null {
    const { press, isNew } = this.#merge.receive(told, nowMs);
    if (!isNew) return null;
    const record = new KeyRecord(press);
    if (this.#records.length < KEPT_DIGITS) this.#records.push(record);
    return record;
  }

  /** The key was told already; how long it was held comes after. */
  lengthen(held: SignaledDigit): void {
    for (let index = this.#records.length - 1; index >= 0; index--) {
      if (this.#records[index]?.lengthen(held)) return;
    }
  }

  get digits(): readonly PressedDigit[] {
    return this.#records.map(({ view }) => view);
  }
}
