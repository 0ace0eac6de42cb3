import { parseText } from './q931-elements.ts';

/** More keys in one element than a person presses are somebody's data. */
const MAX_KEYS = 32;

/** Keys of a Q.931 keypad element (§4.5.18); the NUL with which H323Plus pads it is none. */
export function keysOfKeypad(content: Uint8Array): string[] {
  return [...parseText(content).toUpperCase()].filter((key) => /[0-9*#A-D]/.test(key)).slice(0, MAX_KEYS);
}
