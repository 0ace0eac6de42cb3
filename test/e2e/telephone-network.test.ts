import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCall } from '../support/caller.ts';
import { TestService } from '../support/service.ts';
import { runSipp, SippServer } from '../support/sipp.ts';
import { readWav } from '../support/wav-file.ts';

const CONNECTOR_ID = 'abcdef1ghij2klmno3pqr4';
const OFFICE = '+12065550100';
const PACKETS = 236;
const folder = mkdtempSync(join(tmpdir(), 'carillon-network-'));
let service: TestService;

beforeAll(async () => {
  service = await TestService.start({
    settings: {
      voiceConnectors: [
        {
          id: CONNECTOR_ID,
          name: 'office',
          termination: { cidrAllowedList: ['127.0.0.1/32'], cpsLimit: 256, defaultPhoneNumber: OFFICE },
          origination: { routes: [{ host: '127.0.0.3', port: 5080, protocol: 'UDP' }] },
        },
      ],
      phoneNumbers: [{ number: OFFICE, voiceConnectorId: CONNECTOR_ID }],
      trunk: { maxActiveCalls: 100 },
    },
  });
});

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  expect((await service.stop()).exitCode).toBe(0);
});

/** Highest sample: silence has none of note. */
function loudest(samples: Int16Array): number {
  return samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
}

function dial(number: string, calls = 1) {
  return runSipp({
    scenario: 'play-g711',
    address: '127.0.0.1',
    port: service.port('UDP'),
    transport: 'u1',
    service: number,
    calls,
    mediaPort: 33_000,
    deadlineMs: 40_000,
  });
}

describe('the simulated telephone network', () => {
  it('answers and echoes every packet', async () => {
    const result = await dial('+12065551234', 5);
    expect(result).toMatchObject({ successfulCalls: 5, failedCalls: 0 });
    const lines = await service.waitFor(
      async () => service.mediaQualityLog().filter((line) => line['voice_connector_id'] === CONNECTOR_ID),
      (written) => written.length >= 5,
      'a record of every call',
    );
    const total = (field: string) => lines.reduce((sum, line) => sum + Number(line[field] ?? 0), 0);
    for (const field of ['cust2vc', 'vc2rem', 'rem2vc', 'vc2cust']) {
      expect([field, total(`${field}_rtp_packets`)]).toEqual([field, 5 * PACKETS]);
    }
  }, 60_000);

  it.each([
    ['speaks, and hangs up when the number says so', '+12065550203', []],
    ['speaks, and is deaf', '+12065550601', ['--duration', '3']],
  ])(
    '%s',
    async (_, number, words) => {
      const file = join(folder, 'heard.wav');
      const { call } = await runCall([
        ...['--user', OFFICE, '--record', file, ...words],
        `sip:${number}@127.0.0.1:${service.port('UDP')}`,
      ]);
      expect(call).toMatchObject({ status: 200, verdict: 'ok' });
      expect(loudest(readWav(file).samples)).toBeGreaterThan(500);
    },
    60_000,
  );

  it('sends packets late, and some before others', async () => {
    const result = await dial('+12065550860');
    expect(result).toMatchObject({ successfulCalls: 1, failedCalls: 0 });
    const { packets, lost } = await service.waitFor(
      async () => {
        const lines = service.mediaQualityLog().filter((line) => line['to_sip_user'] === '+12065550860');
        const packets = lines.reduce((sum, line) => sum + Number(line['rem2vc_rtp_packets'] ?? 0), 0);
        return { packets, lost: Number(lines.at(-1)?.['rem2vc_packets_lost'] ?? 0) };
      },
      // The last may still be held back when the call ends.
      (told) => told.packets > PACKETS - 10,
      'the packets of the call, all of them',
    );
    expect(packets).toBeLessThanOrEqual(PACKETS);
    expect(lost).toBe(0);
  }, 60_000);

  it('refuses as the number says', async () => {
    const result = await dial('+12065559486');
    expect(result.failedCalls).toBe(1);
    expect(result.errors).toContain('SIP/2.0 486');
  }, 60_000);

  it('rings the customer', async () => {
    const pbx = await SippServer.start({
      scenario: 'answer-and-echo',
      address: '127.0.0.3',
      port: 5080,
      transport: 'u1',
      mediaPort: 37_000,
      isEchoing: true,
    });
    const placed = await service.post(`/connectors/${CONNECTOR_ID}/inbound-calls`, {
      from: '+4930123456',
      to: OFFICE,
      durationSeconds: 1,
    });
    expect(placed.statusCode).toBe(201);
    const { sipCallId } = JSON.parse(placed.text);
    const call = await service.waitFor(
      () => service.callOf(sipCallId),
      ({ state }) => state === 'ended',
      'the end of the call',
    );
    expect(call.end?.reason).toBe('normal-clearing');
    expect(call.answeredAtMs).not.toBeNull();
    expect(pbx.errors).toBe('');
    const rung = await runCall([
      ...['--from-pstn', '+4930123456', '--duration', '2', '--service', service.httpUrl],
      OFFICE,
    ]);
    expect(rung.errors).toBe('');
    expect(rung).toMatchObject({ exitCode: 0, call: { state: 'ended', verdict: 'ok' } });
    const nobody = await runCall([
      '--from-pstn',
      '+4930123456',
      '--service',
      service.httpUrl,
      '+12065550199',
    ]);
    expect(nobody.errors).toContain(`+12065550199 is no number of the service; there are ${OFFICE}`);
    await pbx.stop();
    await service.waitFor(
      () => service.status(),
      ({ media }) => media.legs === 0,
      'all ports are free again',
    );
  }, 60_000);
});
