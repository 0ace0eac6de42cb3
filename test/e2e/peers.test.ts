import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BaresipCaller } from '../support/baresip.ts';
import { hearTone, isToneAbsent, isToneIn } from '../support/hearing.ts';
import { LinphoneCaller } from '../support/linphone.ts';
import { MEETING_ID, TestService } from '../support/service.ts';
import { runSipp } from '../support/sipp.ts';
import { sendOptions } from '../support/sipsak.ts';
import { TestCaller } from '../support/test-caller.ts';

const OUR_TONE_HZ = 440;
const PEER_TONE_HZ = 1_000;
const openBaresip = (transport: 'udp' | 'tcp' | 'tls') => () =>
  new BaresipCaller({ transport, toneHz: PEER_TONE_HZ, rtpPorts: [20_000, 20_100] });
const openLinphone = () => new LinphoneCaller({ toneHz: PEER_TONE_HZ, rtpPorts: [20_200, 20_300] });

const SOFTPHONES = [
  { name: 'baresip', transport: 'udp', open: openBaresip('udp') },
  { name: 'baresip', transport: 'tcp', open: openBaresip('tcp') },
  { name: 'baresip', transport: 'tls', open: openBaresip('tls') },
  { name: 'linphone', transport: 'udp', open: openLinphone },
  { name: 'linphone', transport: 'tcp', open: openLinphone },
  { name: 'linphone', transport: 'tls', open: openLinphone },
] as const;

let service: TestService;

beforeAll(async () => {
  service = await TestService.start();
});

afterAll(async () => {
  expect((await service.stop()).exitCode).toBe(0);
});

async function leaveNothing(): Promise<void> {
  await service.waitFor(
    () => service.status(),
    (status) => status.media.legs === 0,
    'all legs closed',
  );
}

describe('a softphone in a meeting', () => {
  it.each(SOFTPHONES)('$name over $transport hears the other caller, not itself', async (softphone) => {
    const other = await TestCaller.join(service.target('UDP'), MEETING_ID);
    const phone = softphone.open();
    try {
      other.talk(OUR_TONE_HZ);
      await phone.call(service.uri(softphone.transport));
      await hearTone(other.rtp, PEER_TONE_HZ, 1.5);
      const heardByPhone = await phone.hangUp();
      expect(isToneIn(heardByPhone, OUR_TONE_HZ)).toBe(true);
      expect(isToneAbsent(heardByPhone, PEER_TONE_HZ)).toBe(true);
      expect(isToneAbsent(other.rtp.heard(), OUR_TONE_HZ)).toBe(true);
      await service.waitFor(
        () => service.meeting(),
        (meeting) => meeting.participantCount === 1,
        'the phone left the meeting',
      );
      await other.hangUp();
    } finally {
      other.close();
      await phone.close();
    }
    await leaveNothing();
  });
});

describe('SIPp', () => {
  it.each(['u1', 't1', 'un', 'tn'] as const)('joins and leaves over %s', async (transport) => {
    const port = service.port(transport.startsWith('u') ? 'UDP' : 'TCP');
    const result = await runSipp({
      scenario: 'join-and-leave',
      address: '127.0.0.1',
      port,
      transport,
      service: MEETING_ID,
      calls: 10,
      pauseMs: 300,
    });
    expect(result).toMatchObject({ exitCode: 0, successfulCalls: 10, failedCalls: 0, errors: '' });
    await leaveNothing();
  });

  it.each(['u1', 'tn'] as const)('holds 200 calls at once over %s', async (transport) => {
    const port = service.port(transport.startsWith('u') ? 'UDP' : 'TCP');
    const running = runSipp({
      scenario: 'join-and-leave',
      address: '127.0.0.1',
      port,
      transport,
      service: MEETING_ID,
      calls: 200,
      callsPerSecond: 100,
      pauseMs: 5_000,
    });
    const full = service.waitFor(
      () => service.meeting(),
      ({ participantCount }) => participantCount === 200,
      '200 participants at once',
    );
    const [result, { participants }] = await Promise.all([running, full]);
    expect(participants).toHaveLength(200);
    expect(result).toMatchObject({ exitCode: 0, successfulCalls: 200, failedCalls: 0 });
    await leaveNothing();
  });
});

describe('sipsak', () => {
  it.each(['udp', 'tcp'] as const)('asks OPTIONS over %s', async (transport) => {
    const port = service.port(transport === 'udp' ? 'UDP' : 'TCP');
    const { exitCode, answer } = await sendOptions(`sip:${MEETING_ID}@127.0.0.1:${port}`, transport);
    expect(exitCode).toBe(0);
    expect(answer).toMatch(/^SIP\/2\.0 200 /);
    expect(answer).toMatch(/^Allow:.*\bINVITE\b.*\bUPDATE\b/m);
    expect(answer).toMatch(/^Accept:.*application\/sdp/m);
    expect(answer).toMatch(/^Via:.*;rport=\d+/m);
    expect(answer).toMatch(/^Via:.*;received=127\.0\.0\.1/m);
  });
});
