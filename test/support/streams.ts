import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { schemaErrors } from './json-schema.ts';
import { runToEnd } from './running-process.ts';
import type { TestService } from './service.ts';
import { type StreamingEventKind, streamingEventSchema } from './streaming-schemas.ts';

interface StreamingDetail {
  readonly streamingStatus: string;
  readonly transactionId: string;
  readonly callId: string;
  readonly isCaller?: boolean;
  readonly streamArn?: string;
  readonly startFragmentNumber?: string;
  readonly inviteHeaders?: Readonly<Record<string, string>>;
}

/** The streaming events so far, each checked against its schema; what is wrong with them is an error. */
export function streamingEvents(service: TestService): StreamingDetail[] {
  return service.eventLog().map((event) => {
    const { detail } = event as unknown as { detail: StreamingDetail };
    const isRecordingSession = detail.inviteHeaders !== undefined;
    const kind = `${detail.streamingStatus}${isRecordingSession ? ' of a recording session' : ''}`;
    const errors = schemaErrors(streamingEventSchema(kind as StreamingEventKind), event);
    if (errors.length > 0) throw new Error(`${kind}: ${errors.join(', ')}`);
    return detail;
  });
}

/** What a consumer of the stream hears: 8 kHz samples. */
export async function readStream(service: TestService, detail: StreamingDetail): Promise<Int16Array> {
  const [, name = ''] = (detail.streamArn ?? '').split(':stream/');
  const path = join(service.dataDirectory, 'streams', name, `${detail.startFragmentNumber}.mkv`);
  if (!existsSync(path)) throw new Error(`there is no ${path}`);
  const parameters = ['-v', 'error', '-i', path, '-f', 's16le', '-ar', '8000', '-y', `${path}.raw`];
  const { exitCode, stderr } = await runToEnd('ffmpeg', parameters, 30_000);
  if (exitCode !== 0 || stderr !== '') throw new Error(`ffmpeg does not play ${path}: ${stderr}`);
  const bytes = readFileSync(`${path}.raw`);
  return new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

const WINDOW_SAMPLES = 4000;
const MOST_SHIFT_SAMPLES = 8000;

/**
 * How like two sounds are where they are most so: the highest correlation of half a second of the one with the other,
 * shifted by up to a second. Jitter buffers of a busy machine stretch sound, but not within every half second.
 */
export function likeness(one: Int16Array, other: Int16Array): number {
  let best = 0;
  for (let from = 0; from + WINDOW_SAMPLES <= one.length && best < 0.95; from += WINDOW_SAMPLES) {
    const window = one.subarray(from, from + WINDOW_SAMPLES);
    const first = Math.max(0, from - MOST_SHIFT_SAMPLES);
    const last = Math.min(other.length - WINDOW_SAMPLES, from + MOST_SHIFT_SAMPLES);
    for (let at = first; at <= last; at++) best = Math.max(best, correlation(window, other, at));
  }
  return best;
}

/** Of a window with as much of another sound; silence is like nothing. */
function correlation(window: Int16Array, sound: Int16Array, at: number): number {
  let product = 0;
  let windowEnergy = 0;
  let soundEnergy = 0;
  for (let index = 0; index < window.length; index += 3) {
    const first = window[index] as number;
    const second = sound[at + index] as number;
    product += first * second;
    windowEnergy += first * first;
    soundEnergy += second * second;
  }
  return windowEnergy === 0 || soundEnergy === 0 ? 0 : product / Math.sqrt(windowEnergy * soundEnergy);
}
