import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CallDetail } from '../../src/http/service-view.ts';
import { BaresipCaller } from '../support/baresip.ts';
import { isToneIn } from '../support/hearing.ts';
import { TestService } from '../support/service.ts';
import { runSipp } from '../support/sipp.ts';

const TONE_HZ = 1_000;
const NUMBER = '+4930123456';
let service: TestService;

beforeAll(async () => {
  service = await TestService.start({
    settings: {
      voiceConnectors: [
        {
          id: 'abcdef1ghij2klmno3pqr4',
          name: 'office',
          requireEncryption: true,
          termination: { cidrAllowedList: ['127.0.0.0/8'], defaultPhoneNumber: '+12065550100' },
        },
      ],
      phoneNumbers: [{ number: '+12065550100' }],
    },
  });
});

afterAll(async () => {
  expect((await service.stop()).exitCode).toBe(0);
});

it('takes baresip over TLS with SRTP, which hears its own echo from a far end in clear', async () => {
  const phone = new BaresipCaller({
    transport: 'tls',
    toneHz: TONE_HZ,
    rtpPorts: [22_400, 22_500],
    encryption: 'srtp-mand',
  });
  try {
    await phone.call(service.uri('tls', NUMBER));
    const [summary] = await service.waitFor(
      () => service.calls(),
      ([call]) => call?.state === 'answered',
      'the answer',
    );
    // Ring, then some seconds of echo.
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    const { legs } = await service.get<CallDetail>(`/calls/${summary?.id}`);
    expect(legs[0]?.encryption?.suite).toMatch(/^AES_CM_128_HMAC_SHA1_(80|32)$/);
    expect(isToneIn(await phone.hangUp(), TONE_HZ)).toBe(true);
  } finally {
    await phone.close();
  }
}, 60_000);

it('refuses a call in clear', async () => {
  const result = await runSipp({
    scenario: 'join-and-leave',
    address: '127.0.0.1',
    port: service.port('UDP'),
    transport: 'u1',
    service: NUMBER,
    mediaPort: 34_000,
  });
  expect(result).toMatchObject({ successfulCalls: 0, failedCalls: 1 });
  expect(result.errors).toContain('403 Encryption Required');
}, 60_000);
