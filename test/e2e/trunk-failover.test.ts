import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestService } from '../support/service.ts';
import { runSipp, SippServer } from '../support/sipp.ts';

const CONNECTOR_ID = 'abcdef1ghij2klmno3pqr4';
const OFFICE_NUMBER = '+12065550100';
const FAR_END = '127.0.0.2';
const PORTS = { taking: 5080, refusing: 5081, slow: 5082, silent: 5083, dead: 5999 } as const;
const CALLS = 4;

let service: TestService;
let servers: SippServer[];
let silent: Socket;

const route = (port: number, priority: number, protocol: 'UDP' | 'TCP' = 'UDP') => ({
  host: FAR_END,
  port,
  protocol,
  priority,
});

const connectorWith = (first: ReturnType<typeof route>) => ({
  id: CONNECTOR_ID,
  name: 'office',
  termination: {
    cidrAllowedList: ['127.0.0.1/32'],
    cpsLimit: 50,
    defaultPhoneNumber: OFFICE_NUMBER,
    routes: [first, route(PORTS.taking, 2)],
  },
});

const startServer = (scenario: string, port: number, mediaPort: number) =>
  SippServer.start({ scenario, address: FAR_END, port, transport: 'u1', mediaPort });

beforeAll(async () => {
  servers = await Promise.all([
    startServer('answer-and-echo', PORTS.taking, 36_000),
    startServer('refuse-503', PORTS.refusing, 36_100),
    startServer('answer-late', PORTS.slow, 36_200),
  ]);
  silent = createSocket('udp4');
  silent.bind(PORTS.silent, FAR_END);
  await once(silent, 'listening');
  service = await TestService.start({
    settings: {
      voiceConnectors: [connectorWith(route(PORTS.taking, 1))],
      phoneNumbers: [{ number: OFFICE_NUMBER, voiceConnectorId: CONNECTOR_ID }],
      trunk: { maxActiveCalls: 100, routeTimeoutMs: 500 },
      metrics: { periodSeconds: 1 },
    },
  });
});

afterAll(async () => {
  expect((await service.stop()).exitCode).toBe(0);
  silent.close();
  await Promise.all(servers.map((server) => server.stop()));
});

describe('a first route that is', () => {
  it.each([
    ['dead', route(PORTS.dead, 1, 'TCP')],
    ['answering 503', route(PORTS.refusing, 1)],
    ['silent', route(PORTS.silent, 1)],
    ['slow to say its first word', route(PORTS.slow, 1)],
  ])(
    '%s: every call lands on the second',
    async (_, first) => {
      expect((await service.put(`/connectors/${CONNECTOR_ID}`, connectorWith(first))).statusCode).toBe(200);
      const result = await runSipp({
        scenario: 'join-and-leave',
        address: '127.0.0.1',
        port: service.port('UDP'),
        transport: 'u1',
        service: '+4930123456',
        calls: CALLS,
        pauseMs: 100,
        mediaPort: 34_000,
      });
      expect(result).toMatchObject({ successfulCalls: CALLS, failedCalls: 0 });
      await service.waitFor(
        () => service.status(),
        ({ media }) => media.legs === 0,
        'all ports are free again',
      );
    },
    60_000,
  );

  it('answering 503 makes of each call a failure and an answered call, as AWS counts', async () => {
    const total = (name: string) =>
      service
        .metricLog()
        .filter((line) => line['VoiceConnectorId'] === CONNECTOR_ID)
        .reduce((sum, line) => sum + Number(line[name] ?? 0), 0);
    // The last call may be tried in one period and answered in the next.
    await service.waitFor(
      async () => [total('OutboundCallAttempts'), total('OutboundCallsAnswered')],
      (counted) => counted.every((calls) => calls >= 4 * CALLS),
      'the metrics of the periods',
    );
    expect(total('OutboundCallsAnswered')).toBe(4 * CALLS);
    expect(total('OutboundCallFailures')).toBeGreaterThanOrEqual(CALLS);
    expect(total('Sip5xxCodes')).toBeGreaterThanOrEqual(CALLS);
  });
});
