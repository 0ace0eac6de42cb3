import { describe, expect, it } from 'vitest';
import { PHRASES, type Phrase } from '../../../media/prompt/phrases.ts';
import { CallFailure } from '../../../signaling/call-failure.ts';
import { Call } from '../../../src/call/call.ts';
import { Guessing } from '../../../src/guessing/guessing.ts';
import { GuardedLookup } from '../../../src/meeting/guarded-lookup.ts';
import { KEYPAD_CODES, type KeyEntry } from '../../../src/meeting/key-entry.ts';
import { judge, Keypad, mayPress, menu } from '../../../src/meeting/keypad.ts';
import { MeetingDirectory } from '../../../src/meeting/meeting-directory.ts';
import { UNAVAILABLE_RECORDER } from '../../../src/meeting/meeting-recorder.ts';
import { RecordingDesk } from '../../../src/meeting/recording-desk.ts';
import { FakeCallLeg } from '../../support/fake-call-leg.ts';
import { JOHN, MARY, MeetingRig, OPEN, ROOM_RULES } from '../../support/meeting-room.ts';

describe('who may press what', () => {
  const states = ['joining', 'waiting-room', 'waiting', 'joined'] as const;
  // Code: attendee and moderator who have joined. Before that there is but the menu.
  it.each([
    ['*7', 'allowed', 'allowed'],
    ['*97', 'moderators-only', 'allowed'],
    ['*2', 'moderators-only', 'allowed'],
    ['*4', 'moderators-only', 'allowed'],
    ['##', 'moderators-only', 'allowed'],
    ['*0', 'allowed', 'allowed'],
  ] as const)('%s: attendee %s, moderator %s', (code, attendee, moderator) => {
    const early = code === '*0' ? 'allowed' : 'not-yet';
    expect(states.map((state) => judge(code, state, false))).toEqual([early, early, early, attendee]);
    expect(states.map((state) => judge(code, state, true))).toEqual([early, early, early, moderator]);
  });

  it('is the whole keypad', () => expect(KEYPAD_CODES).toEqual(['*7', '*97', '*2', '*4', '##', '*0']));

  it.each([
    ['an attendee of an open meeting', OPEN, {}, ['*7', '*0']],
    ['an attendee', {}, { invitee: JOHN }, ['*7', '*0', '<passcode>#']],
    ['a caller without a name', {}, {}, ['*7', '*0', '<passcode>#', '<13-digit ID>#']],
    ['a host', {}, { invitee: MARY }, [...KEYPAD_CODES]],
    ['a moderator by passcode', {}, { isModerator: true }, [...KEYPAD_CODES, '<13-digit ID>#']],
  ])('%s, when the meeting has begun', (_, definition, overrides, expected) => {
    const rig = new MeetingRig(definition);
    if (rig.meeting.isModerated) rig.seat('m', 0, { isModerator: true });
    expect(mayPress(rig.meeting, rig.seat('a', 0, overrides))).toEqual(expected);
  });

  it('is little while one waits, and nothing before the answer', async () => {
    const rig = new MeetingRig();
    expect(mayPress(rig.meeting, rig.admit('a'))).toEqual([]);
    expect(mayPress(rig.meeting, rig.seat('b'))).toEqual(['*0', '<passcode>#', '<13-digit ID>#']);
  });
});

describe('the menu', () => {
  it.each([
    ['waits', false, {}, ['not-yet', 'menu-passcode']],
    ['attends', true, {}, ['menu-mute', 'menu-passcode']],
    ['moderates', true, { isModerator: true }, ['menu-mute', 'menu-moderator']],
  ])('of one who %s names what may be pressed', (_, hasBegun, overrides, expected) => {
    const rig = new MeetingRig();
    if (hasBegun) rig.seat('m', 0, { isModerator: true });
    expect(menu(rig.meeting, rig.seat('a', 0, overrides))).toEqual(expected);
  });
});

const ENTRIES: Readonly<Record<string, KeyEntry>> = Object.fromEntries([
  ...KEYPAD_CODES.map((code) => [code, { kind: 'code', code }] as const),
  ...['4321', '9999', '6064724824', MARY.pin, JOHN.pin, '6064724824009'].map(
    (digits) => [`${digits}#`, { kind: 'digits', digits }] as const,
  ),
  ['*5', { kind: 'unknown', keys: '*5' }],
]);

/** A meeting with a moderator `m`, an attendee `a` and a listener `b`; keys are entered through the keypad. */
function keypadRig(definition: ConstructorParameters<typeof MeetingRig>[0] = {}) {
  const rig = new MeetingRig(definition);
  const directory = new MeetingDirectory([rig.meeting.definition], ROOM_RULES, rig.listener);
  // The keypad is of the meeting in the rig, whose seats can be looked at.
  const meetings = Object.assign(directory, {
    byInviteePin: (pin: string) => {
      const invitee = rig.meeting.definition.invitees.find((one) => one.pin === pin);
      if (invitee === undefined) throw new CallFailure('unknown-meeting', pin);
      return { meeting: rig.meeting, invitee };
    },
  });
  const guessing = new Guessing(
    { freeFailures: 2, firstDelayMs: 1000, maxDelayMs: 1000, forgetMs: 60_000, exemptSources: [] },
    () => {},
  );
  const waits: (() => void)[] = [];
  const pause = () => new Promise<void>((resolve) => waits.push(resolve));
  const lookup = new GuardedLookup({ meetings, guessing, now: () => 50, pause });
  const keypad = new Keypad(lookup, new RecordingDesk(UNAVAILABLE_RECORDER), () => 50);
  const enter = (callId: string, keys: string) =>
    keypad.obey(
      ENTRIES[keys]!,
      rig.meeting,
      rig.meeting.participant(callId)!,
      new Call(new FakeCallLeg(callId, '')),
    );
  return { rig, enter, waits };
}

function begun(definition: ConstructorParameters<typeof MeetingRig>[0] = {}) {
  const parts = keypadRig(definition);
  parts.rig.seat('m', 0, { isModerator: true });
  parts.rig.seat('a');
  parts.rig.seat('b');
  parts.rig.forget();
  return parts;
}

const done = (what: string) => ({ isDone: true, what });
const refused = (phrase: Phrase) => ({ isDone: false, what: PHRASES[phrase].en });

describe('the keypad of a meeting that has begun', () => {
  // Who, keys, what came of it, what that one hears, what another hears.
  it.each([
    ['a', '*7', done('muted'), ['is muted', 'said muted'], []],
    ['m', '*7', done('muted'), ['is muted', 'said muted'], []],
    ['m', '*97', done('all-muted'), ['said all-muted'], ['is muted', 'said muted-by-moderator']],
    ['m', '*2', done('recording-starting'), ['said recording-unavailable'], []],
    ['m', '*4', done('locked'), ['said locked'], []],
    ['m', '##', done('meeting-ended'), ['dismissed with meeting-ended'], ['dismissed with meeting-ended']],
    ['m', '*0', done('menu'), ['said menu-mute menu-moderator'], []],
    ['a', '*0', done('menu'), ['said menu-mute menu-passcode'], []],
    ['a', '*97', refused('moderators-only'), ['said moderators-only'], []],
    ['a', '*2', refused('moderators-only'), ['said moderators-only'], []],
    ['a', '*4', refused('moderators-only'), ['said moderators-only'], []],
    ['a', '##', refused('moderators-only'), ['said moderators-only'], []],
    ['a', '*5', refused('unknown-code'), ['said unknown-code'], []],
    ['a', '4321#', done('you-are-moderator'), ['said you-are-moderator'], []],
    ['m', '4321#', refused('already-moderator'), ['said already-moderator'], []],
    ['a', '9999#', refused('wrong-passcode'), ['said wrong-passcode'], []],
    ['a', `${JOHN.pin}#`, done('id-accepted'), ['said id-accepted'], []],
    ['a', `${MARY.pin}#`, done('id-accepted'), ['said id-accepted', 'said you-are-moderator'], []],
    ['a', '6064724824009#', refused('invalid-meeting-id'), ['said invalid-meeting-id'], []],
    ['a', '6064724824#', { isDone: false, what: 'The caller is in this meeting already.' }, [], []],
  ] as const)('%s keys %s', async (who, keys, outcome, own, others) => {
    const { rig, enter } = begun();
    expect(await enter(who, keys)).toEqual(outcome);
    expect(rig.heard(who)).toEqual(own);
    expect(rig.heard('b')).toEqual(others);
  });

  it('toggles: the same code takes back what it did', async () => {
    const { rig, enter } = begun();
    const outcomes = await Promise.all(['*7', '*7', '*4', '*4'].map((keys) => enter('m', keys)));
    expect(outcomes.map(({ what }) => what)).toEqual(['muted', 'unmuted', 'locked', 'unlocked']);
    expect([rig.meeting.isLocked, rig.meeting.participant('m')?.isMuted]).toEqual([false, false]);
  });

  it('mutes others who may unmute themselves, and nobody who is muted already', async () => {
    const { rig, enter } = begun();
    await enter('a', '*7');
    rig.forget();
    await enter('m', '*97');
    expect([rig.heard('a'), rig.meeting.participant('m')?.isMuted]).toEqual([[], false]);
    expect((await enter('b', '*7')).what).toBe('unmuted');
  });

  it('keeps an ID to one attendee', async () => {
    const { enter } = begun();
    await enter('a', `${JOHN.pin}#`);
    expect(await enter('b', `${JOHN.pin}#`)).toEqual(refused('id-in-use'));
    expect(await enter('a', `${JOHN.pin}#`)).toEqual(done('id-accepted'));
  });

  it('looks at one try after the other of who was wrong before', async () => {
    const { rig, enter, waits } = begun();
    for (let tries = 0; tries < 3; tries++) await enter('a', '9999#');
    rig.forget();
    const waiting = enter('a', '4321#');
    expect([waits.length, rig.heard('a')]).toEqual([1, []]);
    expect(await enter('b', '4321#')).toEqual(refused('too-many-tries'));
    waits[0]?.();
    expect(await waiting).toEqual(done('you-are-moderator'));
  });

  it('makes nobody a moderator who has left meanwhile', async () => {
    const { rig, enter, waits } = begun();
    for (let tries = 0; tries < 3; tries++) await enter('a', '9999#');
    const waiting = enter('a', '4321#');
    rig.meeting.leave('a', 60);
    waits[0]?.();
    expect(await waiting).toEqual({ isDone: false, what: 'The caller had left by then.' });
  });

  it('knows no passcode where there is none', async () => {
    const { enter } = begun(OPEN);
    expect(await enter('a', '4321#')).toEqual(refused('no-passcode'));
  });

  it('stands two moderators who press at once', async () => {
    const { rig, enter } = begun();
    await enter('a', '4321#');
    expect([await enter('m', '##'), rig.meeting.state]).toEqual([done('meeting-ended'), 'ended']);
    // The other one is on the way out, and gone from the meeting.
    expect(rig.meeting.participant('a')).toBeUndefined();
  });
});

describe('the keypad while a meeting waits', () => {
  it.each(['*7', '*97', '*2', '*4', '##'])('says of %s that it has not begun', async (keys) => {
    const { rig, enter } = keypadRig();
    rig.seat('a');
    expect(await enter('a', keys)).toEqual(refused('not-yet'));
    expect(rig.meeting.state).toBe('waiting');
  });

  it.each(['4321#', `${MARY.pin}#`])('starts it by %s', async (keys) => {
    const { rig, enter } = keypadRig();
    rig.seat('a');
    rig.seat('b');
    await enter('a', keys);
    expect(rig.meeting.state).toBe('started');
    expect(rig.heard('b')).toContain('hears meeting');
  });

  it('does not start it by a wrong passcode', async () => {
    const { rig, enter } = keypadRig();
    rig.seat('a');
    expect(await enter('a', '9999#')).toEqual(refused('wrong-passcode'));
    expect(rig.meeting.state).toBe('waiting');
  });
});
