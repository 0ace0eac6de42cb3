/** The recordings of one media worker: taps at its mixes and legs, a frame each 20 ms. */
import { open } from 'node:fs/promises';
import { Resampler } from '../codec/resampler.ts';
import type { Mixer, MixParticipant } from '../mix/mixer.ts';
import type { RecordingCommand, RecordingEvent, RecordingRequest } from './recording-message.ts';
import { SoundFile } from './sound-file.ts';
import { createSoundFormat } from './sound-format.ts';
import { SpeechWatch } from './speech-watch.ts';

/** Somebody in a mix, by name. */
export interface RecordedParticipant extends MixParticipant {
  readonly legId: string;
}

/** Where the worker's sound is. */
export interface RecordedSound<P extends RecordedParticipant> {
  mixer(mixId: string): Mixer<P> | undefined;
  participant(legId: string): P | undefined;
}

/** Wideband, whether anybody speaks it or not: a file has one rate, and who joins later may. */
const RECORDING_RATE_HZ = 16_000;

interface Recording {
  readonly request: RecordingRequest;
  readonly file: SoundFile;
  readonly speech: SpeechWatch;
  /** For a leg that is heard at 8 kHz. */
  readonly widening: Resampler;
}

const FRAME_MS = 20;
/** Belongs to whoever may read the data folder; recordings are nobody else's business. */
const FILE_MODE = 0o640;

/** Used by one recording after the other: a frame is copied before the next one is made. */
const frame = new Int16Array((RECORDING_RATE_HZ * FRAME_MS) / 1000);

export class WorkerRecordings<P extends RecordedParticipant> {
  readonly #sound: RecordedSound<P>;
  readonly #post: (event: RecordingEvent) => void;
  readonly #recordings = new Map<string, Recording>();

  constructor(sound: RecordedSound<P>, post: (event: RecordingEvent) => void) {
    this.#sound = sound;
    this.#post = post;
  }

  receive(command: RecordingCommand): void {
    if (command.type === 'start-recording') void this.#start(command.request);
    else void this.#stop(command.recordingId);
  }

  /** Every 20 ms, after the mixes. */
  advance(): void {
    for (const recording of this.#recordings.values()) this.#record(recording);
  }

  /** Frames were left out after a stall: silence stands for them, so that the time stays that of the call. */
  skip(frames: number): void {
    frame.fill(0);
    for (const { file } of this.#recordings.values()) {
      for (let skipped = 0; skipped < frames; skipped++) file.append(frame, 0, frame.length);
    }
  }

  /** Whether a leg by itself is being recorded. */
  hasLeg(legId: string): boolean {
    for (const { request } of this.#recordings.values()) {
      if (request.source.kind === 'leg' && request.source.legId === legId) return true;
    }
    return false;
  }

  /** Ends them all; the thread lives until their files are whole. */
  stop(): void {
    for (const recordingId of [...this.#recordings.keys()]) void this.#stop(recordingId);
  }

  async #start(request: RecordingRequest): Promise<void> {
    const { recordingId } = request;
    const format = createSoundFormat(request.file, RECORDING_RATE_HZ);
    const file = new SoundFile(RECORDING_RATE_HZ, format, (detail) =>
      this.#post({ type: 'recording-broken', recordingId, detail }),
    );
    this.#recordings.set(recordingId, {
      request,
      file,
      speech: new SpeechWatch(),
      widening: new Resampler(8000, RECORDING_RATE_HZ),
    });
    try {
      await file.open(open(request.file, 'wx', FILE_MODE));
      this.#post({ type: 'recording-started', recordingId });
    } catch (error) {
      this.#recordings.delete(recordingId);
      const detail = error instanceof Error ? error.message : String(error);
      this.#post({ type: 'recording-refused', recordingId, detail });
    }
  }

  async #stop(recordingId: string): Promise<void> {
    const recording = this.#recordings.get(recordingId);
    if (recording === undefined) return;
    this.#recordings.delete(recordingId);
    const { file, speech } = recording;
    for (const segment of speech.takeAll()) this.#post({ type: 'recording-spoken', recordingId, segment });
    await file.close();
    const durationMs = samplesMs(file.written);
    this.#post({
      type: 'recording-stopped',
      recordingId,
      summary: { durationMs, failure: file.failure },
    });
  }

  #record(recording: Recording): void {
    const { request, file, speech } = recording;
    if (file.failure !== null) return;
    const { source, recordingId } = request;
    if (source.kind === 'leg') {
      this.#recordLeg(recording, this.#sound.participant(source.legId));
      return;
    }
    const nowMs = samplesMs(file.appended);
    const mixer = this.#sound.mixer(source.mixId);
    // Nobody is there: the recording goes on with silence, so that its time stays that of the meeting.
    if (mixer === undefined) frame.fill(0);
    else mixer.readTotal(RECORDING_RATE_HZ, frame);
    for (const { legId, loudness } of mixer?.speaking ?? []) speech.hear(legId, loudness, nowMs, FRAME_MS);
    file.append(frame, 0, frame.length);
    for (const segment of speech.takeFinished(nowMs)) {
      this.#post({ type: 'recording-spoken', recordingId, segment });
    }
  }

  #recordLeg({ file, widening }: Recording, leg: P | undefined): void {
    if (leg === undefined) return;
    const { samples, frameOffset, sampleRateHz } = leg;
    if (sampleRateHz === RECORDING_RATE_HZ) file.append(samples, frameOffset, frame.length);
    else {
      widening.resample(samples, frameOffset, frame.length / 2, frame, 0);
      file.append(frame, 0, frame.length);
    }
  }
}

function samplesMs(samples: number): number {
  return (samples * 1000) / RECORDING_RATE_HZ;
}
