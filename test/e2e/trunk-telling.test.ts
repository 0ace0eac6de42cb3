import { afterAll, beforeAll, expect, it } from 'vitest';
import { CATALOG } from '../../metrics/catalog.ts';
import { MEDIA_QUALITY_FIELDS } from '../../metrics/media-quality-log.ts';
import type { LogLine } from '../support/data-folder.ts';
import { TestService } from '../support/service.ts';
import { runSipp, SippServer } from '../support/sipp.ts';

const FIRST = 'abcdef1ghij2klmno3pqr4';
const SECOND = 'bbcdef1ghij2klmno3pqr4';
const SILENT = 'cbcdef1ghij2klmno3pqr4';
const OFFICE = '+12065550100';
const PORTS = { first: 25_060, silent: 25_062 };
const PACKETS = 236;
const DEAD = { host: '127.0.0.3', port: 5999, protocol: 'TCP' };

let service: TestService;
let pbx: SippServer;

beforeAll(async () => {
  pbx = await SippServer.start({
    scenario: 'answer-and-echo',
    address: '127.0.0.3',
    port: 5080,
    transport: 'u1',
    mediaPort: 37_000,
    isEchoing: true,
  });
  const termination = { cidrAllowedList: ['127.0.0.1/32'], cpsLimit: 256, defaultPhoneNumber: OFFICE };
  service = await TestService.start({
    settings: {
      metrics: { periodSeconds: 2 },
      voiceConnectors: [
        { id: FIRST, name: 'first', port: PORTS.first, termination, origination: { routes: [DEAD] } },
        { id: SECOND, name: 'second', origination: { routes: [{ host: '127.0.0.3', port: 5080 }] } },
        { id: SILENT, name: 'silent', port: PORTS.silent, loggingEnabled: false, termination },
      ],
      voiceConnectorGroups: [
        {
          id: 'office',
          name: 'office',
          items: [
            { voiceConnectorId: FIRST, priority: 1 },
            { voiceConnectorId: SECOND, priority: 2 },
          ],
        },
      ],
      phoneNumbers: [{ number: OFFICE, voiceConnectorGroupId: 'office' }],
      trunk: { maxActiveCalls: 100 },
    },
  });
});

afterAll(async () => {
  await pbx.stop();
  expect((await service.stop()).exitCode).toBe(0);
});

const dial = (port: number) =>
  runSipp({
    scenario: 'play-g711',
    address: '127.0.0.1',
    port,
    transport: 'u1',
    service: '+12065551234',
    calls: 3,
    mediaPort: 33_000,
    deadlineMs: 40_000,
  });

const linesOf = (lines: readonly LogLine[], voiceConnectorId: string) =>
  lines.filter((line) => line['voice_connector_id'] === voiceConnectorId);

/** Of all periods so far, by metric. */
function totals(voiceConnectorId: string): Readonly<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const line of service.metricLog().filter((it) => it['VoiceConnectorId'] === voiceConnectorId)) {
    for (const { name } of CATALOG) {
      const value: unknown = line[name];
      const values = Array.isArray(value) ? value.map(Number) : [Number(value ?? 0)];
      sums[name] = values.reduce((sum, each) => sum + each, sums[name] ?? 0);
    }
  }
  return sums;
}

it('tells both sides of calls out: minutes, messages of both legs, metrics', async () => {
  expect(await dial(PORTS.first)).toMatchObject({ successfulCalls: 3, failedCalls: 0 });
  await service.waitFor(
    async () => totals(FIRST),
    (sums) => (sums['VcToRemoteRtpPackets'] ?? 0) >= 3 * PACKETS,
    'metrics of all packets',
  );
  const sums = totals(FIRST);
  for (const name of ['CustomerToVc', 'VcToRemote', 'RemoteToVc', 'VcToCustomer']) {
    expect([name, sums[`${name}RtpPackets`]]).toEqual([name, 3 * PACKETS]);
    // G.711 of 30 ms and the RTP header.
    expect([name, sums[`${name}RtpBytes`]]).toEqual([name, 3 * PACKETS * 252]);
    expect([name, sums[`${name}PacketsLost`]]).toEqual([name, 0]);
  }
  expect(sums).toMatchObject({ OutboundCallAttempts: 3, OutboundCallsAnswered: 3, OutboundCallFailures: 0 });
  const records = linesOf(service.mediaQualityLog(), FIRST);
  const names: ReadonlySet<string> = new Set(MEDIA_QUALITY_FIELDS.map(({ name }) => name));
  expect(records.flatMap((record) => Object.keys(record)).filter((name) => !names.has(name))).toEqual([]);
  expect(new Set(records.map(({ to_sip_user, to_country }) => `${to_sip_user} ${to_country}`))).toEqual(
    new Set(['+12065551234 US']),
  );
  const callId = records[0]?.['call_id'];
  const messages = linesOf(service.sipMessageLog(), FIRST).filter((line) => line['call_id'] === callId);
  const sipCallIds = new Set(
    messages.map((line) => /^Call-ID: (\S+)/m.exec(String(line['sip_message']))?.[1]),
  );
  expect(sipCallIds.size).toBe(2);
  // One INVITE, 200, ACK and BYE on each leg; each message once.
  const first = messages.map((line) => String(line['sip_message']).split(' ')[0]);
  expect(['INVITE', 'ACK', 'BYE'].map((method) => first.filter((word) => word === method).length)).toEqual([
    2, 2, 2,
  ]);
}, 60_000);

it('counts a call that moved to the second connector of its group at both', async () => {
  const placed = await service.post(`/connectors/${FIRST}/inbound-calls`, {
    from: '+4930123456',
    to: OFFICE,
    durationSeconds: 1,
  });
  expect(placed.statusCode).toBe(201);
  await service.waitFor(
    async () => totals(SECOND)['VcToRemoteRtpPackets'] ?? 0,
    (packets) => packets > 0,
    'metrics of the second connector',
  );
  expect(totals(FIRST)).toMatchObject({
    InboundCallAttempts: 1,
    InboundCallFailures: 1,
    InboundCallsAnswered: 0,
  });
  expect(totals(SECOND)).toMatchObject({
    InboundCallAttempts: 1,
    InboundCallFailures: 0,
    InboundCallsAnswered: 1,
  });
  const records = linesOf(service.mediaQualityLog(), SECOND);
  expect(records[0]).toMatchObject({ from_sip_user: '+4930123456', from_country: 'DE', to_sip_user: OFFICE });
  expect([...service.objects().keys()].filter((key) => key.includes(SECOND))).toHaveLength(1);
}, 60_000);

it('keeps no logs of a connector that wants none, and its metrics all the same', async () => {
  expect(await dial(PORTS.silent)).toMatchObject({ successfulCalls: 3 });
  await service.waitFor(
    async () => totals(SILENT)['OutboundCallsAnswered'],
    (answered) => answered === 3,
    'metrics',
  );
  expect(linesOf(service.sipMessageLog(), SILENT)).toEqual([]);
  expect(linesOf(service.mediaQualityLog(), SILENT)).toEqual([]);
}, 60_000);

it('answers the sample dashboard’s Logs Insights queries', () => {
  // parse sip_message '*\n' as sip
  const parsed = linesOf(service.sipMessageLog(), FIRST).map(({ event_timestamp, call_id, sip_message }) => ({
    event_timestamp,
    call_id,
    sip: /^([^\n]*)\n/.exec(String(sip_message))?.[1],
  }));
  expect(parsed.every(({ sip, call_id }) => sip !== undefined && String(call_id) !== '')).toBe(true);
  expect(parsed.some(({ sip }) => sip?.startsWith('INVITE sip:'))).toBe(true);
  // filter sip like /(SIP\/2.0 5|SIP\/2.0 4|SIP\/2.0 6)/
  expect(parsed.filter(({ sip }) => /(SIP\/2.0 5|SIP\/2.0 4|SIP\/2.0 6)/.test(sip ?? ''))).toEqual([]);
});
