import { afterEach, expect, it } from 'vitest';
import { TestService } from '../support/service.ts';
import { runSipp } from '../support/sipp.ts';

const CONNECTOR_ID = 'abcdef1ghij2klmno3pqr4';
const NUMBER = '+12065550100';
const CHANGES = 10;

let service: TestService;
afterEach(() => service.stop());

it('what HTTP changed is there again after a kill, and calls go by it', async () => {
  service = await TestService.start();
  const { dataDirectory } = service;
  const termination = { cidrAllowedList: ['127.0.0.1/32'], cpsLimit: 50, defaultPhoneNumber: NUMBER };
  for (let change = 1; change <= CHANGES; change += 1) {
    const made = await service.put(`/connectors/${CONNECTOR_ID}`, { name: `change ${change}`, termination });
    expect(made.statusCode).toBe(200);
  }
  const path = `/phone-numbers/${encodeURIComponent(NUMBER)}`;
  expect((await service.put(path, { voiceConnectorId: CONNECTOR_ID })).statusCode).toBe(200);
  await service.kill();
  service = await TestService.start({ dataDirectory });
  expect(await service.get(`/connectors/${CONNECTOR_ID}`)).toMatchObject({ name: `change ${CHANGES}` });
  const result = await runSipp({
    scenario: 'join-and-leave',
    address: '127.0.0.1',
    port: service.port('UDP'),
    transport: 'u1',
    service: '+12065550000',
    calls: 2,
    pauseMs: 200,
  });
  expect(result).toMatchObject({ successfulCalls: 2, failedCalls: 0 });
}, 60_000);
