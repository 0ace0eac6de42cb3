import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { CapturedStreams } from '../../media/capture/captured-streams.ts';
import { type AnalyzeOptions, analyzeFile, type FileAnalysis } from './analyze-file.ts';
import type { AnalyzeNews, AnalyzeOrder, PostedAnalysis } from './analyze-worker.ts';

const WORKER_ENTRY = new URL(
  import.meta.url.endsWith('.ts') ? './analyze-worker.ts' : './analyze-worker.js',
  import.meta.url,
);
const STANDARD_INPUT = '-';

export interface AnalyzeFilesOptions {
  /** Bytes of all files read so far. */
  readonly onProgress: (bytes: number) => void;
  /** Ends the reading; files not begun are left out. */
  readonly signal: AbortSignal;
  /** Files read at once; as many as there are cores when left out. */
  readonly threads?: number;
}

/** In the order of the paths, several at once, with the result that one after the other has. */
export async function analyzeFiles(
  paths: readonly string[],
  options: AnalyzeOptions,
  { onProgress, signal, threads = availableParallelism() }: AnalyzeFilesOptions,
): Promise<FileAnalysis[]> {
  const bytes = paths.map(() => 0);
  const analyses: FileAnalysis[] = [];
  let next = 0;
  const readOn = async (read: typeof analyzeHere): Promise<void> => {
    while (next < paths.length && !signal.aborted) {
      const index = next++;
      const progress = (read: number): void => {
        bytes[index] = read;
        onProgress(bytes.reduce((sum, each) => sum + each, 0));
      };
      analyses[index] = await read({ path: paths[index] ?? '', options }, progress, signal);
    }
  };
  // Standard input belongs to this thread. It reads files too: what another one found has to be copied.
  const readers = paths.includes(STANDARD_INPUT) ? 1 : Math.min(threads, paths.length);
  const others = Array.from({ length: readers - 1 }, () => readOn(analyzeInThread));
  await Promise.all([...others, readOn(analyzeHere)]);
  return analyses.filter((analysis) => analysis !== undefined);
}

function analyzeHere(
  { path, options }: AnalyzeOrder,
  onProgress: (bytes: number) => void,
  signal: AbortSignal,
): Promise<FileAnalysis> {
  return analyzeFile(path, options, { onProgress, signal });
}

async function analyzeInThread(
  order: AnalyzeOrder,
  onProgress: (bytes: number) => void,
  signal: AbortSignal,
): Promise<FileAnalysis> {
  const worker = new Worker(WORKER_ENTRY, { workerData: order, execArgv: [] });
  const stop = (): void => worker.postMessage('stop');
  signal.addEventListener('abort', stop);
  let posted: PostedAnalysis | null = null;
  worker.on('message', (news: AnalyzeNews) => {
    if ('bytes' in news) onProgress(news.bytes);
    else posted = news.analysis;
  });
  try {
    // Rejects with what the thread threw.
    await once(worker, 'exit');
  } finally {
    signal.removeEventListener('abort', stop);
  }
  if (posted === null) throw new Error(`the thread that reads ${order.path} ended without a result`);
  const { columns, ...analysis }: PostedAnalysis = posted;
  return { ...analysis, streams: new CapturedStreams(columns) };
}
