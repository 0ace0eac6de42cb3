/** A thread that reads captures, one after the other; posts how far it is with each, then what it found. */
import { isMainThread, type MessagePort, parentPort } from 'node:worker_threads';
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

let stop = new AbortController();

if (!isMainThread && parentPort !== null) {
  const port = parentPort;
  port.on('message', (order: AnalyzeOrder | 'stop') => {
    if (order === 'stop') stop.abort();
    else void read(order, port);
  });
}

async function read({ path, options }: AnalyzeOrder, port: MessagePort): Promise<void> {
  stop = new AbortController();
  const tell = (news: AnalyzeNews, moved: readonly ArrayBuffer[] = []): void => port.postMessage(news, moved);
  const onProgress = (bytes: number): void => tell({ bytes });
  const { streams, ...analysis } = await analyzeFile(path, options, { onProgress, signal: stop.signal });
  tell({ analysis: { ...analysis, columns: streams.columns } }, buffersOf(streams.columns));
}
