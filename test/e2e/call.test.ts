import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BaresipCaller } from '../support/baresip.ts';
import { runCall } from '../support/caller.ts';
import { RunningProcess } from '../support/running-process.ts';
import { MEETING_ID, TestService } from '../support/service.ts';
import { TestCaller } from '../support/test-caller.ts';
import { sineTone, toneAmplitudePeak } from '../support/tone.ts';
import { readWav, writeWav } from '../support/wav-file.ts';

const FULL_MEETING = '1111111111';
const folder = mkdtempSync(join(tmpdir(), 'carillon-call-'));
const TONE = join(folder, 'tone.wav');
let service: TestService;

beforeAll(async () => {
  service = await TestService.start({
    settings: {
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

describe('carillon call, to our own service', () => {
  it.each([
    ['udp', 'UDP'],
    ['tcp', 'TCP'],
    ['tls', 'TLS'],
    ['ws', 'WS'],
  ] as const)('over %s is answered, talks, and hangs up in time', async (name, transport) => {
    const uri = `sip:${MEETING_ID}@127.0.0.1:${service.port(transport)}`;
    const { exitCode, call, errors } = await runCall([
      '--transport',
      name,
      '--insecure',
      '--duration',
      '1.5',
      uri,
    ]);
    expect(errors).toBe('');
    expect(call).toMatchObject({ status: 200, transport, verdict: 'ok' });
    expect(call!.talkedMs!).toBeGreaterThanOrEqual(1500);
    expect(call!.quality!.receivedPackets).toBeGreaterThan(40);
    expect(exitCode).toBe(0);
    const { end, legs } = await service.waitFor(
      () => service.callOf(call!.remoteCallId),
      ({ state }) => state === 'ended',
      'the end of the call',
    );
    expect(end).toMatchObject({ by: 'remote', reason: 'normal-clearing' });
    const { received } = legs[0]!.minutes.at(-1)!;
    expect(received.lost).toBe(0);
    // What we sent beside our BYE nobody counts any more.
    expect(received.packets).toBeLessThanOrEqual(call!.quality!.sentPackets);
    expect(received.packets).toBeGreaterThan(40);
  });

  it.each([
    ['rfc4733', 'rfc4733', null],
    ['info', 'sip-info', 200],
    ['inband', 'in-band', null],
  ] as const)('presses keys by %s', async (way, source, status) => {
    const { exitCode, call } = await runCall(['--dtmf', '12#,*', '--dtmf-by', way, service.uri('udp')]);
    expect(exitCode).toBe(0);
    expect(call!.keysPressed.map((key) => [key.digit, key.status])).toEqual(
      [...'12#*'].map((digit) => [digit, status]),
    );
    const { digits } = await service.callOf(call!.remoteCallId);
    // A tenth of a second: four updates and three ends.
    const packets = source === 'rfc4733' ? [7, 0] : [null, null];
    expect(digits.map((digit) => [digit.packets, digit.packetsLost])).toEqual(digits.map(() => packets));
    expect(new Set(digits.map((digit) => digit.source))).toEqual(new Set([source]));
    // A tone that a busy machine interrupts may be heard as two of the same key; the other ways never double one.
    const heard = digits.map(({ digit }) => digit).join('');
    expect(way === 'inband' ? heard.replace(/(.)\1+/g, '$1') : heard).toBe('12#*');
  });

  it('says a file and writes down what it hears', async () => {
    const heard = join(folder, 'heard.wav');
    const listening = runCall(['--record', heard, '--duration', '5', service.uri('udp')]);
    await service.waitFor(
      () => service.meeting(),
      ({ participants }) => participants.length === 1,
      'the listener',
    );
    const speaking = await runCall(['--play', TONE, '--codec', 'PCMA', service.uri('tcp')]);
    const { call, exitCode } = await listening;
    expect([speaking.exitCode, exitCode]).toEqual([0, 0]);
    expect(speaking.call!.audio!.format.encodingName).toBe('PCMA');
    const { samples, sampleRateHz } = readWav(heard);
    expect(toneAmplitudePeak(samples, sampleRateHz, 440)).toBeGreaterThan(0.2);
    expect(toneAmplitudePeak(samples, sampleRateHz, 1000)).toBeLessThan(0.02);
    expect(call!.recording).toEqual({
      file: heard,
      durationMs: (samples.length * 1000) / sampleRateHz,
      failure: null,
    });
    expect(call!.recording!.durationMs).toBeGreaterThan(4500);
  });

  it.each(['PCMU', 'PCMA', 'G722', 'OPUS'])('hears itself by %s at echo@', async (codec) => {
    const heard = join(folder, `echo-${codec}.wav`);
    const words = ['--codec', codec, '--play', TONE, '--record', heard, service.uri('udp', 'echo')];
    const { call, exitCode } = await runCall(words);
    expect(call!.reasons).toEqual([expect.stringContaining('Answered')]);
    expect(exitCode).toBe(0);
    expect(call!.audio!.format.encodingName.toUpperCase()).toBe(codec);
    const { samples, sampleRateHz } = readWav(heard);
    expect(toneAmplitudePeak(samples, sampleRateHz, 440)).toBeGreaterThan(0.2);
    expect(toneAmplitudePeak(samples, sampleRateHz, 1000)).toBeLessThan(0.02);
  });

  it('encrypts where it is asked to, and prints no key', async () => {
    const heard = join(folder, 'srtp.wav');
    const words = ['--srtp', 'required', '--dtmf', '1', '--play', TONE, '--record', heard];
    const { call, exitCode } = await runCall([...words, service.uri('tcp', 'echo')]);
    expect(call!.reasons).toEqual([expect.stringContaining('Answered')]);
    expect([exitCode, call!.encryption]).toEqual([0, expect.stringMatching(/^A/)]);
    expect(JSON.stringify(call)).not.toMatch(/masterKey|security/);
    const { samples, sampleRateHz } = readWav(heard);
    expect(toneAmplitudePeak(samples, sampleRateHz, 440)).toBeGreaterThan(0.2);
    const { digits } = await service.callOf(call!.remoteCallId);
    expect(digits.map(({ digit }) => digit)).toEqual(['1']);
    expect((await runCall(['--duration', '0.3', service.uri('tcp', 'echo')])).call!.encryption).toBeNull();
  });

  it('finds a full meeting busy', async () => {
    const inside = [await TestCaller.join(service.target('UDP'), FULL_MEETING)];
    inside.push(await TestCaller.join(service.target('UDP'), FULL_MEETING));
    const uri = service.uri('udp', FULL_MEETING);
    const failed = await runCall([uri]);
    expect([failed.exitCode, failed.call!.status]).toEqual([1, 486]);
    expect(failed.call!.reasons[0]).toContain('486 Meeting Full');
    expect((await runCall(['--expect', '486', uri])).exitCode).toBe(0);
    for (const caller of inside) {
      await caller.hangUp();
      caller.close();
    }
  });
});

describe('carillon call, to others', () => {
  it('is taken by SIPp, which echoes the sound', async () => {
    const heard = join(folder, 'echo.wav');
    const sipp = new RunningProcess(
      'sipp',
      ['-sn', 'uas', '-i', '127.0.0.1', '-p', '5099', '-rtp_echo', '-nostdin'],
      {
        env: { ...process.env, TERM: 'dumb' },
      },
    );
    const uri = 'sip:anybody@127.0.0.1:5099';
    const { call, exitCode } = await runCall(['--play', TONE, '--record', heard, uri]);
    expect(call!.reasons).toEqual([expect.stringContaining('Answered')]);
    expect(exitCode).toBe(0);
    const { samples, sampleRateHz } = readWav(heard);
    expect(toneAmplitudePeak(samples, sampleRateHz, 440)).toBeGreaterThan(0.2);
    await sipp.stop('SIGKILL');
  });

  it('is taken by a SIPp that says nothing, which is a failure unless allowed', async () => {
    const sipp = new RunningProcess('sipp', ['-sn', 'uas', '-i', '127.0.0.1', '-p', '5098', '-nostdin']);
    const uri = 'sip:anybody@127.0.0.1:5098';
    const { call, exitCode } = await runCall(['--duration', '1.5', uri]);
    expect([exitCode, call!.status]).toEqual([1, 200]);
    expect(call!.reasons[0]).toContain('sent no RTP');
    expect((await runCall(['--duration', '1.5', '--allow-silence', uri])).exitCode).toBe(0);
    const clear = await runCall(['--srtp', 'required', uri]);
    expect([clear.exitCode, clear.call!.reasons[0]]).toEqual([1, expect.stringContaining('encryption')]);
    await sipp.stop('SIGKILL');
  });

  it.each(['udp', 'tcp'] as const)(
    'is taken by baresip over %s, and each hears the other',
    async (transport) => {
      const heard = join(folder, `baresip-${transport}.wav`);
      const baresip = new BaresipCaller({ transport, toneHz: 1000, rtpPorts: [33_000, 33_100] });
      try {
        await baresip.answer(5097);
        const uri = `sip:baresip@127.0.0.1:5097;transport=${transport}`;
        const { call, exitCode } = await runCall(['--play', TONE, '--record', heard, uri]);
        expect(call!.reasons).toEqual([expect.stringContaining('Answered')]);
        expect(exitCode).toBe(0);
        const { samples, sampleRateHz } = readWav(heard);
        expect(toneAmplitudePeak(samples, sampleRateHz, 1000)).toBeGreaterThan(0.15);
        const theirs = await baresip.hangUp();
        expect(toneAmplitudePeak(theirs.samples, theirs.sampleRateHz, 440)).toBeGreaterThan(0.15);
      } finally {
        await baresip.close();
      }
    },
  );
});

describe('carillon call that cannot be', () => {
  it.each([
    ['a closed port', ['sip:a@127.0.0.1:9;transport=tcp'], 1, 'Nobody listens at TCP 127.0.0.1 port 9.'],
    ['a name that nobody has', ['sip:a@nobody.invalid'], 1, 'No address is known for nobody.invalid.'],
    [
      'a file that is no WAV',
      ['--play', 'package.json', 'sip:a@127.0.0.1'],
      1,
      'package.json cannot be played',
    ],
    [
      'a file that is not there',
      ['--play', 'none.wav', 'sip:a@127.0.0.1'],
      1,
      'none.wav cannot be read: ENOENT.',
    ],
    [
      'a recording in no folder',
      ['--record', '/nowhere/a.wav', 'sip:a@127.0.0.1'],
      1,
      'cannot be written: ENOENT',
    ],
    ['no URI', [], 2, 'Whom?'],
    ['something else than a URI', ['tel:+12065550100'], 2, 'is no SIP URI'],
    ['keys that are none', ['--dtmf', '12x', 'sip:a@127.0.0.1'], 2, '--dtmf takes 0-9'],
    ['an unknown codec', ['--codec', 'GSM', 'sip:a@127.0.0.1'], 2, '--codec'],
  ] as const)('with %s says so', async (_name, words, exitCode, message) => {
    const finished = await runCall(words);
    expect(finished.errors).toContain(message);
    expect(finished.exitCode).toBe(exitCode);
    expect(finished.call).toBeNull();
  });

  it('with the certificate of our own making says what to do', async () => {
    const uri = `sip:${MEETING_ID}@127.0.0.1:${service.port('TLS')};transport=tls`;
    const { errors, exitCode } = await runCall([uri]);
    expect(errors).toContain('--insecure');
    expect(exitCode).toBe(1);
    const trusted = ['--ca', join(service.dataDirectory, 'tls', 'certificate.pem'), '--duration', '0.2', uri];
    expect(await runCall(trusted)).toMatchObject({ exitCode: 0, errors: '' });
  });

  it('with a wrong password is refused, with the right one taken', async () => {
    const guarded = await TestService.start({
      settings: { sip: { credentials: [{ userName: 'mary', password: 'wonderland' }] } },
    });
    const call = (password: string) =>
      runCall(['--user', 'mary', '--duration', '0.2', guarded.uri('udp')], { SIP_PASSWORD: password });
    const wrong = await call('looking-glass');
    expect([wrong.exitCode, wrong.call!.status]).toEqual([1, 401]);
    expect(wrong.call!.reasons[0]).toContain('--password');
    expect(await call('wonderland')).toMatchObject({ exitCode: 0, call: { status: 200 } });
    await guarded.stop();
  });

  it('with nobody answering gives up', async () => {
    const silent = createSocket('udp4').bind(0, '127.0.0.1');
    await once(silent, 'listening');
    const { call, exitCode } = await runCall([
      '--answer-timeout',
      '1',
      `sip:a@127.0.0.1:${silent.address().port}`,
    ]);
    expect([exitCode, call!.status]).toEqual([1, null]);
    expect(call!.reasons[0]).toContain('was not answered within 1 s');
    silent.close();
  });

  it('with --record replaces an earlier recording', async () => {
    const heard = join(folder, 'again.wav');
    writeFileSync(heard, 'something else');
    const { exitCode } = await runCall(['--record', heard, '--duration', '1.2', service.uri('udp')]);
    expect(exitCode).toBe(0);
    expect(readWav(heard).samples.length).toBeGreaterThan(4000);
  });
});
