/**
 * Reads the keys of somebody in a meeting into entries: the codes of Chime's keypad, and digits that end with #.
 * Pure: the time comes as an argument, and a pause takes back what was begun.
 */

/** Chime's codes, without the ones that are made of digits. */
export const KEYPAD_CODES = ['*7', '*97', '*2', '*4', '##', '*0'] as const;
export type KeypadCode = (typeof KEYPAD_CODES)[number];

export type KeyEntry =
  | { readonly kind: 'code'; readonly code: KeypadCode }
  /** At most `DIGITS_MAXIMUM`; the # is not part of it. */
  | { readonly kind: 'digits'; readonly digits: string }
  /** A code that means nothing. */
  | { readonly kind: 'unknown'; readonly keys: string };

/** A 13-digit ID is the longest entry; one key more is kept, so that too long is never taken for right. */
export const DIGITS_MAXIMUM = 14;

const CODES: ReadonlySet<string> = new Set(KEYPAD_CODES);
const isCode = (keys: string): keys is KeypadCode => CODES.has(keys);
/** What may still become a code. */
const isBegun = (keys: string): boolean =>
  KEYPAD_CODES.some((code) => code.length > keys.length && code.startsWith(keys));

export class KeyReader {
  readonly #pauseMs: number;
  #keys = '';
  #lastKeyMs = 0;

  /** @param pauseMs keys further apart do not belong together */
  constructor(pauseMs: number) {
    this.#pauseMs = pauseMs;
  }

  /** The keys of an entry that is not complete. */
  get pending(): string {
    return this.#keys;
  }

  /** @returns the entry that this key completes, or null while one is under way */
  press(key: string, nowMs: number): KeyEntry | null {
    if (nowMs - this.#lastKeyMs > this.#pauseMs) this.#keys = '';
    this.#lastKeyMs = nowMs;
    // A star always begins anew: it is how a slip is taken back.
    if (key === '*') this.#keys = '*';
    else if (/^\d$/.test(key)) return this.#digit(key);
    else if (key === '#') return this.#hash();
    // A to D are no keys of a telephone; they mean nothing here and disturb nothing.
    return null;
  }

  #digit(digit: string): KeyEntry | null {
    // A single # before digits meant nothing.
    const keys = (this.#keys === '#' ? '' : this.#keys) + digit;
    if (!keys.startsWith('*')) {
      this.#keys = keys.slice(0, DIGITS_MAXIMUM);
      return null;
    }
    if (isBegun(keys)) {
      this.#keys = keys;
      return null;
    }
    return this.#complete(keys);
  }

  #hash(): KeyEntry | null {
    const keys = this.#keys;
    if (keys === '') {
      this.#keys = '#';
      return null;
    }
    if (/^\d/.test(keys)) {
      this.#keys = '';
      return { kind: 'digits', digits: keys };
    }
    return this.#complete(`${keys}#`);
  }

  #complete(keys: string): KeyEntry {
    this.#keys = '';
    return isCode(keys) ? { kind: 'code', code: keys } : { kind: 'unknown', keys };
  }
}
