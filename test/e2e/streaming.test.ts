import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { schemaErrors } from '../support/json-schema.ts';
import { CALL_DETAIL_SCHEMA, STREAMING_DETAIL_SCHEMA } from '../support/record-schemas.ts';
import { TestService } from '../support/service.ts';
import { runSipp } from '../support/sipp.ts';
import { likeness, readStream, streamingEvents } from '../support/streams.ts';

const CONNECTOR_ID = 'abcdef1ghij2klmno3pqr4';
const OFFICE = '+12065550100';
/** What SIPp plays: 236 packets of 30 ms. */
const SPOKEN_SECONDS = 7.08;

let service: TestService;

beforeEach(async () => {
  service = await TestService.start({
    settings: {
      voiceConnectors: [
        {
          id: CONNECTOR_ID,
          name: 'office',
          termination: { cidrAllowedList: ['127.0.0.1/32'], cpsLimit: 256, defaultPhoneNumber: OFFICE },
          streaming: { disabled: false },
        },
      ],
      phoneNumbers: [{ number: OFFICE, voiceConnectorId: CONNECTOR_ID }],
      trunk: { maxActiveCalls: 100 },
    },
  });
});

afterEach(async () => {
  expect((await service.stop()).exitCode).toBe(0);
});

const dial = (calls: number) =>
  runSipp({
    scenario: 'play-g711',
    address: '127.0.0.1',
    port: service.port('UDP'),
    transport: 'u1',
    service: '+12065551234',
    calls,
    mediaPort: 33_000,
    deadlineMs: 40_000,
  });

const statuses = () => streamingEvents(service).map(({ streamingStatus }) => streamingStatus);

describe('streaming of trunk calls', () => {
  it('has each side in a stream of its own, which ffmpeg plays, and an event at each end', async () => {
    expect(await dial(2)).toMatchObject({ successfulCalls: 2 });
    await service.waitFor(
      async () => statuses(),
      (all) => all.filter((status) => status === 'ENDED').length === 4,
      'the end of all streams',
    );
    const started = streamingEvents(service).filter(({ streamingStatus }) => streamingStatus === 'STARTED');
    expect(started).toHaveLength(4);
    for (const callId of new Set(started.map((detail) => detail.callId))) {
      const [caller, callee] = [true, false].map((isCaller) =>
        started.find((detail) => detail.callId === callId && detail.isCaller === isCaller),
      );
      const said = await readStream(service, caller!);
      const echoed = await readStream(service, callee!);
      for (const { length } of [said, echoed]) {
        expect(length / 8000).toBeGreaterThan(SPOKEN_SECONDS - 0.3);
        expect(length / 8000).toBeLessThan(SPOKEN_SECONDS + 3);
      }
      // The far end echoes: both say the same, a little apart.
      expect(likeness(said, echoed)).toBeGreaterThan(0.9);
    }
    await service.waitFor(
      async () => service.objects().size,
      (count) => count === 4,
      'two records of each call',
    );
    for (const [key, body] of service.objects()) {
      const isStreaming = key.startsWith('Amazon-Chime-Voice-Connector-SDRs/');
      const schema = isStreaming ? STREAMING_DETAIL_SCHEMA : CALL_DETAIL_SCHEMA;
      expect(schemaErrors(schema, JSON.parse(body))).toEqual([]);
      expect(JSON.parse(body)).toMatchObject(isStreaming ? { Status: 'Completed' } : { Streaming: true });
    }
  });

  it('fails with the disk, and the calls go on', async () => {
    const streams = join(service.dataDirectory, 'streams');
    mkdirSync(streams);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=48k', 'tmpfs', streams]);
    try {
      expect(await dial(1)).toMatchObject({ successfulCalls: 1, failedCalls: 0 });
      await service.waitFor(
        async () => statuses(),
        (all) => all.filter((status) => status === 'FAILED').length === 2,
        'FAILED for both streams',
      );
      expect(statuses().filter((status) => status === 'ENDED')).toEqual([]);
      const { health, problems } = await service.status();
      expect([health, problems.join()]).toEqual(['degraded', expect.stringContaining('ENOSPC')]);
      const [record] = await service.waitFor(
        async () => service.mediaQualityLog(),
        ({ length }) => length > 0,
        'the record of the call',
      );
      // Of the 236 that SIPp plays; a busy machine may lose one.
      expect(Number(record?.['vc2cust_rtp_packets'])).toBeGreaterThan(200);
    } finally {
      execFileSync('umount', [streams]);
    }
  });
});
