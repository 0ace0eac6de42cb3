import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DIGITS_MAXIMUM, KEYPAD_CODES, type KeyEntry, KeyReader } from '../../../src/meeting/key-entry.ts';

const PAUSE_MS = 3000;

/** `.` in the keys is a pause that is too long. */
function read(keys: string): string[] {
  const reader = new KeyReader(PAUSE_MS);
  const entries: KeyEntry[] = [];
  let nowMs = 1_000_000;
  for (const key of keys) {
    nowMs += key === '.' ? PAUSE_MS + 1 : 100;
    const entry = key === '.' ? null : reader.press(key, nowMs);
    if (entry !== null) entries.push(entry);
  }
  return entries.map(textOf);
}

function textOf(entry: KeyEntry): string {
  switch (entry.kind) {
    case 'code':
      return entry.code;
    case 'digits':
      return `${entry.digits}#`;
    case 'unknown':
      return `?${entry.keys}`;
  }
}

describe('KeyReader', () => {
  it.each([
    ['*7', ['*7']],
    ['*97', ['*97']],
    ['*2', ['*2']],
    ['*4', ['*4']],
    ['*0', ['*0']],
    ['##', ['##']],
    ['4321#', ['4321#']],
    ['6064724824001#', ['6064724824001#']],
    // Slips.
    ['*9*7', ['*7']],
    ['43*7', ['*7']],
    ['*5', ['?*5']],
    ['*91', ['?*91']],
    ['*#', ['?*#']],
    ['*9#', ['?*9#']],
    ['**7', ['*7']],
    ['*7*7', ['*7', '*7']],
    ['A*7D', ['*7']],
    ['*A7', ['*7']],
    // The # of an entry is none of the two that end a meeting.
    ['4321##', ['4321#']],
    ['4321###', ['4321#', '##']],
    ['#4321#', ['4321#']],
    ['#*7', ['*7']],
    ['#', []],
    // Pauses.
    ['*.7', []],
    ['*9.7#', ['7#']],
    ['#.#', []],
    ['43.21#', ['21#']],
    ['4321.#', []],
  ])('%s → %j', (keys, entries) => {
    expect(read(keys)).toEqual(entries);
  });

  it('keeps of 200 digits only enough to know that they are too many', () => {
    expect(read(`${'1'.repeat(200)}#`)).toEqual([`${'1'.repeat(DIGITS_MAXIMUM)}#`]);
  });

  it('never throws, and holds no more than the longest entry', () => {
    const keys = fc.array(fc.constantFrom(...'0123456789*#ABCD', '', '12', 'x'), { maxLength: 300 });
    fc.assert(
      fc.property(keys, fc.nat(5000), (pressed, stepMs) => {
        const reader = new KeyReader(PAUSE_MS);
        pressed.forEach((key, index) => {
          reader.press(key, index * stepMs);
        });
        return reader.pending.length <= DIGITS_MAXIMUM;
      }),
    );
  });

  it('reads every code whatever was pressed before, after a pause', () => {
    const before = fc.array(fc.constantFrom(...'0123456789*#'), { maxLength: 20 });
    fc.assert(
      fc.property(before, fc.constantFrom(...KEYPAD_CODES), (keys, code) => {
        expect(read(`${keys.join('')}.${code}`).at(-1)).toBe(code);
      }),
    );
  });
});
