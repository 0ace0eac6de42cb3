/** A thread that reads captures, one after the other; posts how far it is with each, then what it found. */
import { isMainThread, type MessagePort, parentPort } from 'node:worker_threads';
import { buffersOf, type CapturedColumns } from '../../media/capture/captured-columns.ts';
import { type AnalyzeOptions, addDocument, type FileReading, readParts } from './analyze-file.ts';

export interface AnalyzeOrder {
  readonly path: string;
  readonly options: AnalyzeOptions;
  /**
   * 1 while the main thread has nothing to do. Who sets it to 0 leaves the document to the main thread, which has
   * written its own by then: that takes half the time of the first one in a thread.
   */
  readonly idle: Int32Array;
}

/** The same with its streams as they can be handed over. */
export interface PostedAnalysis extends Omit<FileReading, 'streams'> {
  readonly columns: CapturedColumns;
  /** Null where it is left to who reads this. */
  readonly document: string | null;
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

async function read({ path, options, idle }: AnalyzeOrder, port: MessagePort): Promise<void> {
  stop = new AbortController();
  const tell = (news: AnalyzeNews, moved: readonly ArrayBuffer[] = []): void => port.postMessage(news, moved);
  const onProgress = (bytes: number): void => tell({ bytes });
  const { streams, ...reading } = await readParts([path], options, { onProgress, signal: stop.signal });
  const isLeft = options.document !== undefined && Atomics.compareExchange(idle, 0, 1, 0) === 1;
  const document = isLeft ? null : addDocument({ ...reading, streams }, options).document;
  tell({ analysis: { ...reading, document, columns: streams.columns } }, buffersOf(streams.columns));
}
