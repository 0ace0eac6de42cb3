import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { parseWav } from '../../media/record/wav.ts';
import type { MeetingDetail } from '../../src/http/service-view.ts';
import { hearTone } from '../support/hearing.ts';
import { MEETING_ID, TestService } from '../support/service.ts';
import { hearSpoken } from '../support/spoken.ts';
import { TestCaller } from '../support/test-caller.ts';
import { toneAmplitudePeak } from '../support/tone.ts';

let service: TestService;
const callers: TestCaller[] = [];

afterEach(async () => {
  for (const caller of callers.splice(0)) caller.close();
  await service?.stop();
});

/** Two people who talk, each a tone of their own. */
async function talk(): Promise<void> {
  for (const toneHz of [440, 1000]) {
    const caller = await TestCaller.join(service.target('UDP'), MEETING_ID);
    callers.push(caller);
    caller.talk(toneHz);
  }
}

async function change(what: 'start' | 'stop'): Promise<MeetingDetail> {
  const answer = await service.post(`/meetings/${MEETING_ID}/recording/${what}`, {});
  expect(answer.text).toContain('"recordings"');
  expect(answer.statusCode).toBe(200);
  return JSON.parse(answer.text) as MeetingDetail;
}

function recordingFolder(): string {
  return join(service.dataDirectory, 'recordings', MEETING_ID);
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('a meeting that is recorded', () => {
  it('gives its sound, who spoke when, and its state to the host', async () => {
    service = await TestService.start();
    await talk();
    const begun = await change('start');
    expect(begun).toMatchObject({ isRecording: true, recordings: [{ endedAtMs: null, failure: null }] });
    expect((await service.post(`/meetings/${MEETING_ID}/recording/start`, {})).statusCode).toBe(409);
    await pause(2500);
    const ended = await change('stop');
    expect(ended.isRecording).toBe(false);
    const [segment] = ended.recordings;
    expect(segment!.failure).toBeNull();
    const { samples, sampleRateHz } = parseWav(readFileSync(join(service.dataDirectory, segment!.file)));
    expect(samples.length / sampleRateHz).toBeGreaterThan(2);
    // Each speaks with a quarter of full scale.
    for (const toneHz of [440, 1000]) {
      expect(toneAmplitudePeak(samples, sampleRateHz, toneHz)).toBeGreaterThan(0.15);
    }
    expect(toneAmplitudePeak(samples, sampleRateHz, 700)).toBeLessThan(0.02);
    const sidecar = await service.get<{ durationMs: number; spoken: { name: string; endMs: number }[] }>(
      `/meetings/${MEETING_ID}/recordings/${segment!.id}.json`,
    );
    expect(sidecar.durationMs).toBe((samples.length * 1000) / sampleRateHz);
    expect(sidecar.spoken.map(({ name }) => name).sort()).toEqual(['<Test caller>', '<Test caller>']);
    expect(Math.max(...sidecar.spoken.map(({ endMs }) => endMs))).toBeGreaterThan(2000);
    const wav = await service.fetch(`/meetings/${MEETING_ID}/recordings/${segment!.id}.wav`);
    expect([wav.statusCode, wav.text.slice(0, 4)]).toEqual([200, 'RIFF']);
    expect((await service.post(`/meetings/${MEETING_ID}/recording/stop`, {})).statusCode).toBe(409);
  });

  it('ends its recording with itself', async () => {
    service = await TestService.start();
    await talk();
    await change('start');
    await pause(300);
    for (const caller of callers) await caller.hangUp();
    const { recordings } = await service.waitFor(
      () => service.meeting(),
      ({ isRecording }) => !isRecording,
      'the end of the recording',
    );
    expect(recordings).toMatchObject([{ failure: null }]);
    expect(recordings[0]!.endedAtMs).not.toBeNull();
  });

  it('is not recorded before anybody is there', async () => {
    service = await TestService.start();
    expect((await service.post(`/meetings/${MEETING_ID}/recording/start`, {})).statusCode).toBe(409);
    expect((await service.post('/meetings/0000000000/recording/start', {})).statusCode).toBe(404);
  });

  it.each(['wav', 'flac'])('leaves a whole %s file to a crash', async (format) => {
    service = await TestService.start({ settings: { recordings: { format } } });
    await talk();
    await change('start');
    await pause(2300);
    process.kill(service.pid, 'SIGKILL');
    const [name] = readdirSync(recordingFolder()).filter((file) => file.endsWith(`.${format}`));
    const path = join(recordingFolder(), name!);
    // Nothing but the sound: lengths that do not fit the file would be an error to flac.
    const decode = ['--decode', '--stdout', '--silent', path];
    const file = format === 'wav' ? readFileSync(path) : execFileSync('flac', decode, { maxBuffer: 2 ** 24 });
    const { samples, sampleRateHz } = parseWav(file);
    expect(samples.length).toBeGreaterThanOrEqual(sampleRateHz);
    expect(file.readUInt32LE(40)).toBe(samples.length * 2);
    expect(toneAmplitudePeak(samples, sampleRateHz, 440)).toBeGreaterThan(0.15);
  });

  it('is given out as FLAC, with the checksum of all its samples', async () => {
    service = await TestService.start({ settings: { recordings: { format: 'flac' } } });
    await talk();
    await change('start');
    await pause(1500);
    const { recordings } = await change('stop');
    const [segment] = recordings;
    expect(segment).toMatchObject({ failure: null, file: expect.stringMatching(/\.flac$/) });
    execFileSync('flac', [
      '--test',
      '--silent',
      '--warnings-as-errors',
      join(service.dataDirectory, segment!.file),
    ]);
    const answer = await service.fetch(`/meetings/${MEETING_ID}/recordings/${segment!.id}.flac`);
    expect([answer.statusCode, answer.text.slice(0, 4)]).toEqual([200, 'fLaC']);
  });

  it('goes on when the disk is full, and says so', async () => {
    service = await TestService.start();
    mkdirSync(recordingFolder(), { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=48k', 'tmpfs', recordingFolder()]);
    try {
      const listener = await TestCaller.join(service.target('UDP'), MEETING_ID);
      callers.push(listener);
      await change('start');
      const broken = await service.waitFor(
        () => service.meeting(),
        ({ isRecording }) => !isRecording,
        'the recording that breaks off',
      );
      expect(broken).toMatchObject({ state: 'started', participantCount: 1 });
      expect(broken.recordings[0]!.failure).toContain('ENOSPC');
      await hearSpoken(listener.rtp, 'recording-failed');
      const { health, problems } = await service.status();
      expect(health).toBe('degraded');
      expect(problems.join()).toContain('ENOSPC');
      await talk();
      await hearTone(listener.rtp, 440, 1);
      const { text } = await service.fetch('/metrics');
      expect(text).toMatch(/^carillon_recordings_broken [1-9]/m);
    } finally {
      execFileSync('umount', [recordingFolder()]);
    }
  });
});
