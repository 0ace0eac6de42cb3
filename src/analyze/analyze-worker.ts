/** The thread that reads one capture; posts how far it is, then what it found. */
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { buffersOf, type CapturedColumns } from '../../media/capture/captured-columns.ts';
import { type AnalyzeOptions, analyzeFile, type FileAnalysis } from './analyze-file.ts';

export interface AnalyzeOrder {
  readonly path: string;
  readonly options: AnalyzeOptions;
}

/** The same with its streams as they can be handed over. */
export interface PostedAnalysis extends Omit<FileAnalysis, 'streams'> {
  readonly columns: CapturedColumns;
}

export type AnalyzeNews = { readonly bytes: number } | { readonly analysis: PostedAnalysis };

if (!isMainThread && parentPort !== null) {
  const port = parentPort;
  const { path, options } = workerData as AnalyzeOrder;
  const stop = new AbortController();
  port.on('message', () => stop.abort());
  const tell = (news: AnalyzeNews, moved: readonly ArrayBuffer[] = []): void => port.postMessage(news, moved);
  const onProgress = (bytes: number): void => tell({ bytes });
  const { streams, ...analysis } = await analyzeFile(path, options, { onProgress, signal: stop.signal });
  tell({ analysis: { ...analysis, columns: streams.columns } }, buffersOf(streams.columns));
  port.close();
}
