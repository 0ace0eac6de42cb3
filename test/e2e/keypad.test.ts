import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EventHabits } from '../support/event-sender.ts';
import { hearTone } from '../support/hearing.ts';
import { type KeyCaller, KeyCallers } from '../support/key-callers.ts';
import { MEETING_ID, TestService } from '../support/service.ts';
import { hearSpoken, isSpoken } from '../support/spoken.ts';

const INVITEE_PIN = '6064724824002';

let service: TestService;
const callers = new KeyCallers();

beforeAll(async () => {
  service = await TestService.start({
    settings: {
      meetings: [
        {
          id: MEETING_ID,
          title: 'Stand-up',
          moderatorPasscode: '4321',
          invitees: [{ pin: INVITEE_PIN, name: 'John Stiles' }],
        },
        { id: '1234567890', title: 'Closed doors', waitingRoom: true },
      ],
      rooms: { waitingRoomCueSeconds: 5, waitingRoomLimitSeconds: 8 },
    },
  });
});

afterAll(async () => {
  expect((await service.stop()).exitCode).toBe(0);
});

function dial(user: string, habits: EventHabits = {}): Promise<KeyCaller> {
  return callers.dial(service, user, { habits });
}

let moderator: KeyCaller;
let attendee: KeyCaller;

beforeEach(async () => {
  moderator = await dial(`${MEETING_ID}.4321`);
  attendee = await dial(MEETING_ID);
});

afterEach(async () => {
  callers.closeAll();
  await service.post(`/meetings/${MEETING_ID}/end`, {});
});

async function viewOf({ caller }: KeyCaller) {
  const { id } = await service.callOf(caller.callId);
  const { participants } = await service.meeting();
  return participants.find(({ callId }) => callId === id);
}

describe('an attendee', () => {
  it('mutes and unmutes by *7', async () => {
    await attendee.keys.press('*7');
    await hearSpoken(attendee.rtp, 'muted');
    expect(await viewOf(attendee)).toMatchObject({ isMuted: true, hears: 'meeting' });
    await attendee.keys.press('*7');
    await hearSpoken(attendee.rtp, 'unmuted');
    attendee.caller.talk(400);
    await hearTone(moderator.rtp, 400, 0.2);
  });

  it.each(['*97', '*2', '*4', '##'])('hears why %s does nothing', async (code) => {
    await attendee.keys.press(code);
    await hearSpoken(attendee.rtp, 'moderators-only');
    const { digits } = await service.callOf(attendee.caller.callId);
    expect(digits.map(({ ignoredBecause }) => ignoredBecause)).toEqual(
      Array.from({ length: code.length }, () => expect.stringMatching(/Only a moderator/)),
    );
    expect(await service.meeting()).toMatchObject({ state: 'started', isLocked: false, isRecording: false });
  });

  it('hears the menu by *0, and becomes a moderator by the passcode', async () => {
    await attendee.keys.press('*0');
    await hearSpoken(attendee.rtp, 'menu-mute');
    await hearSpoken(attendee.rtp, 'menu-passcode');
    expect((await viewOf(attendee))?.mayPress).toEqual(['*7', '*0', '<passcode>#', '<13-digit ID>#']);
    await attendee.keys.press('4321#');
    await hearSpoken(attendee.rtp, 'you-are-moderator');
    expect((await viewOf(attendee))?.mayPress).toContain('##');
  });
});

describe('a moderator', () => {
  it('mutes all others by *97, who may unmute themselves', async () => {
    await moderator.keys.press('*97');
    await hearSpoken(moderator.rtp, 'all-muted');
    await hearSpoken(attendee.rtp, 'muted-by-moderator');
    expect([await viewOf(attendee), await viewOf(moderator)]).toMatchObject([
      { isMuted: true },
      { isMuted: false },
    ]);
    await attendee.keys.press('*7');
    await hearSpoken(attendee.rtp, 'unmuted');
  });

  it('records by *2, of which everybody is told, newcomers too, and stops', async () => {
    await moderator.keys.press('*2');
    await hearSpoken(attendee.rtp, 'recording-started');
    const late = await dial(MEETING_ID);
    await hearSpoken(late.rtp, 'recording-started');
    expect((await service.meeting()).isRecording).toBe(true);
    await moderator.keys.press('*2');
    await hearSpoken(attendee.rtp, 'recording-stopped');
    const { recordings } = await service.waitFor(
      () => service.meeting(),
      ({ recordings: list }) => list.at(-1)?.endedAtMs != null,
      'the recording of the host',
    );
    expect(recordings.at(-1)).toMatchObject({ startedBy: '<Test caller>', failure: null });
  });

  it('locks by *4: others are answered and told, and an invitee’s ID leads in', async () => {
    await moderator.keys.press('*4');
    await hearSpoken(moderator.rtp, 'locked');
    const other = await dial(MEETING_ID);
    await hearSpoken(other.rtp, 'locked-out');
    await other.keys.press(`${INVITEE_PIN}#`);
    await service.waitFor(
      () => service.meeting(),
      ({ participants }) => participants.some(({ name }) => name === 'John Stiles'),
      'John Stiles in the meeting',
    );
    await moderator.keys.press('*4');
    await hearSpoken(moderator.rtp, 'unlocked');
  });

  it('ends the meeting for all by ##, of which everybody is told', async () => {
    await moderator.keys.press('##');
    await hearSpoken(attendee.rtp, 'meeting-ended');
    await Promise.all([attendee, moderator].map(({ caller }) => caller.hungUp(10_000)));
    expect(await service.meeting()).toMatchObject({ state: 'ended', participantCount: 0 });
  });
});

describe('keys on the wire', () => {
  it.each([
    ['without a marker', { hasMarker: false }],
    ['sent three times', { copies: 3 }],
  ])('%s count once', async (_, habits) => {
    const caller = await dial(MEETING_ID, habits);
    await caller.keys.press('*7');
    await hearSpoken(caller.rtp, 'muted');
    await caller.keys.press('*7');
    await hearSpoken(caller.rtp, 'unmuted');
    const { digits } = await service.callOf(caller.caller.callId);
    expect(digits.map(({ digit }) => digit).join('')).toBe('*7*7');
  });
});

describe('the waiting room', () => {
  it('is told every while, let in from over HTTP, or hung up in the end', async () => {
    const [one, other] = [await dial('1234567890'), await dial('1234567890')];
    await hearSpoken(one.rtp, 'waiting-room');
    const { id: callId } = await service.callOf(one.caller.callId);
    expect((await service.post('/meetings/1234567890/waiting-room/admit', { callId })).statusCode).toBe(200);
    const { participants } = await service.meeting('1234567890');
    expect(participants.map(({ state, hears }) => `${state} ${hears}`)).toEqual([
      'joined meeting',
      'waiting-room hold-music',
    ]);
    await hearSpoken(other.rtp, 'not-let-in');
    await other.caller.hungUp(10_000);
    expect(isSpoken(one.rtp.heard().samples, 'not-let-in')).toBe(false);
  });
});
