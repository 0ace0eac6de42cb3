import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Mixer } from '../../../media/mix/mixer.ts';
import type { RecordingEvent } from '../../../media/record/recording-message.ts';
import { parseWav } from '../../../media/record/wav.ts';
import { type RecordedParticipant, WorkerRecordings } from '../../../media/record/worker-recordings.ts';
import { sineTone, toneAmplitude } from '../../support/tone.ts';

const RATE_HZ = 16_000;
const folder = mkdtempSync(join(tmpdir(), 'carillon-worker-recordings-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Somebody who says a tone without an end, frame by frame. */
class Speaker implements RecordedParticipant {
  readonly isHeard = true;
  readonly loudness = 5000;
  level = 0;
  isSpeaking = false;
  frameOffset = 0;
  readonly samples: Int16Array;
  readonly legId: string;
  readonly sampleRateHz: 8000 | 16_000;

  constructor(legId: string, sampleRateHz: 8000 | 16_000, toneHz: number) {
    this.legId = legId;
    this.sampleRateHz = sampleRateHz;
    this.samples = sineTone(toneHz, sampleRateHz, sampleRateHz * 4);
  }
}

function worker(speakers: readonly Speaker[], hasMix = true) {
  const mixer = new Mixer<Speaker>();
  for (const speaker of speakers) mixer.add(speaker);
  const events: RecordingEvent[] = [];
  const recordings = new WorkerRecordings<Speaker>(
    {
      mixer: () => (hasMix ? mixer : undefined),
      participant: (legId) => speakers.find((speaker) => speaker.legId === legId),
    },
    (event) => events.push(event),
  );
  const run = (frames: number): void => {
    for (let frame = 0; frame < frames; frame++) {
      mixer.mix();
      recordings.advance();
      for (const speaker of speakers) speaker.frameOffset += speaker.sampleRateHz / 50;
    }
  };
  const told = (type: RecordingEvent['type']) => events.filter((event) => event.type === type);
  const started = () => expect.poll(() => told('recording-started').length).toBe(1);
  const stopped = () => expect.poll(() => told('recording-stopped').length).toBe(1);
  return { recordings, run, told, started, stopped };
}

const file = (name: string): string => join(folder, name);
const read = (name: string): Int16Array => parseWav(readFileSync(file(name))).samples;

describe('the recordings of a worker', () => {
  it('hold all that a mix does, whatever the rates, and who spoke when', async () => {
    const { recordings, run, told, started, stopped } = worker([
      new Speaker('a', 8000, 440),
      new Speaker('b', 16_000, 1000),
    ]);
    const source = { kind: 'mix', mixId: 'm' } as const;
    recordings.receive({
      type: 'start-recording',
      request: { recordingId: 'r', source, file: file('m.wav') },
    });
    await started();
    run(100);
    recordings.receive({ type: 'stop-recording', recordingId: 'r' });
    await stopped();
    const samples = read('m.wav');
    expect(samples).toHaveLength(2 * RATE_HZ);
    for (const toneHz of [440, 1000]) expect(toneAmplitude(samples, RATE_HZ, toneHz)).toBeCloseTo(0.25, 1);
    expect(told('recording-spoken').map((event) => 'segment' in event && event.segment)).toEqual([
      { speakerId: 'a', startMs: 0, endMs: 2000 },
      { speakerId: 'b', startMs: 0, endMs: 2000 },
    ]);
    expect(told('recording-stopped')).toMatchObject([{ summary: { durationMs: 2000, failure: null } }]);
  });

  it.each([8000, 16_000] as const)('hold what a leg says at %i Hz', async (sampleRateHz) => {
    const { recordings, run, started, stopped } = worker([new Speaker('a', sampleRateHz, 440)]);
    const source = { kind: 'leg', legId: 'a' } as const;
    const name = `leg-${sampleRateHz}.wav`;
    recordings.receive({ type: 'start-recording', request: { recordingId: 'r', source, file: file(name) } });
    await started();
    run(50);
    recordings.receive({ type: 'stop-recording', recordingId: 'r' });
    await stopped();
    expect(read(name)).toHaveLength(RATE_HZ);
    expect(toneAmplitude(read(name), RATE_HZ, 440)).toBeCloseTo(0.25, 1);
  });

  it('go on in silence where the mix is gone or frames were left out', async () => {
    const { recordings, run, started, stopped } = worker([], false);
    const source = { kind: 'mix', mixId: 'm' } as const;
    recordings.receive({
      type: 'start-recording',
      request: { recordingId: 'r', source, file: file('s.wav') },
    });
    await started();
    run(25);
    recordings.skip(25);
    recordings.stop();
    await stopped();
    expect(read('s.wav')).toEqual(new Int16Array(RATE_HZ));
  });

  it('are refused where a file cannot be made', async () => {
    const { recordings, run, told } = worker([]);
    const request = {
      recordingId: 'r',
      source: { kind: 'mix', mixId: 'm' },
      file: '/nowhere/r.wav',
    } as const;
    recordings.receive({ type: 'start-recording', request });
    await expect.poll(() => told('recording-refused').length).toBe(1);
    run(5);
    expect(told('recording-refused')).toMatchObject([{ detail: expect.stringContaining('ENOENT') }]);
  });

  it('know of a leg as long as any recording of it is open', async () => {
    const { recordings, told, started, stopped } = worker([new Speaker('a', 8000, 440)]);
    const source = { kind: 'leg', legId: 'a' } as const;
    for (const [recordingId, name] of [
      ['kept', 'leg-known.wav'],
      ['refused', 'no-such-folder/leg.wav'],
    ] as const) {
      recordings.receive({
        type: 'start-recording',
        request: { recordingId, source, file: file(name) },
      });
    }
    await started();
    await expect.poll(() => told('recording-refused').length).toBe(1);
    expect(recordings.hasLeg('a')).toBe(true);
    recordings.receive({ type: 'stop-recording', recordingId: 'kept' });
    await stopped();
    expect(recordings.hasLeg('a')).toBe(false);
  });
});
