import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { schemaErrors } from '../support/json-schema.ts';
import { STREAMING_DETAIL_SCHEMA } from '../support/record-schemas.ts';
import { TestService } from '../support/service.ts';
import { runSipp } from '../support/sipp.ts';
import { readStream, streamingEvents } from '../support/streams.ts';
import { encodePcmu, sineTone, toneAmplitudePeak } from '../support/tone.ts';

const CONNECTOR_ID = 'abcdef1ghij2klmno3pqr4';
const SECOND_MEDIA_PORT = 33_502;
const FRAME_SAMPLES = 160;
const TONE_HZ = 700;
const SECONDS = 5;

let service: TestService;

beforeAll(async () => {
  service = await TestService.start({
    settings: {
      voiceConnectors: [
        {
          id: CONNECTOR_ID,
          name: 'recorder',
          port: 25_070,
          termination: { cidrAllowedList: ['127.0.0.1/32'], cpsLimit: 256 },
          streaming: { disabled: false },
        },
      ],
    },
  });
});

afterAll(async () => {
  expect((await service.stop()).exitCode).toBe(0);
});

/** The second stream of the session: SIPp itself plays the first one only. */
async function playTone(toPort: number): Promise<void> {
  const socket = createSocket('udp4');
  socket.bind(SECOND_MEDIA_PORT, '127.0.0.1');
  await once(socket, 'listening');
  const samples = sineTone(TONE_HZ, 8000, SECONDS * 8000);
  const startMs = performance.now();
  for (let packet = 0; packet < SECONDS * 50; packet++) {
    const bytes = Buffer.alloc(12 + FRAME_SAMPLES);
    bytes.writeUInt8(0x80, 0);
    bytes.writeUInt16BE(packet, 2);
    bytes.writeUInt32BE(packet * FRAME_SAMPLES, 4);
    bytes.writeUInt32BE(0x2222, 8);
    for (let index = 0; index < FRAME_SAMPLES; index++) {
      bytes[12 + index] = encodePcmu(samples[packet * FRAME_SAMPLES + index] as number);
    }
    socket.send(bytes, toPort, '127.0.0.1');
    // By the clock: a busy machine sends late and then catches up, and the stream stays whole.
    const dueMs = startMs + (packet + 1) * 20;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueMs - performance.now())));
  }
  socket.close();
}

/** The port of the second stream in our answer. */
async function secondPort(): Promise<number> {
  const answer = await service.waitFor(
    async () => service.sipMessageLog().map((line) => String(line['sip_message'])),
    (messages) => messages.some((message) => /^SIP\/2.0 200/.test(message) && message.includes('m=audio')),
    'the answer to the recording session',
  );
  const description = answer.find((message) => /^SIP\/2.0 200/.test(message)) ?? '';
  return Number([...description.matchAll(/^m=audio (\d+)/gm)][1]?.[1]);
}

it('records a session of SIPp as border controller: both streams, metadata, events', async () => {
  const session = runSipp({
    scenario: 'recording-session',
    address: '127.0.0.1',
    port: 25_070,
    transport: 't1',
    service: '+12065551234',
    calls: 1,
    mediaPort: 33_400,
    deadlineMs: 40_000,
    extra: ['-key', 'second_media_port', `${SECOND_MEDIA_PORT}`],
  });
  await playTone(await secondPort());
  expect(await session).toMatchObject({ exitCode: 0, successfulCalls: 1, errors: '' });
  const events = await service.waitFor(
    async () => streamingEvents(service),
    (all) => all.filter(({ streamingStatus }) => streamingStatus === 'ENDED').length === 2,
    'the end of both streams',
  );
  expect(events.map(({ streamingStatus }) => streamingStatus).sort()).toEqual([
    'ENDED',
    'ENDED',
    'STARTED',
    'STARTED',
    'UPDATED',
  ]);
  const started = events.filter(({ streamingStatus }) => streamingStatus === 'STARTED');
  const [caller, callee] = [true, false].map((isCaller) => started.find((it) => it.isCaller === isCaller)!);
  expect(caller).toMatchObject({
    fromNumber: '+12065550100',
    toNumber: '+4930123456',
    sdp: { mediaIndex: 0, mediaLabel: '1' },
  });
  expect(callee).toMatchObject({ sdp: { mediaIndex: 1, mediaLabel: '2' } });
  const said = await readStream(service, caller!);
  const answered = await readStream(service, callee!);
  expect(said.some((sample) => Math.abs(sample) > 1000)).toBe(true);
  expect(toneAmplitudePeak(answered, 8000, TONE_HZ)).toBeGreaterThan(0.2);
  expect(toneAmplitudePeak(said, 8000, TONE_HZ)).toBeLessThan(0.1);
  const [record] = [...service.objects().values()].map((body) => JSON.parse(body));
  expect(schemaErrors(STREAMING_DETAIL_SCHEMA, record)).toEqual([]);
  await service.waitFor(
    () => service.status(),
    ({ media }) => media.legs === 0,
    'all ports are free again',
  );
});
