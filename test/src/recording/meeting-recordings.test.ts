import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { RecordingListener } from '../../../media/engine/recording-link.ts';
import type { RecordingRequest } from '../../../media/record/recording-message.ts';
import { MeetingRecordings } from '../../../src/recording/meeting-recordings.ts';

const MEETING = '6064724824';
const REQUEST = { meetingId: MEETING, title: 'Stand-up', startedBy: 'Mary Major', nowMs: 1_700_000_000_000 };
const ID = '20231114T221320000Z';
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Recordings into a folder of their own, over an engine that writes an empty file and lets the test speak. */
function recordings({ isEnabled = true, failure = '', format = 'wav' as 'wav' | 'flac' } = {}) {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'carillon-recordings-'));
  folders.push(dataDirectory);
  const log: string[] = [];
  const opened: { request: RecordingRequest; listener: RecordingListener }[] = [];
  const recorder = new MeetingRecordings({
    isEnabled,
    format,
    dataDirectory,
    media: {
      record: async (request, listener) => {
        if (failure !== '') throw new Error(failure);
        opened.push({ request, listener });
        writeFileSync(request.file, '');
        return { stop: async () => ({ durationMs: 4000, failure: null }) };
      },
    },
    nameOf: (_meetingId, callId) => (callId === 'a' ? 'Mary Major' : null),
    observer: {
      recordingStarted: (meetingId, { id }) => log.push(`started ${meetingId} ${id}`),
      recordingStopped: (meetingId, { failure: why }) => log.push(`stopped ${meetingId} ${why}`),
      recordingTrouble: (meetingId, detail) => log.push(`trouble ${meetingId} ${detail}`),
    },
    now: () => REQUEST.nowMs + 2000,
  });
  const folder = join(dataDirectory, 'recordings', MEETING);
  const sidecar = (id = ID) => JSON.parse(readFileSync(join(folder, `${id}.json`), 'utf8'));
  return { recorder, dataDirectory, folder, log, opened, sidecar };
}

const ignore = (): void => undefined;

describe('recordings of a meeting', () => {
  it('have a sound file and a sidecar that says who spoke when', async () => {
    const { recorder, folder, log, opened, sidecar } = recordings();
    expect(await recorder.start(REQUEST, ignore)).toEqual({ kind: 'started' });
    expect(recorder.isRecording(MEETING)).toBe(true);
    expect(opened[0]!.request.source).toEqual({ kind: 'mix', mixId: MEETING });
    await expect.poll(() => existsSync(join(folder, `${ID}.json`))).toBe(true);
    expect(sidecar()).toMatchObject({ title: 'Stand-up', endedAtMs: null, durationMs: null, spoken: [] });
    opened[0]!.listener.onSpoken({ speakerId: 'a', startMs: 0, endMs: 900 });
    opened[0]!.listener.onSpoken({ speakerId: 'b', startMs: 500, endMs: 1500 });
    await recorder.stop(MEETING, REQUEST.nowMs + 4000);
    const segment = {
      id: ID,
      startedAtMs: REQUEST.nowMs,
      endedAtMs: REQUEST.nowMs + 4000,
      startedBy: 'Mary Major',
      file: `recordings/${MEETING}/${ID}.wav`,
      failure: null,
    };
    expect(recorder.segments(MEETING)).toEqual([segment]);
    expect(sidecar()).toEqual({
      meetingId: MEETING,
      title: 'Stand-up',
      ...segment,
      durationMs: 4000,
      spoken: [
        { callId: 'a', name: 'Mary Major', startMs: 0, endMs: 900 },
        { callId: 'b', name: null, startMs: 500, endMs: 1500 },
      ],
    });
    expect(readdirSync(folder).sort()).toEqual([`${ID}.json`, `${ID}.wav`]);
    expect(log).toEqual([`started ${MEETING} ${ID}`, `stopped ${MEETING} null`]);
  });

  it('keep the sidecar up to date while they go on', async () => {
    const { recorder, opened, sidecar } = recordings();
    await recorder.start(REQUEST, ignore);
    opened[0]!.listener.onSpoken({ speakerId: 'a', startMs: 0, endMs: 900 });
    await expect.poll(() => sidecar().spoken.length, { timeout: 5000 }).toBe(1);
    await recorder.stopAll(REQUEST.nowMs + 1);
  });

  it('are one at a time, and as many as one likes one after the other', async () => {
    const { recorder, log } = recordings();
    await recorder.start(REQUEST, ignore);
    expect(await recorder.start(REQUEST, ignore)).toMatchObject({ kind: 'refused', reason: 'failed' });
    await recorder.stop(MEETING, REQUEST.nowMs);
    await recorder.stop(MEETING, REQUEST.nowMs);
    await recorder.start(REQUEST, ignore);
    await recorder.stopAll(REQUEST.nowMs);
    expect(recorder.segments(MEETING).map(({ id }) => id)).toEqual([ID, `${ID}-2`]);
    expect(log.filter((line) => line.startsWith('stopped'))).toHaveLength(2);
    expect(recorder.openCount).toBe(0);
  });

  it('that break off end with the reason, and the next one may begin', async () => {
    const { recorder, opened, log, sidecar } = recordings();
    const broken: string[] = [];
    await recorder.start(REQUEST, (detail) => broken.push(detail));
    opened[0]!.listener.onBroken('ENOSPC: no space left on device, write');
    await expect.poll(() => recorder.isRecording(MEETING)).toBe(false);
    expect(broken).toEqual(['ENOSPC: no space left on device, write']);
    expect(recorder.segments(MEETING)[0]).toMatchObject({
      failure: broken[0],
      endedAtMs: REQUEST.nowMs + 2000,
    });
    expect(sidecar().failure).toBe(broken[0]);
    expect(recorder.brokenCount).toBe(1);
    expect(log.slice(1)).toEqual([`trouble ${MEETING} ${broken[0]}`, `stopped ${MEETING} ${broken[0]}`]);
    expect(await recorder.start({ ...REQUEST, nowMs: REQUEST.nowMs + 1 }, ignore)).toEqual({
      kind: 'started',
    });
    await recorder.stopAll(REQUEST.nowMs);
  });

  it('whose file cannot be opened are refused', async () => {
    const { recorder, log } = recordings({ failure: 'EACCES: permission denied' });
    expect(await recorder.start(REQUEST, ignore)).toEqual({
      kind: 'refused',
      reason: 'failed',
      detail: 'EACCES: permission denied',
    });
    expect(log).toEqual([`trouble ${MEETING} EACCES: permission denied`]);
    expect([recorder.isRecording(MEETING), recorder.brokenCount]).toEqual([false, 1]);
  });

  it('are not made where the configuration forbids it', async () => {
    const { recorder, folder } = recordings({ isEnabled: false });
    expect(await recorder.start(REQUEST, ignore)).toMatchObject({ reason: 'unavailable' });
    expect(existsSync(folder)).toBe(false);
  });
});

describe('recordings of an earlier run', () => {
  it('are known, and one that was cut off by a crash says so', () => {
    const { recorder, folder } = recordings();
    mkdirSync(folder, { recursive: true });
    const segment = { startedAtMs: 1, endedAtMs: 5, startedBy: null, failure: null };
    const write = (id: string, more: object) => {
      writeFileSync(join(folder, `${id}.wav`), '');
      const sidecar = {
        meetingId: MEETING,
        id,
        ...segment,
        file: `recordings/${MEETING}/${id}.wav`,
        ...more,
      };
      writeFileSync(join(folder, `${id}.json`), JSON.stringify(sidecar));
    };
    write('b', { endedAtMs: null });
    write('a', {});
    writeFileSync(join(folder, 'c.json'), '{"id": "c"');
    writeFileSync(join(folder, 'd.json'), '{"id": "x", "file": "y"}');
    const [first, second, ...others] = recorder.segments(MEETING);
    expect(first).toEqual({ id: 'a', file: `recordings/${MEETING}/a.wav`, ...segment });
    expect(second).toMatchObject({ id: 'b', failure: 'The service ended before the recording did.' });
    expect(second!.endedAtMs).toBeGreaterThan(0);
    expect(others).toEqual([]);
  });

  it('are FLAC files where that is wanted', async () => {
    const { recorder } = recordings({ format: 'flac' });
    await recorder.start({ meetingId: MEETING, title: '', startedBy: null, nowMs: 0 }, () => undefined);
    const [segment] = recorder.segments(MEETING);
    expect(segment!.file).toBe(`recordings/${MEETING}/${segment!.id}.flac`);
    expect(recorder.fileOf(MEETING, `${segment!.id}.flac`)).not.toBeNull();
    expect(recorder.fileOf(MEETING, `${segment!.id}.wav`)).toBeNull();
    await recorder.stop(MEETING, 1);
  });

  it('give out their own files and no others', () => {
    const { recorder, folder, dataDirectory } = recordings();
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'a.wav'), '');
    writeFileSync(
      join(folder, 'a.json'),
      JSON.stringify({
        id: 'a',
        file: 'a.wav',
        startedAtMs: 1,
        endedAtMs: 2,
        startedBy: null,
        failure: null,
      }),
    );
    writeFileSync(join(dataDirectory, 'secret.json'), '');
    expect(recorder.fileOf(MEETING, 'a.wav')).toBe(join(folder, 'a.wav'));
    expect(recorder.fileOf(MEETING, 'a.json')).toBe(join(folder, 'a.json'));
    for (const name of ['b.wav', '../../secret.json', 'a', '', 'a.json.new']) {
      expect(recorder.fileOf(MEETING, name)).toBeNull();
    }
  });
});
