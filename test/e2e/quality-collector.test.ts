import { afterEach, expect, it } from 'vitest';
import { KamailioPeer } from '../support/kamailio.ts';
import { MEETING_ID, TestService } from '../support/service.ts';
import { runSipp } from '../support/sipp.ts';
import { TestCaller } from '../support/test-caller.ts';

const CONFIGURATION = new URL('../support/quality-collector.cfg', import.meta.url);
const LINE = /REPORT (.*) payload=([0-9a-f]*)/g;
const TALK_MS = 1000;
const OFFICE = '+12065550100';

let service: TestService;
let collector: KamailioPeer;

afterEach(async () => {
  await collector.stop();
  expect((await service.stop()).exitCode).toBe(0);
});

const reportsTo = (password: string) => ({
  reports: { collector: `sip:collector@127.0.0.1:${collector.port}`, userName: 'carillon', password },
});

it.each([
  ['takes the report of who knows the password', 'secret', 1],
  ['refuses it else', 'wrong', 0],
])('a Kamailio that asks for a password %s', async (_, password, count) => {
  collector = await KamailioPeer.start(CONFIGURATION);
  service = await TestService.start({ settings: { quality: reportsTo(password) } });
  const caller = await TestCaller.join(service.target('UDP'), MEETING_ID);
  caller.talk(440);
  await new Promise((resolve) => setTimeout(resolve, TALK_MS));
  await caller.hangUp();
  caller.close();
  const result = count === 1 ? 'sent' : 'failed';
  await service.waitFor(
    async () => (await service.fetch('/metrics')).text,
    (text) => text.includes(`carillon_quality_reports_total{result="${result}",kind="session"} 1`),
    `a report ${result}`,
  );
  const taken = collector.lines(LINE);
  expect(taken).toHaveLength(count);
  for (const { fields, payload } of taken) {
    expect(fields).toEqual({ method: 'PUBLISH', user: 'carillon', event: 'vq-rtcpxr' });
    expect(payload).toMatch(/^VQSessionReport: CallTerm\r\n/);
    expect(payload).toMatch(new RegExp(`DialogID: ${caller.callId};to-tag=[^;]+;from-tag=[^;]+\\r\\n`));
  }
});

it('both legs of a trunk call are reported, each under its own Call-ID', async () => {
  collector = await KamailioPeer.start(CONFIGURATION);
  const connector = {
    id: 'abcdef1ghij2klmno3pqr4',
    name: 'office',
    termination: { cidrAllowedList: ['127.0.0.1/32'], defaultPhoneNumber: OFFICE },
  };
  const phoneNumbers = [{ number: OFFICE, voiceConnectorId: connector.id }];
  service = await TestService.start({
    settings: { voiceConnectors: [connector], phoneNumbers, quality: reportsTo('secret') },
  });
  const call = await runSipp({
    scenario: 'play-g711',
    address: '127.0.0.1',
    port: service.port('UDP'),
    transport: 'u1',
    service: '+12065551234',
    calls: 1,
    mediaPort: 33_000,
    deadlineMs: 40_000,
  });
  expect(call).toMatchObject({ successfulCalls: 1, failedCalls: 0 });
  const taken = await service.waitFor(
    async () => collector.lines(LINE).map(({ payload }) => payload),
    (found) => found.length === 2,
    'two reports',
  );
  const callIds = taken.map((payload) => /^CallID: (.*)\r$/m.exec(payload)?.[1]);
  expect(new Set(callIds).size).toBe(2);
  for (const [index, payload] of taken.entries()) {
    expect(payload).toContain(`DialogID: ${callIds[index]};to-tag=`);
    expect(payload).toMatch(/RemoteAddr: IP=127\.0\.0\.1 PORT=\d+ SSRC=0x[\da-f]{8}\r\n/);
    expect(payload).toMatch(/PacketLoss: NLR=0 /);
  }
}, 60_000);
