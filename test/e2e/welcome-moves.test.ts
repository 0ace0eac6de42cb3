import { afterAll, beforeAll, expect, it } from 'vitest';
import { BrowserCaller } from '../support/browser-caller.ts';
import { runCall } from '../support/caller.ts';
import { hearTone, isToneIn } from '../support/hearing.ts';
import { KeyCallers } from '../support/key-callers.ts';
import { MEETING_ID, TestService } from '../support/service.ts';
import { TestCaller } from '../support/test-caller.ts';

const MODERATED_ID = '1234567890';

let service: TestService;
let talker: TestCaller;

// The meeting is on one worker: of two callers to the welcome screen one is on the other, and has to move.
beforeAll(async () => {
  service = await TestService.start({
    settings: {
      media: { workers: 2 },
      h323: { enabled: true, port: 0, portRange: [61_100, 61_199] },
      meetings: [
        { id: MEETING_ID, title: 'Stand-up' },
        { id: MODERATED_ID, title: 'Review', moderatorPasscode: '4321' },
      ],
    },
  });
  talker = await TestCaller.join(service.target('UDP'), MEETING_ID);
  talker.talk(400);
});

afterAll(async () => {
  await talker.hangUp();
  talker.close();
  expect((await service.stop()).exitCode).toBe(0);
});

it.each([
  ['in clear', []],
  ['encrypted', ['--srtp', 'required']],
])('leads callers %s from the welcome screen of either worker into the meeting', async (_, words) => {
  const call = () =>
    runCall(['--dtmf', `${MEETING_ID}#`, '--duration', '6', ...words, service.uri('udp', 'u')]);
  const both = await Promise.all([call(), call()]);
  for (const { exitCode, call: placed, errors } of both) {
    expect(exitCode, `${errors} ${placed?.reasons}`).toBe(0);
    const { meetingId, legs } = await service.callOf(placed!.remoteCallId);
    expect(meetingId).toBe(MEETING_ID);
    expect(legs[0]?.minutes.filter(({ isFinal }) => isFinal)).toHaveLength(1);
    expect(legs[0]?.minutes.at(-1)?.received.lostCumulative).toBe(0);
  }
});

it('leads in a browser, whose handshake is not done again', async () => {
  // It is alone on the other worker, so it is sure to move.
  const browser = new BrowserCaller(1_000);
  try {
    await browser.call(service.port('WS'), 'u');
    await browser.press(`${MEETING_ID}#`);
    await hearTone(talker.rtp, 1_000, 1.5);
    expect(isToneIn(await browser.hear(3_000), 400)).toBe(true);
    await browser.hangUp();
  } finally {
    await browser.close();
  }
});

it('hears each key once that is pressed on the way', async () => {
  const callers = new KeyCallers();
  try {
    const many = await Promise.all(Array.from({ length: 12 }, () => callers.dial(service, 'u')));
    const keyed = `${MODERATED_ID}#4321#`;
    await Promise.all(many.map(({ keys }) => keys.press(keyed)));
    await service.waitFor(
      () => service.meeting(MODERATED_ID),
      ({ participants }) => participants.filter(({ isModerator }) => isModerator).length === many.length,
      'all of them moderators',
    );
    for (const { caller } of many) {
      const { digits } = await service.callOf(caller.callId);
      expect(digits.map(({ digit }) => digit).join('')).toBe(keyed);
      await caller.hangUp();
    }
  } finally {
    callers.closeAll();
  }
});

it('leads in callers over H.323 without an ID', async () => {
  const uri = `127.0.0.1:${service.h323Port}`;
  const placed = await runCall(['--h323', '--dtmf', `${MEETING_ID}#`, '--duration', '6', uri]);
  expect(placed.exitCode, `${placed.errors} ${placed.call?.reasons}`).toBe(0);
  const { meetingId } = await service.callOf(placed.call!.remoteCallId);
  expect(meetingId).toBe(MEETING_ID);
});

it('gives every port back', async () => {
  const { media } = await service.waitFor(
    () => service.status(),
    (status) => status.media.legs === 1,
    'one leg',
  );
  const all = (service.mediaPorts[1] - service.mediaPorts[0] + 1) / 2 + 50;
  expect(media.portsFree).toBe(all - 1);
});
