import { afterAll, beforeAll, expect, it } from 'vitest';
import { MEETING_ID, TestService } from '../support/service.ts';
import { runSipp } from '../support/sipp.ts';

/** SIPp's captures of RFC 4733 keys, by the name in their file's. */
const CAPTURES = new Map([
  ...[...'0123456789'].map((digit) => [digit, digit] as const),
  ['star', '*'] as const,
  ['pound', '#'] as const,
]);

let service: TestService;

beforeAll(async () => {
  service = await TestService.start();
});

afterAll(async () => {
  expect((await service.stop()).exitCode).toBe(0);
});

it('hears exactly the one key in each of the captures that SIPp brings', async () => {
  await Promise.all(
    [...CAPTURES.keys()].map(async (name, index) => {
      const result = await runSipp({
        scenario: 'press-key',
        address: '127.0.0.1',
        port: service.port('UDP'),
        transport: 'u1',
        service: MEETING_ID,
        mediaPort: 32_000 + index * 10,
        capture: `dtmf_2833_${name}.pcap`,
      });
      expect(result, result.errors).toMatchObject({ successfulCalls: 1, failedCalls: 0 });
    }),
  );
  const calls = await service.waitFor(
    () => service.calls(),
    (list) => list.length === CAPTURES.size && list.every(({ state }) => state === 'ended'),
    'all calls over',
  );
  const heard: string[] = [];
  for (const { id } of calls) {
    const { digits } = await service.get<{ digits: { digit: string; source: string }[] }>(`/calls/${id}`);
    heard.push(digits.map(({ digit, source }) => `${digit} ${source}`).join(' '));
  }
  expect(heard.sort()).toEqual([...CAPTURES.values()].map((digit) => `${digit} rfc4733`).sort());
});
