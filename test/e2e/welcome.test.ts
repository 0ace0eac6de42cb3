import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { runCall } from '../support/caller.ts';
import { hearTone } from '../support/hearing.ts';
import { type KeyCaller, KeyCallers } from '../support/key-callers.ts';
import { MEETING_ID, TestService } from '../support/service.ts';
import { hearSpoken, isSpoken } from '../support/spoken.ts';
import type { TestCaller } from '../support/test-caller.ts';

const INVITEE_PIN = '6064724824001';

let service: TestService;
const callers = new KeyCallers();

beforeAll(async () => {
  service = await TestService.start({
    settings: {
      meetings: [
        {
          id: MEETING_ID,
          title: 'Stand-up',
          invitees: [{ pin: INVITEE_PIN, name: 'Mary Major', role: 'host' }],
        },
      ],
      rooms: { welcomeSilenceSeconds: 5, interDigitPauseSeconds: 1 },
    },
  });
});

afterEach(() => {
  callers.closeAll();
});

afterAll(async () => {
  expect((await service.stop()).exitCode).toBe(0);
});

function dial(user: string, headers: readonly string[] = []): Promise<KeyCaller> {
  return callers.dial(service, user, { headers });
}

/** A caller in the meeting, whose tone shows whether somebody else is in. */
async function talker(toneHz: number): Promise<TestCaller> {
  const { caller } = await dial(MEETING_ID);
  caller.talk(toneHz);
  return caller;
}

describe('a caller without a meeting ID', () => {
  it.each(['u', ''])('who dials %j is greeted and asked', async (user) => {
    const { caller } = await dial(user);
    await hearSpoken(caller.rtp, 'welcome');
    await hearSpoken(caller.rtp, 'enter-meeting-id');
    await caller.hangUp();
  });

  it('keys the ID into the greeting, without a pause for its end, and meets the others', async () => {
    const other = await talker(700);
    const { caller, keys } = await dial('u');
    await keys.press(`${MEETING_ID}#`);
    await hearTone(caller.rtp, 700, 0.5);
    expect(isSpoken(caller.rtp.heard().samples, 'enter-meeting-id')).toBe(false);
    caller.talk(400);
    await hearTone(other.rtp, 400, 0.5);
    const { digits } = await service.callOf(caller.callId);
    expect(digits.map(({ digit }) => digit).join('')).toBe(`${MEETING_ID}#`);
    expect(digits.every(({ effect }) => effect !== null)).toBe(true);
    await caller.hangUp();
    await other.hangUp();
  });

  it('needs no # after 13 digits, and is named by them', async () => {
    const { caller, keys } = await dial('u');
    await keys.press(INVITEE_PIN);
    const { participants } = await service.waitFor(
      () => service.meeting(),
      ({ participantCount }) => participantCount === 1,
      'Mary Major in the meeting',
    );
    expect(participants[0]).toMatchObject({ name: 'Mary Major', isModerator: true });
    await caller.hangUp();
  });

  it('hears what it keyed wrong, digit by digit, and after three of those goodbye', async () => {
    const { caller, keys } = await dial('u');
    await keys.press('705#');
    for (const phrase of ['you-entered', 'digit-7', 'digit-0', 'digit-5', 'invalid-meeting-id'] as const) {
      await hearSpoken(caller.rtp, phrase);
    }
    await keys.press(`${'1'.repeat(20)}#`);
    await hearSpoken(caller.rtp, 'digit-1');
    await keys.press('2#');
    await hearSpoken(caller.rtp, 'goodbye');
    await caller.hungUp(5000);
    const { end } = await service.callOf(caller.callId);
    expect(end).toMatchObject({
      by: 'local',
      reason: 'normal-clearing',
      detail: '3 entries led into no meeting.',
    });
  });

  it('hears goodbye after three silences', async () => {
    const { caller } = await dial('u');
    await hearSpoken(caller.rtp, 'no-entry');
    await hearSpoken(caller.rtp, 'goodbye', { deadlineMs: 40_000 });
    await caller.hungUp(5000);
  });

  it('is led in by the keys of carillon call', async () => {
    const uri = service.uri('udp', 'u');
    const { exitCode, call } = await runCall(['--dtmf', `${MEETING_ID}#`, '--duration', '4', uri]);
    expect(exitCode).toBe(0);
    const { meetingId } = await service.callOf(call!.remoteCallId);
    expect(meetingId).toBe(MEETING_ID);
  });
});

describe('a caller who dials what is no meeting', () => {
  it.each(['9999999999', '9999999999999', '606472482'])('%s is answered and told', async (user) => {
    const { caller } = await dial(user);
    await hearSpoken(caller.rtp, 'invalid-meeting-id');
    await hearSpoken(caller.rtp, 'enter-meeting-id');
    await caller.hangUp();
  });
});

describe('the language', () => {
  it.each([
    ['de-AT, en;q=0.5', 'de', 'en'],
    ['en', 'en', 'de'],
    ['fr', 'en', 'de'],
  ] as const)('of one who accepts %s is %s', async (accepted, spoken, other) => {
    const { caller } = await dial('u', [`Accept-Language: ${accepted}`]);
    await hearSpoken(caller.rtp, 'enter-meeting-id', { language: spoken });
    const { samples } = caller.rtp.heard();
    expect(isSpoken(samples, 'enter-meeting-id', other)).toBe(false);
    await caller.hangUp();
  });
});
