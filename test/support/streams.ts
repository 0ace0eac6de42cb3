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

/** The highest correlation of two sounds, the second shifted by up to half a second either way. */
export function likeness(one: Int16Array, other: Int16Array): number {
  let best = 0;
  for (let shift = -4000; shift <= 4000; shift += 1) best = Math.max(best, correlation(one, other, shift));
  return best;
}

function correlation(one: Int16Array, other: Int16Array, shift: number): number {
  let product = 0;
  let oneEnergy = 0;
  let otherEnergy = 0;
  const begin = Math.max(0, -shift);
  const end = Math.min(one.length, other.length - shift);
  for (let index = begin; index < end; index += 3) {
    const first = one[index] as number;
    const second = other[index + shift] as number;
    product += first * second;
    oneEnergy += first * first;
    otherEnergy += second * second;
  }
  return oneEnergy === 0 || otherEnergy === 0 ? 0 : product / Math.sqrt(oneEnergy * otherEnergy);
}
