import type { UserInputIndication } from '../h245-types.ts';

/** A key as H.245 tells it. */
export interface UserInputDigit {
  readonly digit: string;
  readonly source: 'h245-alphanumeric' | 'h245-signal';
  readonly durationMs: number | null;
}

const KEY = /[0-9*#A-D]/;

/**
 * The keys in a user input indication (H.245 §7.12.2, §B.13.2). `signalUpdate` only makes the last key longer,
 * see `heldMsOf`. Padding (H323Plus sends a NUL) and hook flash (`!`) are no keys.
 */
export function digitsOf(input: UserInputIndication): UserInputDigit[] {
  switch (input.choice) {
    case 'alphanumeric':
      return keysOf(input.value);
    case 'extendedAlphanumeric':
      return keysOf(input.value.alphanumeric);
    case 'signal': {
      const { signalType, duration } = input.value;
      const isKey = KEY.test(signalType);
      return isKey ? [{ digit: signalType, source: 'h245-signal', durationMs: duration ?? null }] : [];
    }
    default:
      return [];
  }
}

/** How long the last `signal` was held in all, as a `signalUpdate` says; null: it is something else. */
export function heldMsOf(input: UserInputIndication): number | null {
  return input.choice === 'signalUpdate' ? input.value.duration : null;
}

/** More keys in one message than a person presses are somebody's data. */
const MAX_KEYS = 64;

function keysOf(text: string): UserInputDigit[] {
  return [...text.toUpperCase()]
    .filter((character) => KEY.test(character))
    .slice(0, MAX_KEYS)
    .map((digit) => ({ digit, source: 'h245-alphanumeric', durationMs: null }));
}
