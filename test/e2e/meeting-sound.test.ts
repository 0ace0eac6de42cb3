import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { hearTone, isToneAbsent, isToneIn, toneContinuity } from '../support/hearing.ts';
import { MEETING_ID, TestService } from '../support/service.ts';
import type { WireTransport } from '../support/sip-wire.ts';
import { TestCaller } from '../support/test-caller.ts';

const TONE_A_HZ = 400;
const TONE_B_HZ = 700;

let service: TestService;
const callers: TestCaller[] = [];

beforeAll(async () => {
  service = await TestService.start();
});

afterAll(async () => {
  for (const caller of callers) caller.close();
  expect((await service.stop()).exitCode).toBe(0);
});

/** Some containers have none. */
function hasIpv6Loopback(): boolean {
  return Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === '::1'));
}

async function join(transport: WireTransport): Promise<TestCaller> {
  const caller = await TestCaller.join(service.target(transport), MEETING_ID);
  callers.push(caller);
  return caller;
}

it('gives everybody the others, and nobody himself', async () => {
  const first = await join('UDP');
  const second = await join('TCP');
  first.talk(TONE_A_HZ);
  second.talk(TONE_B_HZ);
  await hearTone(second.rtp, TONE_A_HZ, 1);
  await hearTone(first.rtp, TONE_B_HZ, 1);
  expect(isToneAbsent(first.rtp.heard(), TONE_A_HZ)).toBe(true);
  expect(isToneAbsent(second.rtp.heard(), TONE_B_HZ)).toBe(true);

  const third = await join('TLS');
  await hearTone(third.rtp, TONE_A_HZ, 1);
  expect(isToneIn(third.rtp.heard(), TONE_A_HZ)).toBe(true);
  expect(isToneIn(third.rtp.heard(), TONE_B_HZ)).toBe(true);

  // The sound of those who stay has no gap while others come and go.
  await third.hangUp();
  await hearTone(first.rtp, TONE_B_HZ, 0.5);
  expect(toneContinuity(first.rtp.heard(), TONE_B_HZ)).toBeGreaterThan(0.98);
  await second.hangUp();
  await first.hangUp();
  const meeting = await service.meeting();
  expect(meeting.participantCount).toBe(0);
});

it.each(['UDP', 'TCP', 'TLS', 'WS', 'WSS'] as const)('lets a caller in over %s', async (transport) => {
  const talker = await join('UDP');
  talker.talk(TONE_A_HZ);
  const caller = await join(transport);
  await hearTone(caller.rtp, TONE_A_HZ, 0.2);
  expect((await service.callOf(caller.callId)).transport).toBe(transport);
  await caller.hangUp();
  await talker.hangUp();
});

it.skipIf(!hasIpv6Loopback()).each([
  { listens: '::1', calls: ['::1', '::1'] },
  { listens: '::', calls: ['127.0.0.1', '::1'] },
] as const)('on $listens lets callers in over $calls, and mixes them', async ({ listens, calls }) => {
  const other = await TestService.start({ settings: { sip: { address: listens } } });
  try {
    const first = await TestCaller.join(other.target('UDP', calls[0]), MEETING_ID);
    const second = await TestCaller.join(other.target('TLS', calls[1]), MEETING_ID);
    first.talk(TONE_A_HZ);
    await hearTone(second.rtp, TONE_A_HZ, 0.2);
    expect([first, second].map(({ remoteRtp }) => remoteRtp.address)).toEqual(calls);
    await second.hangUp();
    await first.hangUp();
    first.close();
    second.close();
  } finally {
    expect((await other.stop()).exitCode).toBe(0);
  }
});

it('sends 20 ms packets of 172 bytes with numbers and timestamps that run on', async () => {
  const caller = await join('UDP');
  caller.talk(TONE_A_HZ);
  await service.waitFor(
    async () => caller.rtp.received.length,
    (count) => count > 100,
    '100 packets',
  );
  await caller.hangUp();
  const packets = caller.rtp.received.filter((packet) => packet.payloadType === 0);
  expect(new Set(packets.map((packet) => packet.payload.length))).toEqual(new Set([160]));
  for (const [index, packet] of packets.entries()) {
    const before = packets[index - 1];
    if (before === undefined) continue;
    expect((packet.sequenceNumber - before.sequenceNumber) & 0xffff).toBe(1);
    expect((packet.rtpTimestamp - before.rtpTimestamp) >>> 0).toBe(160);
  }
});

it('sends nothing to one who holds, still hears his music, and comes back', async () => {
  const listener = await join('UDP');
  const holder = await join('UDP');
  listener.talk(TONE_A_HZ);
  await hearTone(holder.rtp, TONE_A_HZ, 0.5);
  const offer = ['Content-Type: application/sdp'];
  const held = await holder.request('INVITE', offer, `${holder.offer}a=sendonly\r\n`);
  expect(held.statusCode).toBe(200);
  expect(held.body).toMatch(/^a=recvonly/m);
  holder.acknowledge();
  const receivedWhenHeld = holder.rtp.received.length;
  holder.talk(TONE_B_HZ);
  await hearTone(listener.rtp, TONE_B_HZ, 0.5);
  // One or two were on their way when the answer came.
  expect(holder.rtp.received.length - receivedWhenHeld).toBeLessThanOrEqual(5);

  const resumed = await holder.request('INVITE', offer, holder.offer);
  expect(resumed.statusCode).toBe(200);
  holder.acknowledge();
  await hearTone(holder.rtp, TONE_A_HZ, 0.5);
  await holder.hangUp();
  await listener.hangUp();
});
