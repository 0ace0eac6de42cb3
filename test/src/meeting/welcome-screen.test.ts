import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type WelcomeOutcome, WelcomeScreen } from '../../../src/meeting/welcome-screen.ts';
import { ROOM_RULES } from '../../support/meeting-room.ts';

const ID = '6064724824';
const text = (outcome: WelcomeOutcome): string => {
  if (outcome.kind === 'check') return `check ${outcome.digits}`;
  return outcome.kind === 'nothing' ? '' : `${outcome.kind} ${outcome.phrases.join(' ')}`;
};

/** Keys a second apart, from one second on; `_` is a second without. What came of it, in order. */
function key(screen: WelcomeScreen, keys: string, fromMs = 0): string[] {
  const outcomes = [...keys].map((pressed, index) => {
    const nowMs = fromMs + (index + 1) * 1000;
    const due = text(screen.advance(nowMs));
    return pressed === '_' ? due : due + text(screen.press(pressed, nowMs));
  });
  return outcomes.filter((outcome) => outcome !== '');
}

function opened(): WelcomeScreen {
  const screen = new WelcomeScreen(ROOM_RULES);
  screen.open(null, 0);
  return screen;
}

describe('WelcomeScreen: what completes an entry', () => {
  it.each([
    ['# after any digits', `${ID}#`, [`check ${ID}`]],
    ['# after too few', '123#', ['check 123']],
    ['a pause after 10 digits', `${ID}___`, [`check ${ID}`]],
    ['no pause that is shorter', `${ID}__`, []],
    ['a pause after 13 digits', '6064724824001___', ['check 6064724824001']],
    ['not the pause within 13', `${ID}_001___`, ['check 6064724824001']],
    ['no pause after any other number', '606472482____', []],
    ['a pause after more than any ID has', `${'1'.repeat(200)}___`, [`check ${'1'.repeat(14)}`]],
    ['* clears what is there', `999*${ID}#`, [`check ${ID}`]],
    ['# alone does nothing', `##${ID}#`, [`check ${ID}`]],
    ['keys of no telephone disturb nothing', `60647A24824D#`, [`check ${ID}`]],
    ['nothing is taken while an entry is looked up', `${ID}#77#___`, [`check ${ID}`]],
  ])('%s', (_, keys, expected) => expect(key(opened(), keys)).toEqual(expected));
});

describe('WelcomeScreen: what is said', () => {
  it.each([
    [null, 'say welcome enter-meeting-id'],
    ['invalid-meeting-id', 'say invalid-meeting-id enter-meeting-id'],
    ['locked-out', 'say locked-out'],
  ] as const)('at first to one who comes for %s', (reason, expected) => {
    const screen = new WelcomeScreen(ROOM_RULES);
    expect(text(screen.open(reason, 0))).toBe(expected);
    expect(screen.state).toBe('asking');
  });

  it('tells the digits of a wrong entry one by one, and says goodbye after the third', () => {
    const screen = opened();
    key(screen, '12#');
    expect(text(screen.refuse('invalid-meeting-id', 4000))).toBe(
      'say you-entered digit-1 digit-2 invalid-meeting-id enter-meeting-id',
    );
    key(screen, `${ID}#`, 10_000);
    expect(text(screen.refuse('meeting-full', 21_000))).toBe('say meeting-full enter-meeting-id');
    key(screen, `${ID}#`, 30_000);
    expect(text(screen.refuse('invalid-meeting-id', 41_000))).toBe('goodbye invalid-meeting-id goodbye');
    expect([screen.state, screen.dueAtMs]).toEqual(['over', null]);
    expect(key(screen, `${ID}#___`, 50_000)).toEqual([]);
  });

  it('asks again after 30 s of silence, and says goodbye after the third', () => {
    const screen = opened();
    screen.played(4000);
    expect([text(screen.advance(33_999)), text(screen.advance(34_000))]).toEqual([
      '',
      'say no-entry enter-meeting-id',
    ]);
    expect(text(screen.advance(64_000))).toBe('say no-entry enter-meeting-id');
    screen.played(68_000);
    expect(screen.dueAtMs).toBe(98_000);
    expect(text(screen.advance(98_000))).toBe('goodbye no-entry goodbye');
  });

  it('takes an entry that nobody goes on with for a silence', () => {
    const screen = opened();
    key(screen, '606');
    expect(screen.dueAtMs).toBe(33_000);
    expect(text(screen.advance(33_000))).toBe('say no-entry enter-meeting-id');
    expect(key(screen, '4724824#', 40_000)).toEqual(['check 4724824']);
  });
});

it('WelcomeScreen ends, whatever is keyed, after as many wrong entries and silences as it allows', () => {
  const keys = fc.array(fc.constantFrom(...'0123456789*#A', 'wait'), { maxLength: 400 });
  fc.assert(
    fc.property(keys, (pressed) => {
      const screen = opened();
      let nowMs = 0;
      let refusals = 0;
      for (const one of pressed) {
        nowMs += one === 'wait' ? 30_000 : 200;
        let outcome = one === 'wait' ? screen.advance(nowMs) : screen.press(one, nowMs);
        if (outcome.kind === 'check') {
          expect(outcome.digits).toMatch(/^\d{1,14}$/);
          refusals++;
          outcome = screen.refuse('invalid-meeting-id', nowMs);
        }
        if (outcome.kind === 'goodbye') expect(screen.state).toBe('over');
      }
      expect(refusals).toBeLessThanOrEqual(ROOM_RULES.welcomeAttempts);
    }),
  );
});
