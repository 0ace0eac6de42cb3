import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCall } from '../support/caller.ts';
import { runToEnd } from '../support/running-process.ts';
import { MEETING_ID, TestService } from '../support/service.ts';
import { TestCaller } from '../support/test-caller.ts';
import { sineTone, toneAmplitudePeak } from '../support/tone.ts';
import { LoopbackCapture } from '../support/tshark.ts';
import { readWav, writeWav } from '../support/wav-file.ts';

const FULL_MEETING = '1111111111';
const H323_PORTS = [61_200, 61_399] as const;
const CALLER_PORTS = [61_400, 61_599] as const;
const CALLER = { CARILLON_H323_PORT_RANGE: JSON.stringify(CALLER_PORTS) };
const folder = mkdtempSync(join(tmpdir(), 'carillon-h323-call-'));
const TONE = join(folder, 'tone.wav');
let service: TestService;

beforeAll(async () => {
  service = await TestService.start({
    settings: {
      h323: { enabled: true, port: 0, portRange: H323_PORTS },
      meetings: [
        { id: MEETING_ID, title: 'Stand-up' },
        { id: FULL_MEETING, maxParticipants: 2 },
      ],
    },
  });
  writeWav(TONE, { sampleRateHz: 44_100, samples: sineTone(440, 44_100, 44_100) });
});

afterAll(async () => {
  await service?.stop();
  rmSync(folder, { recursive: true, force: true });
});

function address(alias: string = MEETING_ID): string {
  return `${alias}@127.0.0.1:${service.h323Port}`;
}

function call(words: readonly string[]) {
  return runCall(['--h323', ...words], CALLER);
}

/** Four of these at once may sound bad on a busy machine; here that is no matter. */
function callWithKeys(way: string, words: readonly string[]) {
  return call(['--h245', ...words, '--dtmf-by', way, '--dtmf', '4#', '--minimum-mos', '1', address()]);
}

/** The way of signaling, and the transport of keys. */
const MODES = [
  ['tunnel'],
  ['setup'],
  ['connect'],
  ['listen'],
  ['tunnel', '--no-fast-start'],
  ['setup', '--no-fast-start'],
  ['connect', '--no-fast-start'],
  ['listen', '--no-fast-start'],
] as const;
const KEYS = [
  ['rfc4733', 'rfc4733'],
  ['signal', 'h245-signal'],
  ['alphanumeric', 'h245-alphanumeric'],
  ['keypad', 'q931-keypad'],
] as const;

/** Release Complete (ITU-T Q.931 table 4-2). */
const RELEASE = /0x5a/;

/** Of each connection that said anything, as tshark reads it: the types of the messages in a segment, and the cause. */
async function messagesSeen(path: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const fields = ['tcp.stream', 'q931.message_type', 'q931.cause_value'].flatMap((field) => ['-e', field]);
  const parameters = ['-n', '-r', path, '-Y', 'tcp.len > 0', '-T', 'fields', ...fields];
  const { stdout } = await runToEnd('tshark', parameters, 60_000);
  const rows = stdout.split('\n').map((line) => line.split('\t'));
  const seen = Map.groupBy(rows, ([stream = '']) => stream);
  seen.delete('');
  return new Map(
    [...seen].map(([stream, said]) => [stream, said.map(([, types, cause]) => `${types} ${cause}`)]),
  );
}

async function expectNothingLeft(): Promise<void> {
  const { media } = await service.waitFor(
    () => service.status(),
    ({ media }) => media.legs === 0 && media.openSockets === 0,
    'every leg to be gone',
  );
  expect(media.openSockets).toBe(0);
  await service.waitFor(
    async () => (await service.fetch('/metrics')).text,
    (text) => text.includes('\ncarillon_h323_connections 0\n'),
    'every connection to be closed',
  );
}

describe('carillon call --h323', () => {
  it.each(MODES.map((words) => [words.join(' '), words] as const))(
    'with --h245 %s brings keys by every transport, and ends with cause 16',
    { timeout: 90_000 },
    async (_name, words) => {
      const path = join(folder, `${words.join('')}.pcapng`);
      const capture = await LoopbackCapture.start(path, `tcp port ${service.h323Port}`);
      const calls = await Promise.all(KEYS.map(async ([way]) => callWithKeys(way, words)));
      for (const [index, { call: placed, exitCode, errors }] of calls.entries()) {
        expect([errors, placed!.reasons]).toEqual(['', [expect.stringContaining('Answered')]]);
        expect(exitCode).toBe(0);
        expect(placed).toMatchObject({ status: null, transport: 'TCP', encryption: null });
        expect(placed!.audio).toMatchObject({ format: { encodingName: 'G722' }, direction: 'sendrecv' });
        expect(placed!.quality!.receivedPackets).toBeGreaterThan(10);
        const taken = await service.waitFor(
          () => service.callOf(placed!.remoteCallId),
          ({ state }) => state === 'ended',
          'the end of the call',
        );
        const source = KEYS[index]![1];
        expect(taken.digits.map((key) => [key.digit, key.source])).toEqual([
          ['4', source],
          ['#', source],
        ]);
        expect(taken.end).toMatchObject({ by: 'remote', reason: 'normal-clearing' });
        expectInside(taken.legs[0]!.localRtpPort, H323_PORTS);
        expectInside(placed!.localRtpPort, CALLER_PORTS);
      }
      await capture.stop();
      const seen = await messagesSeen(path);
      expect(seen.size).toBeGreaterThanOrEqual(KEYS.length);
      // Both sides may say so.
      for (const [stream, said] of seen) {
        expect([stream, said]).toEqual([stream, expect.arrayContaining([expect.stringMatching(RELEASE)])]);
        expect(said.filter((text) => RELEASE.test(text) && !text.endsWith(' 16'))).toEqual([]);
      }
      await expectNothingLeft();
    },
  );

  it.each(['G722', 'PCMU', 'PCMA'])('hears itself by %s at echo@', async (codec) => {
    const heard = join(folder, `echo-${codec}.wav`);
    const words = ['--codec', codec, '--play', TONE, '--record', heard, address('echo')];
    const { call: placed, exitCode } = await call(words);
    expect(placed!.reasons).toEqual([expect.stringContaining('Answered')]);
    expect(exitCode).toBe(0);
    expect(placed!.audio!.format.encodingName).toBe(codec);
    const { samples, sampleRateHz } = readWav(heard);
    expect(toneAmplitudePeak(samples, sampleRateHz, 440)).toBeGreaterThan(0.2);
    expect(toneAmplitudePeak(samples, sampleRateHz, 1000)).toBeLessThan(0.02);
  });

  it('is known by its name, and dials ADDRESS##ID', async () => {
    const dialed = `127.0.0.1:${service.h323Port}##${MEETING_ID}`;
    const words = ['--name', 'Board room', '--user', 'board', '--duration', '0.3', dialed];
    const { call: placed, exitCode } = await call(words);
    expect(exitCode).toBe(0);
    const { calling, called } = await service.callOf(placed!.remoteCallId);
    expect(calling).toMatchObject({ user: 'board', displayName: 'Board room' });
    expect(called.user).toBe(MEETING_ID);
  });

  it('finds a full meeting busy, as it may be told to expect', async () => {
    const inside = [await TestCaller.join(service.target('UDP'), FULL_MEETING)];
    inside.push(await TestCaller.join(service.target('UDP'), FULL_MEETING));
    const failed = await call([address(FULL_MEETING)]);
    expect([failed.exitCode, failed.call!.status]).toEqual([1, 17]);
    expect(failed.call!.reasons[0]).toContain('cause 17 (user busy)');
    expect((await call(['--expect', '17', address(FULL_MEETING)])).exitCode).toBe(0);
    expect((await call(['--expect', '1', address(FULL_MEETING)])).exitCode).toBe(1);
    for (const caller of inside) {
      await caller.hangUp();
      caller.close();
    }
  });

  it.each([
    ['a closed port', ['1@127.0.0.1:9'], 1, 'Nobody listens at TCP 127.0.0.1 port 9.'],
    ['a name that nobody has', ['1@nobody.invalid'], 1, 'No address is known for nobody.invalid.'],
    ['no address', [], 2, 'Whom?'],
    ['a SIP URI', ['sip:1@127.0.0.1'], 2, 'is no H.323 address'],
    ['an option of SIP', ['--transport', 'tls', '1@127.0.0.1'], 2, '--transport is for calls over SIP'],
    ['another way of H.245', ['--h245', 'pigeon', '1@127.0.0.1'], 2, '--h245 is tunnel'],
    ['keys by INFO', ['--dtmf-by', 'info', '1@127.0.0.1'], 2, '--dtmf-by is one of rfc4733, signal'],
    ['a codec of SIP only', ['--codec', 'OPUS', '1@127.0.0.1'], 2, 'H.323 has G722, PCMU and PCMA'],
    ['a status of SIP', ['--expect', '404', '1@127.0.0.1'], 2, '--expect takes a number from 1 to 127'],
  ] as const)('that cannot be, with %s, says so', async (_name, words, exitCode, message) => {
    const finished = await call(words);
    expect(finished.errors).toContain(message);
    expect([finished.exitCode, finished.call]).toEqual([exitCode, null]);
  });
});

function expectInside(port: number | null, [first, last]: readonly [number, number]): void {
  expect(port).toBeGreaterThanOrEqual(first);
  expect(port).toBeLessThan(last);
  expect((port ?? 1) % 2).toBe(0);
}
