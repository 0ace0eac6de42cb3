import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CallDetail } from '../../src/http/service-view.ts';
import { TestService } from '../support/service.ts';
import { runSipp, SippServer } from '../support/sipp.ts';

const CONNECTOR_ID = 'abcdef1ghij2klmno3pqr4';
const FAR_END = '127.0.0.2';
const FAR_END_PORTS = { UDP: 5080, TCP: 5081 } as const;
const DEAD_PORT = 5999;
const CALLS = 60;
/** Packets of the capture that SIPp plays: 236 of 30 ms. */
const PACKETS = 236;

let service: TestService;
let farEnds: Record<'UDP' | 'TCP', SippServer>;

const route = (port: number, priority: number, protocol: 'UDP' | 'TCP' = 'UDP') => ({
  host: FAR_END,
  port,
  protocol,
  priority,
  weight: 1,
});

/** Nothing listens at the first route: every call fails over, to the far end of that transport. */
const connectorTo = (protocol: 'UDP' | 'TCP') => ({
  id: CONNECTOR_ID,
  name: 'office',
  termination: {
    cidrAllowedList: ['127.0.0.1/32'],
    cpsLimit: 256,
    defaultPhoneNumber: '+12065550100',
    routes: [route(DEAD_PORT, 1, 'TCP'), route(FAR_END_PORTS[protocol], 2, protocol)],
  },
});

function startFarEnd(protocol: 'UDP' | 'TCP', mediaPort: number): Promise<SippServer> {
  return SippServer.start({
    scenario: 'answer-and-echo',
    address: FAR_END,
    port: FAR_END_PORTS[protocol],
    transport: protocol === 'UDP' ? 'u1' : 't1',
    mediaPort,
    isEchoing: true,
  });
}

beforeAll(async () => {
  farEnds = { UDP: await startFarEnd('UDP', 36_000), TCP: await startFarEnd('TCP', 36_500) };
  service = await TestService.start({
    settings: {
      voiceConnectors: [connectorTo('UDP')],
      phoneNumbers: [{ number: '+12065550100', voiceConnectorId: CONNECTOR_ID }],
      trunk: { maxActiveCalls: 1000 },
    },
  });
});

afterAll(async () => {
  await Promise.all([farEnds.UDP.stop(), farEnds.TCP.stop()]);
  expect((await service.stop()).exitCode).toBe(0);
});

async function callDetails(): Promise<CallDetail[]> {
  const calls = await service.calls();
  return Promise.all(calls.map(({ id }) => service.get<CallDetail>(`/calls/${id}`)));
}

describe.each([
  ['UDP', 'UDP'],
  ['TCP', 'TCP'],
  ['UDP', 'TCP'],
] as const)('SIPp as telephone system (over %s) and as far end (over %s)', (transport, farTransport) => {
  it(`carries ${CALLS} calls with media at once, counts every packet, and keeps nothing`, async () => {
    expect((await service.put(`/connectors/${CONNECTOR_ID}`, connectorTo(farTransport))).statusCode).toBe(
      200,
    );
    const free = (await service.status()).media.portsFree;
    const before = (await service.calls()).length;
    const result = await runSipp({
      scenario: 'play-g711',
      address: '127.0.0.1',
      port: service.port(transport),
      transport: transport === 'UDP' ? 'u1' : 't1',
      service: '+4930123456',
      calls: CALLS,
      callsPerSecond: 30,
      mediaPort: 32_000,
      deadlineMs: 60_000,
    });
    expect(result).toMatchObject({ exitCode: 0, successfulCalls: CALLS, failedCalls: 0 });
    expect(farEnds[farTransport].errors).toBe('');
    await service.waitFor(
      () => service.status(),
      ({ media }) => media.legs === 0 && media.portsFree === free,
      'all ports are free again',
    );
    const details = (await callDetails()).slice(before);
    expect(details).toHaveLength(CALLS);
    for (const { state, end, legs } of details) {
      expect([state, end?.reason]).toEqual(['ended', 'normal-clearing']);
      const received = legs[0]?.minutes.map((minute) => minute.received) ?? [];
      expect(received.reduce((sum, { packets }) => sum + packets, 0)).toBe(PACKETS);
      expect(received.at(-1)?.lostCumulative).toBe(0);
    }
  }, 90_000);
});

it('tells both sides of every call in the media-quality log', async () => {
  const lines = await service.waitFor(
    async () => service.mediaQualityLog().filter((line) => line['voice_connector_id'] === CONNECTOR_ID),
    (written) => written.length >= 3 * CALLS,
    'a record of every call',
  );
  const total = (field: string) => lines.reduce((sum, line) => sum + Number(line[field] ?? 0), 0);
  // Every packet of the customer goes to the far end, and every one of its echo comes back.
  expect([total('cust2vc_rtp_packets'), total('vc2rem_rtp_packets')]).toEqual(
    Array(2).fill(3 * CALLS * PACKETS),
  );
  expect(total('vc2cust_rtp_packets')).toBe(total('rem2vc_rtp_packets'));
  // SIPp echoes all calls on one socket, and on a busy machine not quite everything.
  expect(total('rem2vc_rtp_packets')).toBeGreaterThan(0.95 * 3 * CALLS * PACKETS);
});
