import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hearTone } from '../support/hearing.ts';
import { TestService } from '../support/service.ts';
import type { SipText } from '../support/sip-text.ts';
import { type InviteOptions, TestCaller } from '../support/test-caller.ts';

const OPEN_MEETING = '6064724824';
const SMALL_MEETING = '1111222233';
const INVITEE_PIN = '6064724824001';

let service: TestService;

beforeAll(async () => {
  service = await TestService.start({
    settings: {
      meetings: [
        {
          id: OPEN_MEETING,
          title: 'Stand-up',
          invitees: [{ pin: INVITEE_PIN, name: 'Mary Major', role: 'host' }],
        },
        { id: SMALL_MEETING, title: 'Tête-à-tête', maxParticipants: 2 },
      ],
    },
  });
});

afterAll(async () => {
  expect((await service.stop()).exitCode).toBe(0);
});

async function tryCall(options: InviteOptions): Promise<{ answer: SipText; callId: string }> {
  const caller = await TestCaller.open(service.target('UDP'));
  const answer = await caller.invite(options);
  caller.close();
  return { answer, callId: caller.callId };
}

const G729_ONLY = [
  'v=0',
  'o=- 1 1 IN IP4 127.0.0.1',
  's=-',
  'c=IN IP4 127.0.0.1',
  't=0 0',
  'm=audio 30000 RTP/AVP 18',
  'a=rtpmap:18 G729/8000',
  '',
].join('\r\n');
const VIDEO_ONLY = G729_ONLY.replace(/^m=.*\r\na=.*$/m, 'm=video 30000 RTP/AVP 96\r\na=rtpmap:96 H264/90000');

describe('a call that cannot be', () => {
  it.each([
    { name: 'no meeting at all', options: { user: 'alice' }, status: 404, reason: 'unknown-destination' },
    {
      name: 'no codec of ours',
      options: { user: OPEN_MEETING, sdp: G729_ONLY },
      status: 488,
      reason: 'no-common-codec',
    },
    {
      name: 'no audio',
      options: { user: OPEN_MEETING, sdp: VIDEO_ONLY },
      status: 488,
      reason: 'no-audio-offered',
    },
    {
      name: 'an offer that is none',
      options: { user: OPEN_MEETING, sdp: 'this is no session description\r\n' },
      status: 400,
      reason: 'malformed-offer',
    },
  ])('$name: $status, and /calls says why', async ({ options, status, reason }) => {
    const { answer, callId } = await tryCall(options);
    expect(answer.statusCode).toBe(status);
    const call = await service.callOf(callId);
    expect(call.state).toBe('refused');
    expect(call.refusal).toMatchObject({ reason, sipStatus: status });
    expect(call.refusal!.detail.length).toBeGreaterThan(10);
  });

  it('asks for what we do not have: 420 with the name of it', async () => {
    const { answer } = await tryCall({ user: OPEN_MEETING, headers: ['Require: teleportation'] });
    expect(answer.statusCode).toBe(420);
    expect(answer.header('Unsupported')).toBe('teleportation');
  });

  it('finds the meeting full: 486 for the third of two', async () => {
    const first = await TestCaller.join(service.target('UDP'), SMALL_MEETING);
    const second = await TestCaller.join(service.target('TCP'), SMALL_MEETING);
    const { answer, callId } = await tryCall({ user: SMALL_MEETING });
    expect(answer.startLine).toBe('SIP/2.0 486 Meeting Full');
    expect((await service.callOf(callId)).refusal).toMatchObject({ reason: 'meeting-full' });
    await second.hangUp();
    second.close();
    const again = await TestCaller.join(service.target('UDP'), SMALL_MEETING);
    await again.hangUp();
    await first.hangUp();
    again.close();
    first.close();
  });
});

describe('a service at its limit', () => {
  it('refuses with 503 and Retry-After, counts, and logs which limit it was', async () => {
    const small = await TestService.start({ settings: { limits: { maxCalls: 1 } } });
    const first = await TestCaller.join(small.target('UDP'), OPEN_MEETING);
    const second = await TestCaller.open(small.target('UDP'));
    const answer = await second.invite({ user: OPEN_MEETING });
    expect(answer.statusCode).toBe(503);
    expect(Number(answer.header('Retry-After'))).toBeGreaterThan(0);
    const { limits } = await small.status();
    const limit = limits.find(({ key }) => key === 'limits.maxCalls');
    expect(limit).toEqual({ key: 'limits.maxCalls', used: 1, allowed: 1, refused: 1 });
    await small.waitFor(
      async () => small.output,
      (output) => output.includes('limits.maxCalls'),
      'the limit named in the log',
    );
    await first.hangUp();
    first.close();
    second.close();
    expect((await small.stop()).exitCode).toBe(0);
  });
});

describe('who is called', () => {
  it('names the invitee of a 13-digit ID, who is a moderator', async () => {
    const caller = await TestCaller.join(service.target('UDP'), INVITEE_PIN);
    const { participants } = await service.meeting(OPEN_MEETING);
    expect(participants).toHaveLength(1);
    expect(participants[0]).toMatchObject({ name: 'Mary Major', isModerator: true, state: 'joined' });

    // One PIN, one person.
    const { answer } = await tryCall({ user: INVITEE_PIN });
    expect(answer.statusCode).toBe(486);
    await caller.hangUp();
    caller.close();
  });

  it('takes meetings made over HTTP', async () => {
    const created = await service.post('/meetings', { id: '2222333344', title: 'Made just now' });
    expect(created.statusCode).toBe(201);
    const caller = await TestCaller.join(service.target('TCP'), '2222333344');
    const meeting = await service.meeting('2222333344');
    expect(meeting).toMatchObject({ participantCount: 1, state: 'started' });
    await caller.hangUp();
    caller.close();
  });

  it('answers an INVITE without an offer with ours', async () => {
    const talker = await TestCaller.join(service.target('UDP'), OPEN_MEETING);
    talker.talk(440);
    const caller = await TestCaller.open(service.target('UDP'));
    const answer = await caller.invite({ user: OPEN_MEETING, sdp: null });
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toMatch(/^m=audio \d+ RTP\/AVP 111 9 0 8 /m);
    caller.acknowledge(caller.offer);
    await hearTone(caller.rtp, 440, 0.5);
    await caller.hangUp();
    await talker.hangUp();
    caller.close();
    talker.close();
  });
});
