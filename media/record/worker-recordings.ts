/** The recordings of one media worker: taps at its mixes and legs, a frame each 20 ms. */
import { open } from 'node:fs/promises';
import { ChurnMap } from '../../memory/churn-map.ts';
import { Resampler } from '../codec/resampler.ts';
import type { Mixer, MixParticipant } from '../mix/mixer.ts';
import { MatroskaFormat } from './matroska-format.ts';
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

/** As Voice Connectors stream it: audio/L16 at 8 kHz. */
const STREAM_RATE_HZ = 8000;

type RecordingRateHz = typeof RECORDING_RATE_HZ | typeof STREAM_RATE_HZ;

interface Recording {
  readonly request: RecordingRequest;
  readonly rateHz: RecordingRateHz;
  readonly file: SoundFile;
  readonly speech: SpeechWatch;
  /** For a leg that is heard at the other of the two rates. */
  readonly resampler: Resampler;
}

const FRAME_MS = 20;
/** Belongs to whoever may read the data folder; recordings are nobody else's business. */
const FILE_MODE = 0o640;

/** Used by one recording after the other: a frame is copied before the next one is made. */
const wideFrame = new Int16Array((RECORDING_RATE_HZ * FRAME_MS) / 1000);
const narrowFrame = new Int16Array((STREAM_RATE_HZ * FRAME_MS) / 1000);

export class WorkerRecordings<P extends RecordedParticipant> {
  readonly #sound: RecordedSound<P>;
  readonly #post: (event: RecordingEvent) => void;
  readonly #recordings = new ChurnMap<string, Recording>();
  /** How many recordings there are of a leg by itself; each leg is asked about every 20 ms. */
  readonly #countByLeg = new Map<string, number>();

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
    for (const { file, rateHz } of this.#recordings.values()) {
      const silence = frameOf(rateHz).fill(0);
      for (let skipped = 0; skipped < frames; skipped++) file.append(silence, 0, silence.length);
    }
  }

  /** Whether a leg by itself is being recorded. */
  hasLeg(legId: string): boolean {
    return this.#countByLeg.has(legId);
  }

  /** Ends them all; the thread lives until their files are whole. */
  stop(): void {
    for (const recordingId of [...this.#recordings.keys()]) void this.#stop(recordingId);
  }

  async #start(request: RecordingRequest): Promise<void> {
    const { recordingId } = request;
    const recording = this.#create(request);
    const { file } = recording;
    this.#add(recording);
    try {
      await file.open(open(request.file, 'wx', FILE_MODE));
      this.#post({ type: 'recording-started', recordingId });
    } catch (error) {
      this.#remove(recording);
      const detail = error instanceof Error ? error.message : String(error);
      this.#post({ type: 'recording-refused', recordingId, detail });
    }
  }

  #add(recording: Recording): void {
    const { recordingId, source } = recording.request;
    this.#recordings.set(recordingId, recording);
    if (source.kind === 'leg') this.#count(source.legId, 1);
  }

  #remove({ request: { recordingId, source } }: Recording): void {
    const wasThere = this.#recordings.delete(recordingId);
    if (wasThere && source.kind === 'leg') this.#count(source.legId, -1);
  }

  #count(legId: string, more: 1 | -1): void {
    const count = (this.#countByLeg.get(legId) ?? 0) + more;
    if (count === 0) this.#countByLeg.delete(legId);
    else this.#countByLeg.set(legId, count);
  }

  #create(request: RecordingRequest): Recording {
    const { recordingId, fragments } = request;
    const rateHz = fragments === undefined ? RECORDING_RATE_HZ : STREAM_RATE_HZ;
    const otherRateHz = fragments === undefined ? STREAM_RATE_HZ : RECORDING_RATE_HZ;
    const format =
      fragments === undefined
        ? createSoundFormat(request.file, rateHz)
        : new MatroskaFormat(rateHz, fragments, Date.now);
    const file = new SoundFile(rateHz, format, (detail) =>
      this.#post({ type: 'recording-broken', recordingId, detail }),
    );
    const resampler = new Resampler(otherRateHz, rateHz);
    return { request, rateHz, file, speech: new SpeechWatch(), resampler };
  }

  async #stop(recordingId: string): Promise<void> {
    const recording = this.#recordings.get(recordingId);
    if (recording === undefined) return;
    this.#remove(recording);
    const { file, speech, rateHz } = recording;
    for (const segment of speech.takeAll()) this.#post({ type: 'recording-spoken', recordingId, segment });
    await file.close();
    const durationMs = samplesMs(file.written, rateHz);
    this.#post({
      type: 'recording-stopped',
      recordingId,
      summary: { durationMs, failure: file.failure },
    });
  }

  #record(recording: Recording): void {
    const { request, rateHz, file, speech } = recording;
    if (file.failure !== null) return;
    const { source, recordingId } = request;
    if (source.kind === 'leg') {
      this.#recordLeg(recording, this.#sound.participant(source.legId));
      return;
    }
    const nowMs = samplesMs(file.appended, rateHz);
    const frame = frameOf(rateHz);
    const mixer = this.#sound.mixer(source.mixId);
    // Nobody is there: the recording goes on with silence, so that its time stays that of the meeting.
    if (mixer === undefined) frame.fill(0);
    else mixer.readTotal(rateHz, frame);
    for (const { legId, loudness } of mixer?.speaking ?? []) speech.hear(legId, loudness, nowMs, FRAME_MS);
    file.append(frame, 0, frame.length);
    for (const segment of speech.takeFinished(nowMs)) {
      this.#post({ type: 'recording-spoken', recordingId, segment });
    }
  }

  #recordLeg({ file, rateHz, resampler }: Recording, leg: P | undefined): void {
    if (leg === undefined) return;
    const { samples, frameOffset, sampleRateHz } = leg;
    const frame = frameOf(rateHz);
    if (sampleRateHz === rateHz) file.append(samples, frameOffset, frame.length);
    else {
      resampler.resample(samples, frameOffset, (sampleRateHz * FRAME_MS) / 1000, frame, 0);
      file.append(frame, 0, frame.length);
    }
  }
}

function frameOf(rateHz: RecordingRateHz): Int16Array {
  return rateHz === RECORDING_RATE_HZ ? wideFrame : narrowFrame;
}

function samplesMs(samples: number, rateHz: RecordingRateHz): number {
  return (samples * 1000) / rateHz;
}
