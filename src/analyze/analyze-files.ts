import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { type AnalyzeOptions, analyzeFile, type FileAnalysis } from './analyze-file.ts';
import type { AnalyzeNews, AnalyzeOrder } from './analyze-worker.ts';

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
  const readOn = async (): Promise<void> => {
    while (next < paths.length && !signal.aborted) {
      const index = next++;
      const progress = (read: number): void => {
        bytes[index] = read;
        onProgress(bytes.reduce((sum, each) => sum + each, 0));
      };
      analyses[index] = await read(paths[index] ?? '', progress);
    }
  };
  // A thread costs more than it brings for one file, and standard input belongs to this one.
  const isParallel = paths.length > 1 && threads > 1 && !paths.includes(STANDARD_INPUT);
  const read = (path: string, progress: (read: number) => void): Promise<FileAnalysis> =>
    isParallel
      ? analyzeInThread({ path, options }, progress, signal)
      : analyzeFile(path, options, { onProgress: progress, signal });
  await Promise.all(Array.from({ length: isParallel ? Math.min(threads, paths.length) : 1 }, readOn));
  return analyses.filter((analysis) => analysis !== undefined);
}

async function analyzeInThread(
  order: AnalyzeOrder,
  onProgress: (bytes: number) => void,
  signal: AbortSignal,
): Promise<FileAnalysis> {
  const worker = new Worker(WORKER_ENTRY, { workerData: order, execArgv: [] });
  const stop = (): void => worker.postMessage('stop');
  signal.addEventListener('abort', stop);
  let analysis: FileAnalysis | null = null;
  worker.on('message', (news: AnalyzeNews) => {
    if ('bytes' in news) onProgress(news.bytes);
    else analysis = news.analysis;
  });
  try {
    // Rejects with what the thread threw.
    await once(worker, 'exit');
  } finally {
    signal.removeEventListener('abort', stop);
  }
  if (analysis === null) throw new Error(`the thread that reads ${order.path} ended without a result`);
  return analysis;
}
