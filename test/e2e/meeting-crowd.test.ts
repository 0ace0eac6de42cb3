import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hearTone } from '../support/hearing.ts';
import { type KeyCaller, KeyCallers } from '../support/key-callers.ts';
import type { RtpSocket } from '../support/rtp-socket.ts';
import { MEETING_ID, TestService } from '../support/service.ts';
import { hearSpoken } from '../support/spoken.ts';
import { toneAmplitude } from '../support/tone.ts';

const HOST_PIN = '6064724824001';
const OPEN_ID = '1234567890';
/** The higher note of the tones that tell of who comes and goes. */
const NOTE_HZ = 1760;
const IN_GERMAN = { language: 'de' } as const;

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
          invitees: [{ pin: HOST_PIN, name: 'Mary Major', role: 'host' }],
        },
        { id: OPEN_ID, title: 'Open doors' },
      ],
      rooms: { language: 'de' },
    },
  });
});

afterEach(async () => {
  callers.closeAll();
  for (const id of [MEETING_ID, OPEN_ID]) await service.post(`/meetings/${id}/end`, {});
});

afterAll(async () => {
  expect((await service.stop()).exitCode).toBe(0);
});

function dial(user: string, headers: readonly string[] = []): Promise<KeyCaller> {
  return callers.dial(service, user, { headers });
}

async function viewOf({ caller }: KeyCaller, meetingId: string) {
  const { id } = await service.callOf(caller.callId);
  const { participants } = await service.meeting(meetingId);
  return participants.find(({ callId }) => callId === id);
}

/** Whether a tone of joining or leaving is in what came since. */
function hasNote(rtp: RtpSocket, fromSample: number): boolean {
  const { samples, sampleRateHz } = rtp.heard();
  const window = sampleRateHz / 20;
  for (let at = fromSample; at + window <= samples.length; at += window) {
    if (toneAmplitude(samples.subarray(at, at + window), sampleRateHz, NOTE_HZ) > 0.04) return true;
  }
  return false;
}

describe('a meeting that grows large', () => {
  it('tells by tones who comes and goes up to 25, and after that mutes all newcomers but room systems', async () => {
    const first = await dial(OPEN_ID);
    for (let count = 2; count <= 25; count++) await dial(OPEN_ID);
    await service.waitFor(
      async () => hasNote(first.rtp, 0),
      (isHeard) => isHeard,
      'the tone of somebody who joins',
    );
    expect(await service.meeting(OPEN_ID)).toMatchObject({ participantCount: 25, isLarge: false });
    // The tones of 24 who joined stand behind one another.
    const quietFrom = await quiet(first.rtp);
    const late = await dial(OPEN_ID);
    await hearSpoken(late.rtp, 'joined-muted', IN_GERMAN);
    expect(await viewOf(late, OPEN_ID)).toMatchObject({ isMuted: true, device: 'telephone' });
    const room = await dial(OPEN_ID, ['User-Agent: TANDBERG/518 (TC7.3.21)']);
    expect(await viewOf(room, OPEN_ID)).toMatchObject({ isMuted: false, device: 'room-system' });
    room.caller.talk(400);
    await hearTone(first.rtp, 400, 0.5);
    await room.caller.hangUp();
    await late.keys.press('*7');
    await hearSpoken(late.rtp, 'unmuted', IN_GERMAN);
    expect(await service.meeting(OPEN_ID)).toMatchObject({ participantCount: 26, isLarge: true });
    expect(hasNote(first.rtp, quietFrom)).toBe(false);
  });
});

/** Waits for half a second without a note; the sample after it. */
async function quiet(rtp: RtpSocket): Promise<number> {
  for (;;) {
    const before = rtp.heard().samples.length;
    await new Promise((resolve) => setTimeout(resolve, 500));
    if (!hasNote(rtp, before)) return rtp.heard().samples.length;
  }
}

describe('two moderators who press at once', () => {
  it('are both obeyed: what both toggle is as it was', async () => {
    const both = [await dial(`${MEETING_ID}.4321`), await dial(`${MEETING_ID}.4321`)];
    await Promise.all(both.map(({ keys }) => keys.press('*4')));
    await Promise.any(both.map(({ rtp }) => hearSpoken(rtp, 'locked', IN_GERMAN)));
    await Promise.any(both.map(({ rtp }) => hearSpoken(rtp, 'unlocked', IN_GERMAN)));
    expect((await service.meeting()).isLocked).toBe(false);
    const effects = await Promise.all(
      both.map(async ({ caller }) => (await service.callOf(caller.callId)).digits.at(-1)?.effect),
    );
    expect(effects.sort()).toEqual(['locked', 'unlocked']);
  });

  it('end it once', async () => {
    const both = [await dial(`${MEETING_ID}.4321`), await dial(`${MEETING_ID}.4321`)];
    await Promise.all(both.map(({ keys }) => keys.press('##')));
    await Promise.all(both.map(({ rtp }) => hearSpoken(rtp, 'meeting-ended', IN_GERMAN)));
    await Promise.all(both.map(({ caller }) => caller.hungUp(10_000)));
    expect(await service.meeting()).toMatchObject({ state: 'ended', participantCount: 0 });
  });
});

describe('keys that name and explain', () => {
  it('13 digits name a caller, make a host moderator, and are in use after that', async () => {
    const [host, other] = [await dial(MEETING_ID), await dial(MEETING_ID)];
    await host.keys.press(`${HOST_PIN}#`);
    await hearSpoken(host.rtp, 'id-accepted', IN_GERMAN);
    await hearSpoken(host.rtp, 'you-are-moderator', IN_GERMAN);
    expect(await viewOf(host, MEETING_ID)).toMatchObject({ name: 'Mary Major', isModerator: true });
    await other.keys.press(`${HOST_PIN}#`);
    await hearSpoken(other.rtp, 'id-in-use', IN_GERMAN);
    await other.keys.press(`${MEETING_ID}#`);
    await host.keys.press('4321#');
    await hearSpoken(host.rtp, 'already-moderator', IN_GERMAN);
    const { digits } = await service.callOf(other.caller.callId);
    expect(digits.at(-1)?.ignoredBecause).toMatch(/in this meeting already/);
    expect(await viewOf(other, MEETING_ID)).toMatchObject({ isModerator: false });
  });

  it('*0 tells a moderator more, and what is no code is told so', async () => {
    const moderator = await dial(`${MEETING_ID}.4321`);
    await moderator.keys.press('*0');
    await hearSpoken(moderator.rtp, 'menu-moderator', IN_GERMAN);
    await moderator.keys.press('*5');
    await hearSpoken(moderator.rtp, 'unknown-code', IN_GERMAN);
  });

  it('a meeting without a passcode says so of one', async () => {
    const caller = await dial(OPEN_ID);
    await caller.keys.press('4321#');
    await hearSpoken(caller.rtp, 'no-passcode', IN_GERMAN);
  });

  it('200 digits are told as wrong once, and the next code is read', async () => {
    const attendee = await callers.dial(service, MEETING_ID, { habits: { isHasty: true } });
    await dial(`${MEETING_ID}.4321`);
    await attendee.keys.press(`${'7'.repeat(200)}#`);
    await hearSpoken(attendee.rtp, 'wrong-passcode', IN_GERMAN);
    await attendee.keys.press('*7');
    await hearSpoken(attendee.rtp, 'muted', IN_GERMAN);
  });
});
