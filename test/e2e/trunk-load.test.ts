import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CallDetail } from '../../src/http/service-view.ts';
import { TestService } from '../support/service.ts';
import { runSipp, SippServer } from '../support/sipp.ts';
import { LoopbackCapture, type RtpStreamLine, readRtpStreams } from '../support/tshark.ts';

const CONNECTOR_ID = 'abcdef1ghij2klmno3pqr4';
const OFFICE = '127.0.0.1';
const FAR_END = '127.0.0.2';
const FAR_END_MEDIA_PORT = 36_000;
const MEDIA_PORT = 40_000;
const CALLS = 500;
/** Packets of the capture that SIPp plays in each call. */
const PACKETS = 236;

type LogLine = ReturnType<TestService['mediaQualityLog']>[number];

const folder = mkdtempSync(join(tmpdir(), 'carillon-load-'));
let service: TestService;
let farEnd: SippServer;

beforeAll(async () => {
  farEnd = await SippServer.start({
    scenario: 'answer-and-echo',
    address: FAR_END,
    port: 5080,
    transport: 'u1',
    mediaPort: FAR_END_MEDIA_PORT,
    isEchoing: true,
  });
  service = await TestService.start({
    settings: {
      media: { portRange: [20_000, 20_000 + 4 * CALLS + 99], workers: 1 },
      limits: { maxEndedCalls: CALLS },
      voiceConnectors: [
        {
          id: CONNECTOR_ID,
          name: 'office',
          termination: {
            cidrAllowedList: [`${OFFICE}/32`],
            cpsLimit: 256,
            defaultPhoneNumber: '+12065550100',
            routes: [{ host: FAR_END, port: 5080 }],
          },
        },
      ],
      phoneNumbers: [{ number: '+12065550100', voiceConnectorId: CONNECTOR_ID }],
      trunk: { maxActiveCalls: CALLS },
    },
  });
});

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await farEnd.stop();
  expect((await service.stop()).exitCode).toBe(0);
});

const packetsOf = (streams: readonly RtpStreamLine[]) =>
  streams.reduce((sum, { packets }) => sum + packets, 0);

it(`${CALLS} calls at once, every minute record as tshark has it`, async () => {
  const capture = await LoopbackCapture.start(
    join(folder, 'load.pcapng'),
    'udp and greater 150 and less 400',
  );
  const result = await runSipp({
    scenario: 'play-g711',
    address: OFFICE,
    port: service.port('UDP'),
    transport: 'u1',
    service: '+4930123456',
    calls: CALLS,
    callsPerSecond: 125,
    mediaPort: MEDIA_PORT,
    deadlineMs: 120_000,
  });
  await capture.stop();
  expect(result).toMatchObject({ successfulCalls: CALLS, failedCalls: 0 });
  expect(result.concurrentPeak).toBeGreaterThan(CALLS * 0.9);
  await service.waitFor(
    () => service.status(),
    ({ media }) => media.legs === 0,
    'all ports are free again',
    30_000,
  );
  const streams = (await readRtpStreams(capture.path)).filter(({ packets }) => packets > 1);
  const lines = service.mediaQualityLog().filter((line) => line['voice_connector_id'] === CONNECTOR_ID);
  const total = (field: string, of: readonly LogLine[] = lines) =>
    of.reduce((sum, line) => sum + Number(line[field] ?? 0), 0);

  for (const { id, legs } of await callDetails()) {
    const sent = packetsOf(
      streams.filter(({ destinationPort }) => destinationPort === legs[0]?.localRtpPort),
    );
    const own = lines.filter((line) => line['call_id'] === id);
    expect([id, sent]).toEqual([id, PACKETS]);
    expect([id, total('cust2vc_rtp_packets', own) + lostIn(own, 'cust2vc')]).toEqual([id, sent]);
  }
  const sumOf = (isMeant: (stream: RtpStreamLine) => boolean) => packetsOf(streams.filter(isMeant));
  expect(total('vc2rem_rtp_packets')).toBe(
    sumOf(({ destinationPort }) => destinationPort === FAR_END_MEDIA_PORT),
  );
  expect(total('vc2cust_rtp_packets')).toBe(sumOf(({ destinationPort }) => destinationPort >= MEDIA_PORT));
  const echoed = sumOf(({ sourcePort }) => sourcePort === FAR_END_MEDIA_PORT);
  // On a busy machine SIPp echoes late, and what comes behind the BYE nobody counts.
  const behind = echoed - total('rem2vc_rtp_packets');
  expect(behind).toBeGreaterThanOrEqual(0);
  expect(behind).toBeLessThanOrEqual(2 * CALLS);
}, 240_000);

/** The loss is cumulative over a call: its last record has it. */
function lostIn(linesOfCall: readonly LogLine[], direction: string): number {
  return Math.max(0, ...linesOfCall.map((line) => Number(line[`${direction}_packets_lost`] ?? 0)));
}

async function callDetails(): Promise<CallDetail[]> {
  const calls = await service.calls();
  return Promise.all(calls.map(({ id }) => service.get<CallDetail>(`/calls/${id}`)));
}
