import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CallDetail } from '../../src/http/service-view.ts';
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

it('takes the pauses of a browser that sends Opus with DTX for no loss', async () => {
  const other = await TestCaller.join(service.target('UDP'), MEETING_ID);
  const browser = new BrowserCaller(BROWSER_TONE_HZ, { isPausing: true });
  try {
    await browser.call(service.port('WS'), MEETING_ID);
    await hearTone(other.rtp, BROWSER_TONE_HZ, 4);
    const live = await service.calls();
    const { id } = live.find(({ codec, state }) => codec === 'opus' && state === 'answered')!;
    await browser.hangUp();
    const { legs } = await service.waitFor(
      () => service.get<CallDetail>(`/calls/${id}`),
      ({ state }) => state === 'ended',
      'the end of the call',
    );
    const { received, intervalStartMs, intervalEndMs } = legs[0]!.minutes.at(-1)!;
    expect(received).toMatchObject({ lost: 0, late: 0 });
    expect(received.packets).toBeLessThan(((intervalEndMs - intervalStartMs) / 20) * 0.8);
    await other.hangUp();
  } finally {
    other.close();
    await browser.close();
  }
});
