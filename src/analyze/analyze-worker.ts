/** The thread that reads one capture; posts how far it is, then what it found. */
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import type { RtpCaptureOptions } from '../../media/capture/rtp-capture.ts';
import { analyzeFile, type FileAnalysis } from './analyze-file.ts';

export interface AnalyzeOrder {
  readonly path: string;
  readonly captureOptions: RtpCaptureOptions;
}

export type AnalyzeNews = { readonly bytes: number } | { readonly analysis: FileAnalysis };

if (!isMainThread && parentPort !== null) {
  const port = parentPort;
  const { path, captureOptions } = workerData as AnalyzeOrder;
  const stop = new AbortController();
  port.on('message', () => stop.abort());
  const tell = (news: AnalyzeNews): void => port.postMessage(news);
  tell({
    analysis: await analyzeFile(path, captureOptions, {
      onProgress: (bytes) => tell({ bytes }),
      signal: stop.signal,
    }),
  });
  port.close();
}
