import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hearTone, isToneAbsent, toneContinuity } from '../support/hearing.ts';
import { RtpSocket } from '../support/rtp-socket.ts';
import { MEETING_ID, TestService } from '../support/service.ts';
import { openWire, type WireTransport } from '../support/sip-wire.ts';
import { newBranch, TestCaller } from '../support/test-caller.ts';

const TONE_HZ = 440;
const STREAMS: readonly WireTransport[] = ['TCP', 'TLS'];
const ALL: readonly WireTransport[] = ['UDP', 'TCP', 'TLS'];

let service: TestService;
let talker: TestCaller;
let listener: TestCaller;

beforeAll(async () => {
  service = await TestService.start({
    settings: {
      sip: { halfOpenTimeoutSeconds: 1, timers: { t1Ms: 50, t2Ms: 400, t4Ms: 500 } },
      media: { silenceTimeoutSeconds: 1, endOnSilence: true },
    },
  });
  // The listener talks too, or it would be ended for its silence.
  talker = await TestCaller.join(service.target('UDP'), MEETING_ID);
  listener = await TestCaller.join(service.target('TCP'), MEETING_ID);
  talker.talk(TONE_HZ);
  listener.talk(900);
});

afterAll(async () => {
  // Whatever was done to the service, nobody in the meeting heard a gap.
  expect(toneContinuity(listener.rtp.heard(), TONE_HZ)).toBeGreaterThan(0.98);
  await listener.hangUp();
  await talker.hangUp();
  talker.close();
  listener.close();
  expect((await service.stop()).exitCode).toBe(0);
});

/** The service still answers a good call. */
async function expectService(): Promise<void> {
  const caller = await TestCaller.join(service.target('UDP'), MEETING_ID);
  await caller.hangUp();
  caller.close();
  await hearTone(listener.rtp, TONE_HZ, 0.1);
}

async function untilOnlyTwoAreLeft(): Promise<void> {
  await service.waitFor(
    () => service.meeting(),
    ({ participantCount }) => participantCount === 2,
    'the others gone',
  );
  await service.waitFor(
    () => service.status(),
    ({ media }) => media.legs === 2,
    'their legs closed',
  );
}

describe('a caller who vanishes', () => {
  it.each(ALL)('without BYE over %s is ended for his silence', async (transport) => {
    const caller = await TestCaller.join(service.target(transport), MEETING_ID);
    caller.talk(700);
    await hearTone(listener.rtp, 700, 0.2);
    caller.close();
    await untilOnlyTwoAreLeft();
    const call = await service.callOf(caller.callId);
    expect(call.state).toBe('ended');
    expect(call.end).toMatchObject({ reason: 'no-media', by: 'local' });
  });

  it.each(STREAMS)('with a reset of %s in the call is ended', async (transport) => {
    const caller = await TestCaller.join(service.target(transport), MEETING_ID);
    caller.wire.reset();
    await untilOnlyTwoAreLeft();
    expect((await service.callOf(caller.callId)).state).toBe('ended');
    caller.close();
  });

  it.each(ALL)('right after his INVITE over %s leaves nothing', async (transport) => {
    const caller = await TestCaller.open(service.target(transport));
    caller.wire.send(caller.writeInvite({ user: MEETING_ID }));
    await caller.finalResponse();
    caller.wire.reset();
    await untilOnlyTwoAreLeft();
    expect((await service.callOf(caller.callId)).state).toBe('ended');
    caller.close();
  });
});

describe('a sender of rubbish', () => {
  it.each(ALL)('over %s disturbs nobody', async (transport) => {
    const wire = await openWire(service.target(transport));
    for (let count = 0; count < 50 && !wire.isClosed; count++) wire.send(randomBytes(1 + count * 20));
    await expectService();
    wire.close();
  });

  it.each(STREAMS)('sends half a message over %s and is cut off', async (transport) => {
    const caller = await TestCaller.open(service.target(transport));
    const invite = caller.writeInvite({ user: MEETING_ID });
    caller.wire.send(invite.slice(0, invite.length / 2));
    await caller.wire.closed;
    expect(caller.wire.inbox.all.every(({ statusCode }) => statusCode >= 400)).toBe(true);
    await expect(service.callOf(caller.callId)).rejects.toThrow('no call');
    caller.close();
    await expectService();
  });

  it('sends half a message over UDP and is refused or ignored', async () => {
    const caller = await TestCaller.open(service.target('UDP'));
    const invite = caller.writeInvite({ user: MEETING_ID });
    caller.wire.send(invite.slice(0, invite.length / 2));
    await expectService();
    expect(caller.wire.inbox.all.every(({ statusCode }) => statusCode === 400)).toBe(true);
    await expect(service.callOf(caller.callId)).rejects.toThrow('no call');
    caller.close();
  });

  it.each(STREAMS)('sends an INVITE byte by byte over %s and is answered', async (transport) => {
    const caller = await TestCaller.open(service.target(transport));
    for (const byte of Buffer.from(caller.writeInvite({ user: MEETING_ID }))) {
      caller.wire.send(Uint8Array.of(byte));
    }
    expect((await caller.finalResponse()).statusCode).toBe(200);
    caller.acknowledge();
    await caller.hangUp();
    caller.close();
  });

  it.each(STREAMS)('sends 64 KB of headers over %s and is refused', async (transport) => {
    const caller = await TestCaller.open(service.target(transport));
    const padding = Array.from({ length: 70 }, (_, index) => `X-Padding-${index}: ${'x'.repeat(1_000)}`);
    caller.wire.send(caller.writeInvite({ user: MEETING_ID, headers: padding }));
    await caller.wire.inbox.first(({ statusCode }) => statusCode === 513, '513 Message Too Large', 5_000);
    await caller.wire.closed;
    expect(caller.wire.inbox.all).toHaveLength(1);
    await expect(service.callOf(caller.callId)).rejects.toThrow('no call');
    caller.close();
    await expectService();
  });

  it('sends a datagram of 60 KB of headers and is refused', async () => {
    const caller = await TestCaller.open(service.target('UDP'));
    const padding = Array.from({ length: 200 }, (_, index) => `X-Padding-${index}: ${'x'.repeat(280)}`);
    caller.wire.send(caller.writeInvite({ user: MEETING_ID, headers: padding }));
    const answer = await caller.finalResponse();
    expect([400, 513]).toContain(answer.statusCode);
    caller.close();
    await expectService();
  });
});

it('an intruder who sends to the port of a call is counted, not heard', async () => {
  const intruder = await RtpSocket.open();
  intruder.talk(talker.remoteRtp, 1_500);
  const call = await service.waitFor(
    () => service.callOf(talker.callId),
    ({ legs }) => (legs[0]?.refusedSourcePackets ?? 0) >= 20,
    'refused packets counted',
  );
  intruder.close();
  expect(call.state).toBe('answered');
  expect(isToneAbsent(listener.rtp.heard(), 1_500)).toBe(true);
});

describe('an INVITE sent again', () => {
  it('with the same branch is a retransmission: one call, the same answer', async () => {
    const caller = await TestCaller.open(service.target('UDP'));
    const invite = caller.writeInvite({ user: MEETING_ID });
    caller.wire.send(invite);
    const first = await caller.finalResponse();
    const answersBefore = caller.wire.inbox.all.length;
    caller.wire.send(invite);
    caller.acknowledge();
    await service.waitFor(
      () => service.meeting(),
      ({ participantCount }) => participantCount === 3,
      'the caller joined',
    );
    const again = caller.wire.inbox.all.slice(answersBefore).filter(({ statusCode }) => statusCode >= 200);
    expect(new Set(again.map((answer) => answer.header('To'))).size).toBeLessThanOrEqual(1);
    for (const answer of again) expect(answer.header('To')).toBe(first.header('To'));
    await caller.hangUp();
    caller.close();
  });

  it('with another branch is a merged request: 482', async () => {
    const caller = await TestCaller.open(service.target('UDP'));
    caller.wire.send(caller.writeInvite({ user: MEETING_ID }));
    expect((await caller.finalResponse()).statusCode).toBe(200);
    caller.acknowledge();
    const merged = caller.writeInvite({ user: MEETING_ID, branch: newBranch() });
    caller.wire.send(merged.replace(/^(To: <[^>]+>);tag=\S+/m, '$1'));
    const answer = await caller.wire.inbox.first(
      ({ statusCode }) => statusCode === 482,
      '482 Loop Detected',
      5_000,
    );
    expect(answer.startLine).toMatch(/^SIP\/2\.0 482 /);
    await caller.hangUp();
    caller.close();
  });
});
