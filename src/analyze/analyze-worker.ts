/** The thread that reads one capture; posts how far it is, then what it found. */
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { type AnalyzeOptions, analyzeFile, type FileAnalysis } from './analyze-file.ts';

export interface AnalyzeOrder {
  readonly path: string;
  readonly options: AnalyzeOptions;
}

export type AnalyzeNews = { readonly bytes: number } | { readonly analysis: FileAnalysis };

if (!isMainThread && parentPort !== null) {
  const port = parentPort;
  const { path, options } = workerData as AnalyzeOrder;
  const stop = new AbortController();
  port.on('message', () => stop.abort());
  const tell = (news: AnalyzeNews): void => port.postMessage(news);
  tell({
    analysis: await analyzeFile(path, options, {
      onProgress: (bytes) => tell({ bytes }),
      signal: stop.signal,
    }),
  });
  port.close();
}
