import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type FailedGuess,
  type GuessFailure,
  Guessing,
  type GuessingSettings,
} from '../../../src/guessing/guessing.ts';

const SETTINGS: GuessingSettings = {
  freeFailures: 2,
  firstDelayMs: 1000,
  maxDelayMs: 8000,
  forgetMs: 60_000,
  exemptSources: ['198.51.100.0/24'],
};
const MEETING_ID = '6064724824';
const SOURCE = '192.0.2.7';

function guessFrom(source: string, meetingId: string | null = null): FailedGuess {
  const kind = meetingId === null ? 'meeting-id' : 'passcode';
  return { kind, way: 'dialed', source, meetingId, callId: 'c', protocol: 'SIP', transport: 'UDP' };
}

function rig() {
  const failures: GuessFailure[] = [];
  const guessing = new Guessing(SETTINGS, (failure) => failures.push(failure));
  /** A wrong try that is looked at when its turn comes; the time of its answer, or null where it was refused. */
  const fail = (nowMs: number, source = SOURCE, meetingId: string | null = null): number | null => {
    const admission = guessing.admit(source, meetingId, nowMs);
    if (admission.kind === 'refused') return null;
    guessing.failed(guessFrom(source, meetingId), nowMs + admission.delayMs);
    return nowMs + admission.delayMs;
  };
  return { guessing, failures, fail };
}

describe('Guessing: one source', () => {
  it('waits the longer the more it failed, up to a limit', () => {
    const { fail, failures } = rig();
    const answers: number[] = [];
    for (let nowMs = 0, tries = 0; tries < 9; tries++) {
      nowMs = fail(nowMs) ?? Number.NaN;
      answers.push(nowMs);
    }
    expect(answers).toEqual([0, 0, 0, 1000, 3000, 7000, 15_000, 23_000, 31_000]);
    expect(failures.map(({ delayMs }) => delayMs)).toEqual([0, 0, 1000, 2000, 4000, 8000, 8000, 8000, 8000]);
  });

  it('gains nothing by a right ID between wrong ones', () => {
    const { guessing, fail } = rig();
    for (let tries = 0; tries < 4; tries++) fail(0);
    const right = guessing.admit(SOURCE, null, 10_000);
    expect(right).toEqual({ kind: 'granted', delayMs: 0 });
    expect(guessing.admit(SOURCE, null, 10_000)).toEqual({ kind: 'granted', delayMs: 2000 });
  });

  it('gains nothing by trying in many calls at once: they queue, and too many are refused', () => {
    const { guessing, fail } = rig();
    for (let tries = 0; tries < 3; tries++) fail(0);
    const together = Array.from({ length: 10 }, () => guessing.admit(SOURCE, null, 5000));
    expect(together.map((one) => (one.kind === 'granted' ? one.delayMs : one.kind))).toEqual([
      ...[0, 1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000],
      'refused',
    ]);
    expect(together.at(-1)).toEqual({ kind: 'refused', retryAfterMs: 9000 });
    expect(guessing.statistics).toEqual({ failed: 3, delayed: 8, refused: 1 });
  });

  it('is forgiven one failure after each quiet while', () => {
    const { guessing, fail } = rig();
    let nowMs = 0;
    for (let tries = 0; tries < 20; tries++) nowMs = fail(nowMs) ?? nowMs;
    const gapAt = (atMs: number): number => {
      guessing.admit(SOURCE, null, atMs);
      const next = guessing.admit(SOURCE, null, atMs);
      return next.kind === 'granted' ? next.delayMs : Number.NaN;
    };
    const gaps = [0, 1, 2, 3, 4, 5].map((quiet) => gapAt(nowMs + 30_000 + quiet * 60_000));
    expect(gaps).toEqual([8000, 4000, 2000, 1000, 0, 0]);
  });

  it('is not slowed by what others did', () => {
    const { guessing, fail } = rig();
    for (let tries = 0; tries < 6; tries++) fail(0);
    expect(guessing.admit('192.0.2.8', null, 0)).toEqual({ kind: 'granted', delayMs: 0 });
  });

  it('is a whole /64 of IPv6, however it is written', () => {
    const { guessing, fail } = rig();
    for (const address of ['2001:db8::1', '2001:0db8:0:0:1::2', '2001:db8:0:0:ffff::']) fail(0, address);
    expect(guessing.admit('2001:db8::9', null, 0)).toMatchObject({ delayMs: 1000 });
    expect(guessing.admit('2001:db8:0:1::9', null, 0)).toMatchObject({ delayMs: 0 });
  });

  it('may be exempt: told of, and never slowed', () => {
    const { fail, failures } = rig();
    const answers = Array.from({ length: 9 }, () => fail(0, '198.51.100.9', MEETING_ID));
    expect(new Set(answers)).toEqual(new Set([0]));
    expect(failures).toHaveLength(9);
  });
});

describe('Guessing: the passcode of one meeting', () => {
  it('slows everybody who tries it, whichever source they come from', () => {
    const { guessing, fail } = rig();
    for (let source = 1; source <= 4; source++) fail(0, `203.0.113.${source}`, MEETING_ID);
    expect(guessing.admit('203.0.113.9', MEETING_ID, 0)).toMatchObject({ delayMs: 3000 });
    expect(guessing.admit('203.0.113.9', '1234567890', 0)).toMatchObject({ delayMs: 0 });
    expect(guessing.admit('203.0.113.8', null, 0)).toMatchObject({ delayMs: 0 });
  });
});

describe('Guessing: under attack', () => {
  it('remembers no more than it has room for, the last ones', () => {
    const { guessing, fail } = rig();
    for (let tries = 0; tries < 4; tries++) fail(0, '192.0.2.1');
    for (let tries = 0; tries < 4; tries++) fail(0, '192.0.2.2');
    for (let source = 0; source < 19_999; source++) fail(0, `10.${source >> 8}.${source & 255}.1`);
    expect(guessing.admit('192.0.2.1', null, 0)).toMatchObject({ delayMs: 0 });
    expect(guessing.admit('192.0.2.2', null, 0)).toMatchObject({ delayMs: 3000 });
  });

  it('never looks at more tries than the free ones and one a delay', () => {
    const steps = fc.array(fc.integer({ min: 0, max: 3000 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(steps, (pausesMs) => {
        const { fail } = rig();
        const answers: number[] = [];
        let nowMs = 0;
        for (const pauseMs of pausesMs) {
          nowMs += pauseMs;
          const answerMs = fail(nowMs);
          if (answerMs !== null) answers.push(answerMs);
        }
        answers.sort((one, other) => one - other);
        const gaps = answers.slice(SETTINGS.freeFailures + 1).map((atMs, index) => {
          return atMs - (answers[index + SETTINGS.freeFailures] as number);
        });
        return gaps.every((gapMs) => gapMs >= SETTINGS.firstDelayMs);
      }),
    );
  });
});
