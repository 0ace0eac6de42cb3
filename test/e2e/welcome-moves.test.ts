import { afterAll, beforeAll, expect, it } from 'vitest';
import { BrowserCaller } from '../support/browser-caller.ts';
import { runCall } from '../support/caller.ts';
import { hearTone, isToneIn } from '../support/hearing.ts';
import { MEETING_ID, TestService } from '../support/service.ts';
import { TestCaller } from '../support/test-caller.ts';

let service: TestService;
let talker: TestCaller;

// The meeting is on one worker: of two callers to the welcome screen one is on the other, and has to move.
beforeAll(async () => {
  service = await TestService.start({
    settings: { media: { workers: 2 }, h323: { enabled: true, port: 0, portRange: [61_100, 61_199] } },
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
