import { eventOfDigit } from '../../media/dtmf/telephone-event.ts';

/** One key to be pressed, so long after the one before, or after the answer. */
export interface KeyStep {
  readonly digit: string;
  /** From the end of the key before. */
  readonly pauseMs: number;
}

/** As modems have had it since Hayes. */
const COMMA_PAUSE_MS = 2000;
/** Between keys where no comma stands: a person's fast dialing. */
export const KEY_GAP_MS = 100;

/**
 * Reads `6064724824#,,12`: keys, and commas for two seconds each; spaces and hyphens group and mean nothing.
 * @returns null where something else is in it
 */
export function parseKeyScript(text: string): readonly KeyStep[] | null {
  const steps: KeyStep[] = [];
  let pauseMs = 0;
  for (const character of text) {
    if (character === ' ' || character === '-') continue;
    if (character === ',') {
      pauseMs += COMMA_PAUSE_MS;
      continue;
    }
    if (eventOfDigit(character) === null) return null;
    steps.push({ digit: character.toUpperCase(), pauseMs: pauseMs + KEY_GAP_MS });
    pauseMs = 0;
  }
  return steps;
}
