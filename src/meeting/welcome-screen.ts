/**
 * What is asked of a caller who has no meeting yet, as a state machine: the ID is keyed, `#` or a pause completes it,
 * `*` clears it; wrong entries and silences are counted. Pure: the time comes as an argument.
 */
import { type Phrase, spokenDigits } from '../../media/prompt/phrases.ts';
import { DIGITS_MAXIMUM } from './key-entry.ts';
import type { RoomRules } from './room-rules.ts';

/** `asking` until a key comes, `entering` while keys come, `checking` an entry, `over` after the goodbye. */
export type WelcomeState = 'asking' | 'entering' | 'checking' | 'over';

export type WelcomeOutcome =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'say'; readonly phrases: readonly Phrase[] }
  /** To be answered with `refuse`, unless it leads into a meeting. */
  | { readonly kind: 'check'; readonly digits: string }
  | { readonly kind: 'goodbye'; readonly phrases: readonly Phrase[]; readonly detail: string };

/** IDs of these lengths are complete after a pause, without a `#`. */
const ID_LENGTHS = [10, 13];
const NOTHING: WelcomeOutcome = { kind: 'nothing' };

export class WelcomeScreen {
  readonly #rules: Pick<RoomRules, 'interDigitPauseMs' | 'welcomeSilenceMs' | 'welcomeAttempts'>;
  #state: WelcomeState = 'asking';
  #digits = '';
  /** Of the last key, or the end of what was said. */
  #quietSinceMs = 0;
  #wrongEntries = 0;
  #silences = 0;

  constructor(rules: Pick<RoomRules, 'interDigitPauseMs' | 'welcomeSilenceMs' | 'welcomeAttempts'>) {
    this.#rules = rules;
  }

  get state(): WelcomeState {
    return this.#state;
  }

  /** When `advance` is due. */
  get dueAtMs(): number | null {
    if (this.#state === 'checking' || this.#state === 'over') return null;
    const { interDigitPauseMs, welcomeSilenceMs } = this.#rules;
    return this.#quietSinceMs + (this.#isWholeAfterPause ? interDigitPauseMs : welcomeSilenceMs);
  }

  /** The call was answered; `reason` says why it is here, where it dialed something. */
  open(reason: Phrase | null, nowMs: number): WelcomeOutcome {
    this.#quietSinceMs = nowMs;
    return { kind: 'say', phrases: ask(reason ?? 'welcome') };
  }

  press(key: string, nowMs: number): WelcomeOutcome {
    if (this.#state === 'checking' || this.#state === 'over') return NOTHING;
    this.#quietSinceMs = nowMs;
    if (key === '*') {
      this.#clear();
    } else if (/^\d$/.test(key)) {
      this.#state = 'entering';
      this.#digits = (this.#digits + key).slice(0, DIGITS_MAXIMUM);
    } else if (key === '#' && this.#digits !== '') return this.#complete();
    return NOTHING;
  }

  /** What was said has been heard: from now a silence is the caller's. */
  played(nowMs: number): void {
    this.#quietSinceMs = Math.max(this.#quietSinceMs, nowMs);
  }

  advance(nowMs: number): WelcomeOutcome {
    const dueAtMs = this.dueAtMs;
    if (dueAtMs === null || nowMs < dueAtMs) return NOTHING;
    if (this.#isWholeAfterPause) return this.#complete();
    this.#clear();
    this.#quietSinceMs = nowMs;
    this.#silences++;
    if (this.#silences < this.#rules.welcomeAttempts) return { kind: 'say', phrases: ask('no-entry') };
    return this.#leave('no-entry', `No meeting ID was keyed, ${this.#silences} times.`);
  }

  /** The entry led nowhere, for this reason. */
  refuse(reason: Phrase, nowMs: number): WelcomeOutcome {
    const entered = spokenDigits(this.#digits);
    this.#clear();
    this.#quietSinceMs = nowMs;
    this.#wrongEntries++;
    if (this.#wrongEntries >= this.#rules.welcomeAttempts) {
      return this.#leave(reason, `${this.#wrongEntries} entries led into no meeting.`);
    }
    if (reason !== 'invalid-meeting-id') return { kind: 'say', phrases: ask(reason) };
    return { kind: 'say', phrases: ['you-entered', ...entered, ...ask(reason)] };
  }

  /** More keys than any ID has are as complete as they will be. */
  get #isWholeAfterPause(): boolean {
    return ID_LENGTHS.includes(this.#digits.length) || this.#digits.length === DIGITS_MAXIMUM;
  }

  #complete(): WelcomeOutcome {
    this.#state = 'checking';
    return { kind: 'check', digits: this.#digits };
  }

  #leave(reason: Phrase, detail: string): WelcomeOutcome {
    this.#state = 'over';
    return { kind: 'goodbye', phrases: [reason, 'goodbye'], detail };
  }

  #clear(): void {
    this.#digits = '';
    this.#state = 'asking';
  }
}

/** Who finds a meeting locked is asked for another ID by that sentence itself. */
function ask(reason: Phrase): readonly Phrase[] {
  return reason === 'locked-out' ? [reason] : [reason, 'enter-meeting-id'];
}
