import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CallDetail } from '../../src/http/service-view.ts';
import { TestService } from '../support/service.ts';
import { runSipp, SippServer } from '../support/sipp.ts';

const CONNECTOR_ID = 'abcdef1ghij2klmno3pqr4';
const FAR_END = { address: '127.0.0.2', port: 5080 } as const;
const DEAD_PORT = 5999;
const CALLS = 60;
/** Packets of the capture that SIPp plays: 236 of 30 ms. */
const PACKETS = 236;

let service: TestService;
let farEnd: SippServer;

const route = (port: number, priority: number, protocol: 'UDP' | 'TCP' = 'UDP') => ({
  host: FAR_END.address,
  port,
  protocol,
  priority,
  weight: 1,
});

beforeAll(async () => {
  farEnd = await SippServer.start({
    scenario: 'answer-and-echo',
    ...FAR_END,
    transport: 'u1',
    mediaPort: 36_000,
    isEchoing: true,
  });
  service = await TestService.start({
    settings: {
      voiceConnectors: [
        {
          id: CONNECTOR_ID,
          name: 'office',
          termination: {
            cidrAllowedList: ['127.0.0.1/32'],
            cpsLimit: 256,
            defaultPhoneNumber: '+12065550100',
            // Nothing listens at the first: every call fails over.
            routes: [route(DEAD_PORT, 1, 'TCP'), route(FAR_END.port, 2)],
          },
        },
      ],
      phoneNumbers: [{ number: '+12065550100', voiceConnectorId: CONNECTOR_ID }],
      trunk: { maxActiveCalls: 1000 },
    },
  });
});

afterAll(async () => {
  await farEnd.stop();
  expect((await service.stop()).exitCode).toBe(0);
});

async function callDetails(): Promise<CallDetail[]> {
  const calls = await service.calls();
  return Promise.all(calls.map(({ id }) => service.get<CallDetail>(`/calls/${id}`)));
}

describe.each(['UDP', 'TCP'] as const)('SIPp as telephone system (over %s) and as far end', (transport) => {
  it(`carries ${CALLS} calls with media at once, counts every packet, and keeps nothing`, async () => {
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
    expect(farEnd.errors).toBe('');
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
    (written) => written.length >= 2 * CALLS,
    'a record of every call',
  );
  const total = (field: string) => lines.reduce((sum, line) => sum + Number(line[field] ?? 0), 0);
  // Every packet of the customer goes to the far end, and every one of its echo comes back.
  expect([total('cust2vc_rtp_packets'), total('vc2rem_rtp_packets')]).toEqual(
    Array(2).fill(2 * CALLS * PACKETS),
  );
  expect(total('vc2cust_rtp_packets')).toBe(total('rem2vc_rtp_packets'));
  // SIPp echoes all calls on one socket, and on a busy machine not quite everything.
  expect(total('rem2vc_rtp_packets')).toBeGreaterThan(0.95 * 2 * CALLS * PACKETS);
});
