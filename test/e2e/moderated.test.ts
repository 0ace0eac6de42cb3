import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { LiveEvent } from '../../src/http/service-view.ts';
import { EventSender } from '../support/event-sender.ts';
import { HeardOnWire } from '../support/heard-on-wire.ts';
import { ABSENT_AMPLITUDE, hearTone, PRESENT_AMPLITUDE } from '../support/hearing.ts';
import { type KeyCaller, KeyCallers } from '../support/key-callers.ts';
import { MEETING_ID, TestService } from '../support/service.ts';
import { runSipp } from '../support/sipp.ts';
import { hearSpoken } from '../support/spoken.ts';
import { LoopbackCapture } from '../support/tshark.ts';

const HOST_PIN = '6064724824001';
const TALK_HZ = 400;
/** RFC 4733 §3.2. */
const HASH = 11;

let service: TestService;
const callers = new KeyCallers();

beforeAll(async () => {
  service = await TestService.start({
    settings: {
      meetings: [
        {
          id: MEETING_ID,
          title: 'Review',
          moderatorPasscode: '4321',
          largeMeeting: 'off',
          invitees: [{ pin: HOST_PIN, name: 'Mary Major', role: 'host' }],
        },
      ],
      guessing: { exemptSources: ['127.0.0.0/8'] },
    },
  });
});

afterEach(() => {
  callers.closeAll();
});

afterAll(async () => {
  expect((await service.stop()).exitCode).toBe(0);
});

function dial(user = MEETING_ID): Promise<KeyCaller> {
  return callers.dial(service, user);
}

function captureMedia(): Promise<LoopbackCapture> {
  const path = join(mkdtempSync(join(tmpdir(), 'carillon-capture-')), 'media.pcapng');
  return LoopbackCapture.start(path, `udp portrange ${service.mediaPorts.join('-')}`);
}

/**
 * On the wire: nobody is sent the talker before the passcode, and within 200 ms of it so many are. The new moderator is not
 * among them: to whom a voice speaks, others are low.
 */
async function expectHeardByAll(path: string, listeners: number): Promise<void> {
  const heard = await HeardOnWire.read(path, service.mediaPorts);
  const passcodeUs = heard.keyReleasedUs(HASH);
  const before = heard.listeners.map((port) => heard.amplitudeBefore(port, TALK_HZ, passcodeUs));
  expect(before).toHaveLength(listeners + 2);
  expect(Math.max(...before)).toBeLessThanOrEqual(ABSENT_AMPLITUDE);
  const withinMs = heard.listeners.map(
    (port) => (heard.toneBeganUs(port, TALK_HZ, passcodeUs, PRESENT_AMPLITUDE) - passcodeUs) / 1000,
  );
  expect(withinMs.filter((ms) => ms <= 200)).toHaveLength(listeners);
}

const isGone = () =>
  service.waitFor(
    () => service.meeting(),
    ({ participantCount }) => participantCount === 0,
    'all gone',
  );

describe('a moderated meeting', () => {
  it('keeps 50 callers of SIPp apart until the passcode, and connects all of them at once', async () => {
    const capture = await captureMedia();
    const talker = await dial();
    talker.caller.talk(TALK_HZ);
    const listener = await dial();
    const sipp = runSipp({
      scenario: 'join-and-leave',
      address: '127.0.0.1',
      port: service.port('UDP'),
      transport: 'u1',
      service: MEETING_ID,
      calls: 50,
      callsPerSecond: 50,
      pauseMs: 12_000,
      mediaPort: 33_000,
    });
    await service.waitFor(
      () => service.meeting(),
      ({ participantCount }) => participantCount === 52,
      '52 waiting',
    );
    const waiting = await service.meeting();
    expect(waiting).toMatchObject({ state: 'waiting', roster: [] });
    expect(new Set(waiting.participants.map(({ state, hears }) => `${state} ${hears}`))).toEqual(
      new Set(['waiting hold-music']),
    );
    const events: LiveEvent[] = [];
    const socket = new WebSocket(service.eventsUrl);
    socket.onmessage = ({ data }) => events.push(JSON.parse(String(data)) as LiveEvent);
    await new Promise((resolve) => {
      socket.onopen = resolve;
    });
    await listener.keys.press('4321#');
    await hearTone(listener.caller.rtp, TALK_HZ, 0.2);
    await capture.stop();
    await expectHeardByAll(capture.path, 50);
    await service.waitFor(
      () => service.meeting(),
      ({ state }) => state === 'started',
      'the start',
    );
    await service.waitFor(
      async () => events.filter(({ type }) => type === 'participant-joined').length,
      (count) => count === 52,
      'all 52 told',
    );
    const joined = events.filter(({ type }) => type === 'participant-joined').map(({ atMs }) => atMs);
    expect(Math.max(...joined) - Math.min(...joined)).toBeLessThanOrEqual(200);
    expect(events.map(({ type }) => type)).toContain('moderator-joined');
    const { roster, participants } = await service.meeting();
    expect(roster).toHaveLength(52);
    expect(participants.every(({ hears }) => hears === 'meeting')).toBe(true);
    socket.close();
    expect(await sipp).toMatchObject({ successfulCalls: 50, failedCalls: 0 });
    await talker.caller.hangUp();
    await listener.caller.hangUp();
    await isGone();
  });

  it('tells who waits, is started by a host, takes late moderators and goes on without them', async () => {
    const first = await dial();
    await hearSpoken(first.caller.rtp, 'waiting-for-moderator');
    first.caller.talk(TALK_HZ);
    const host = await dial(HOST_PIN);
    await hearTone(host.caller.rtp, TALK_HZ, 0.2);
    first.caller.rtp.stopTalking();
    await first.keys.press('4321#');
    await hearSpoken(first.caller.rtp, 'you-are-moderator');
    await host.caller.hangUp();
    await first.caller.hangUp();
    await isGone();
  });

  it('stands a wrong passcode, 200 digits and keys in the notice', async () => {
    const { caller, keys } = await dial();
    await keys.press('1111#');
    await hearSpoken(caller.rtp, 'wrong-passcode');
    await keys.press('##');
    await hearSpoken(caller.rtp, 'not-yet');
    const flood = new EventSender(caller.rtp, caller.remoteRtp, { isHasty: true });
    await flood.press('7'.repeat(200));
    await keys.press('#');
    const { digits } = await service.waitFor(
      () => service.callOf(caller.callId),
      (call) => call.digits.filter(({ digit }) => digit === '7').length > 100,
      'the flood in the transcript',
    );
    expect(digits.length).toBeLessThanOrEqual(500);
    await keys.press('*4321#');
    await keys.press('4321#');
    await service.waitFor(
      () => service.meeting(),
      ({ state }) => state === 'started',
      'the start',
    );
    await caller.hangUp();
    await isGone();
  });
});
