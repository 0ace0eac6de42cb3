import { describe, expect, it } from 'vitest';
import { InboundCall } from '../../../src/meeting/inbound-call.ts';
import { deskWithLog, MEETING_ID, press, settled, taken } from '../../support/call-desk-rig.ts';
import { FakeCallLeg } from '../../support/fake-call-leg.ts';
import { MARY } from '../../support/meeting-room.ts';

describe('InboundCall: a caller without a meeting', () => {
  it.each([
    ['u', 'en/welcome en/enter-meeting-id'],
    ['', 'en/welcome en/enter-meeting-id'],
    ['0000000000', 'en/invalid-meeting-id en/enter-meeting-id'],
    ['0000000000000', 'en/invalid-meeting-id en/enter-meeting-id'],
    ['123', 'en/invalid-meeting-id en/enter-meeting-id'],
  ])('who dials %j is answered and asked', async (user, said) => {
    const { desk, media } = deskWithLog();
    const { call } = await taken(desk, 'a', user);
    expect(media.log).toEqual(['open a in a', 'update a sendrecv', `play a ${said}`]);
    expect(call).toMatchObject({ state: 'answered', meetingId: null });
  });

  it('is asked in the language that it accepts', async () => {
    const { desk, media } = deskWithLog();
    const leg = Object.assign(new FakeCallLeg('a', 'u'), { acceptedLanguages: ['fr', 'de-at'] });
    await new InboundCall(leg, desk, () => {}).take();
    expect(media.log.at(-1)).toBe('play a de/welcome de/enter-meeting-id');
  });

  it('keys the ID into the question, and takes part', async () => {
    const { desk, log, media, clock } = deskWithLog();
    const { leg, call } = await taken(desk, 'a', 'u');
    media.log.length = 0;
    await press(leg, clock, `${MEETING_ID}#`);
    await settled();
    // The first key silences the question.
    expect(media.log).toEqual(['stop playing a', `move a to ${MEETING_ID}`, 'play a en/joining', 'join a']);
    expect(call.meetingId).toBe(MEETING_ID);
    expect(log.at(-1)).toBe('participant-joined <room>');
    expect(call.transcript.digits.map(({ effect }) => effect)).toEqual([
      ...Array.from({ length: 10 }, () => 'a digit of the meeting ID'),
      'completed the meeting ID',
    ]);
    leg.remote.onEnded({ by: 'remote', reason: 'normal-clearing', detail: '' });
    await settled();
    expect([log.includes('meeting-ended'), clock.timerCount]).toEqual([true, 0]);
  });

  it('need not key #, with a pause after 10 digits', async () => {
    const { desk, media, clock } = deskWithLog();
    const { leg } = await taken(desk, 'a', 'u');
    await press(leg, clock, MEETING_ID);
    clock.advance(2999);
    expect(media.log).not.toContain('play a en/joining');
    clock.advance(1);
    await settled();
    expect(media.log).toContain('play a en/joining');
  });

  it('is told goodbye after three wrong entries, and then hung up', async () => {
    const { desk, log, media, clock } = deskWithLog();
    const { leg } = await taken(desk, 'a', 'u');
    for (let entry = 0; entry < 3; entry++) await press(leg, clock, '99#');
    await settled();
    expect(media.log.at(-1)).toBe('play a en/invalid-meeting-id en/goodbye');
    expect(leg.log).not.toContain('end normal-clearing');
    media.listeners.get('a')?.onPlayed();
    await settled();
    expect(log.at(-1)).toBe('ended a normal-clearing');
    expect(clock.timerCount).toBe(0);
  });

  it('is told goodbye after three silences of 30 s, and hung up though nothing is played', async () => {
    const { desk, log, media, clock } = deskWithLog();
    await taken(desk, 'a', 'u');
    clock.advance(90_000);
    await settled();
    expect(media.log.filter((line) => line.includes('no-entry'))).toEqual([
      'play a en/no-entry en/enter-meeting-id',
      'play a en/no-entry en/enter-meeting-id',
      'play a en/no-entry en/goodbye',
    ]);
    clock.advance(15_000);
    await settled();
    expect(log.at(-1)).toBe('ended a normal-clearing');
  });

  it('hears that a meeting is full, and may key another one', async () => {
    const { desk, media, clock } = deskWithLog({ maxParticipants: 1 });
    await taken(desk, 'a');
    const { leg, call } = await taken(desk, 'b', 'u');
    await press(leg, clock, `${MEETING_ID}#`);
    expect(media.log.at(-1)).toBe('play b en/meeting-full en/enter-meeting-id');
    expect(call.meetingId).toBeNull();
  });

  it('is led in by a 13-digit ID where the meeting it dialed is locked', async () => {
    const { desk, log, media, clock, meetings } = deskWithLog();
    await taken(desk, 'a');
    meetings.get(MEETING_ID)?.lock(true, 0);
    const { leg } = await taken(desk, 'b');
    expect(media.log.at(-1)).toBe('play b en/locked-out');
    await press(leg, clock, `${MEETING_ID}#`);
    expect(media.log.at(-1)).toBe('play b en/locked-out');
    await press(leg, clock, `${MARY.pin}#`);
    await settled();
    expect(log.slice(-2)).toEqual(['participant-joined Mary Major', 'moderator-joined Mary Major']);
  });

  it('waits for its turn when it was wrong before, and is told so', async () => {
    const { desk, log, media, clock } = deskWithLog();
    for (const callId of ['a', 'b', 'c', 'd', 'e', 'f']) await taken(desk, callId, '9999999999');
    const { leg } = await taken(desk, 'g', 'u');
    await press(leg, clock, `${MEETING_ID}#`);
    expect(log).not.toContain('participant-joined <room>');
    clock.advance(1000);
    expect(media.log.at(-1)).toBe('play g en/one-moment');
    clock.advance(2000);
    await settled();
    expect(log.at(-1)).toBe('participant-joined <room>');
  });

  it('gives the seat back when it hangs up on the way into the meeting', async () => {
    const { desk, clock, meetings } = deskWithLog();
    const { leg } = await taken(desk, 'a', 'u');
    const pressed = press(leg, clock, `${MEETING_ID}#`);
    leg.remote.onEnded({ by: 'remote', reason: 'normal-clearing', detail: '' });
    await pressed;
    expect(meetings.get(MEETING_ID)?.participants).toEqual([]);
    expect(meetings.get(MEETING_ID)?.state).toBe('idle');
  });
});

describe('InboundCall: a caller in a moderated meeting', () => {
  it('waits with music, keys the passcode into the notice, and is heard', async () => {
    const { desk, media, clock } = deskWithLog({ moderatorPasscode: '4321' });
    const { leg, call } = await taken(desk, 'a');
    expect(media.log.slice(2)).toEqual(['play behind a hold-music', 'play a en/waiting-for-moderator']);
    media.log.length = 0;
    await press(leg, clock, '4321#');
    expect(media.log).toEqual([
      'stop playing a',
      'play behind a null',
      'join a',
      'play a en/you-are-moderator',
    ]);
    expect(new Set(call.transcript.digits.map(({ effect }) => effect))).toEqual(
      new Set(['you-are-moderator']),
    );
    expect(clock.timerCount).toBe(0);
  });

  it('is a moderator at once with the passcode in the address, and told where that is wrong', async () => {
    const { desk, media } = deskWithLog({ moderatorPasscode: '4321' });
    await taken(desk, 'a', `${MEETING_ID}.1111`);
    expect(media.log.slice(2)).toEqual([
      'play a en/wrong-passcode',
      'play behind a hold-music',
      'play a en/waiting-for-moderator',
    ]);
    await taken(desk, 'b', `${MEETING_ID}.4321`);
    expect(media.log.slice(-4)).toEqual(['join b', 'stop playing a', 'play behind a null', 'join a']);
  });

  it('hears the notice again every minute', async () => {
    const { desk, media, clock } = deskWithLog({ moderatorPasscode: '4321' });
    await taken(desk, 'a');
    clock.advance(120_000);
    expect(media.log.filter((line) => line.includes('waiting-for-moderator'))).toHaveLength(3);
  });

  it('is told why its keys do nothing', async () => {
    const { desk, media, clock } = deskWithLog({ moderatorPasscode: '4321' });
    const { leg, call } = await taken(desk, 'a');
    await press(leg, clock, '##A7');
    expect(media.log).toContain('play a en/not-yet');
    expect(call.transcript.digits.map(({ ignoredBecause }) => ignoredBecause)).toEqual([
      'The meeting has not begun.',
      'The meeting has not begun.',
      'This key means nothing in a meeting.',
      'No entry came of it.',
    ]);
  });

  it('hears that the meeting was ended, whatever it presses, before it is hung up', async () => {
    const { desk, log, media, clock, meetings } = deskWithLog();
    const { leg } = await taken(desk, 'a');
    meetings.get(MEETING_ID)?.endForAll(0);
    expect(media.log.slice(-2)).toEqual(['leave a', 'play a en/meeting-ended']);
    await press(leg, clock, '7');
    await settled();
    expect(media.log.at(-1)).toBe('play a en/meeting-ended');
    expect(leg.log).not.toContain('end normal-clearing');
    media.listeners.get('a')?.onPlayed();
    await settled();
    expect(log.at(-1)).toBe('ended a normal-clearing');
  });
});
