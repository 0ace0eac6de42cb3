import { createBulkCore } from '../../media/capture/bulk/bulk-core.ts';
import { reportCapture } from '../../media/capture/capture-report.ts';
import type { CapturedStream } from '../../media/capture/captured-stream.ts';
import { type ReadOptions, readCapture } from '../../media/capture/read-capture.ts';
import { RtpCapture, type RtpCaptureOptions } from '../../media/capture/rtp-capture.ts';
import type { QualityModel } from '../../media/quality/leg-quality.ts';
import type { LadderStep } from './ladder.ts';
import { describeReadError } from './read-error.ts';
import { SignalingWatch } from './signaling-watch.ts';

export interface AnalyzeOptions extends RtpCaptureOptions {
  /** Which E-model rates; that of each codec when left out. */
  readonly qualityModel?: QualityModel;
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
  readonly streams: readonly CapturedStream[];
  /** Why it could not be read to its end, and from where; null where it could. What came before is counted. */
  readonly error: { readonly sentence: string; readonly byteOffset: number | null } | null;
}

/** Never rejects for what a file is or holds. */
export async function analyzeFile(
  path: string,
  options: AnalyzeOptions,
  readOptions: ReadOptions,
): Promise<FileAnalysis> {
  const core = createBulkCore();
  const capture = new RtpCapture(options, core);
  const signaling = new SignalingWatch(capture);
  capture.signaling = signaling;
  const error = await readCapture(path, capture, { ...readOptions, core }).then(
    () => null,
    (reason: unknown) => describeReadError(path, reason),
  );
  capture.end();
  return {
    path,
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
