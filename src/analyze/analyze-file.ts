import { createBulkCore } from '../../media/capture/bulk/bulk-core.ts';
import { reportCapture } from '../../media/capture/capture-report.ts';
import type { CapturedStreams } from '../../media/capture/captured-streams.ts';
import { type ReadOptions, readCapture } from '../../media/capture/read-capture.ts';
import { RtpCapture, type RtpCaptureOptions } from '../../media/capture/rtp-capture.ts';
import type { QualityModel } from '../../media/quality/leg-quality.ts';
import { formatStreams, type StreamDocument } from './json-streams.ts';
import type { LadderStep } from './ladder.ts';
import { describeReadError } from './read-error.ts';
import { SignalingWatch } from './signaling-watch.ts';

export interface AnalyzeOptions extends RtpCaptureOptions {
  /** Which E-model rates; that of each codec when left out. */
  readonly qualityModel?: QualityModel;
  /** Of which streams a JSON document is to be printed, with their minutes or without. */
  readonly document?: StreamDocument;
}

/** What one capture held. */
export interface FileAnalysis {
  readonly path: string;
  readonly packets: number;
  readonly rtpPackets: number;
  readonly rtcpPackets: number;
  readonly sipMessages: number;
  /** Of H.225.0 and H.245. */
  readonly h323Messages: number;
  readonly ladder: readonly LadderStep[];
  readonly streams: CapturedStreams;
  /** JSON of the streams as `document` wants it, one below the other; empty without one. */
  readonly document: string;
  /** Why it could not be read to its end, and from where; null where it could. What came before is counted. */
  readonly error: { readonly sentence: string; readonly byteOffset: number | null } | null;
}

/** The same before somebody wrote the document. */
export type FileReading = Omit<FileAnalysis, 'document'>;

/** Never rejects for what a file is or holds. */
export function analyzeFile(
  path: string,
  options: AnalyzeOptions,
  readOptions: ReadOptions,
): Promise<FileAnalysis> {
  return analyzeParts([path], options, readOptions);
}

/**
 * The same for a capture that was written into several files, one after the other, as rings of files are.
 * A part that cannot be read on does not keep the next one from being read; the first such is told.
 */
export async function analyzeParts(
  paths: readonly string[],
  options: AnalyzeOptions,
  readOptions: ReadOptions,
): Promise<FileAnalysis> {
  return addDocument(await readParts(paths, options, readOptions), options);
}

export function addDocument(reading: FileReading, { document }: AnalyzeOptions): FileAnalysis {
  const text = document === undefined ? '' : formatStreams(reading.path, reading.streams, document);
  return { ...reading, document: text };
}

/** Without the document. */
export async function readParts(
  paths: readonly string[],
  options: AnalyzeOptions,
  readOptions: ReadOptions,
): Promise<FileReading> {
  const core = createBulkCore();
  const capture = new RtpCapture(options, core);
  const signaling = new SignalingWatch(capture);
  capture.signaling = signaling;
  let error: FileAnalysis['error'] = null;
  let [earlierBytes, partBytes] = [0, 0];
  const onProgress = (bytes: number): void => {
    partBytes = bytes;
    readOptions.onProgress?.(earlierBytes + bytes);
  };
  for (const path of paths) {
    if (readOptions.signal?.aborted) break;
    await readCapture(path, capture, { ...readOptions, onProgress, core }).catch((reason: unknown) => {
      error ??= describeReadError(path, reason);
    });
    earlierBytes += partBytes;
    partBytes = 0;
  }
  capture.end();
  return {
    path: paths.join(' + '),
    packets: capture.packets,
    rtpPackets: capture.rtpPackets,
    rtcpPackets: capture.rtcpPackets,
    sipMessages: signaling.sip.messages,
    h323Messages: signaling.h323.messages,
    ladder: signaling.ladder.steps,
    streams: reportCapture(capture, options.qualityModel),
    error,
  };
}
