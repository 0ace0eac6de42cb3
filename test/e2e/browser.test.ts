import { afterAll, beforeAll, expect, it } from 'vitest';
import { BrowserCaller } from '../support/browser-caller.ts';
import { hearTone, isToneAbsent, isToneIn } from '../support/hearing.ts';
import { MEETING_ID, TestService } from '../support/service.ts';
import { TestCaller } from '../support/test-caller.ts';

const OUR_TONE_HZ = 440;
const BROWSER_TONE_HZ = 1_000;

let service: TestService;

beforeAll(async () => {
  service = await TestService.start();
});

afterAll(async () => {
  expect((await service.stop()).exitCode).toBe(0);
});

it('sip.js in Chromium calls in over ws://…/sip, hears the others and is heard', async () => {
  const other = await TestCaller.join(service.target('UDP'), MEETING_ID);
  const browser = new BrowserCaller(BROWSER_TONE_HZ);
  try {
    other.talk(OUR_TONE_HZ);
    await browser.call(service.port('WS'), MEETING_ID);
    await hearTone(other.rtp, BROWSER_TONE_HZ, 1.5);
    const heard = await browser.hear(3_000);
    expect(isToneIn(heard, OUR_TONE_HZ)).toBe(true);
    expect(isToneAbsent(heard, BROWSER_TONE_HZ)).toBe(true);
    await browser.hangUp();
    await other.hangUp();
  } finally {
    other.close();
    await browser.close();
  }
});
