/**
 * Threads that read captures beside the main one. Loads nothing of what they do, so that they are on their way before
 * the main thread has loaded it for itself.
 */
import { Worker } from 'node:worker_threads';
import type { AnalyzeNews, AnalyzeOrder, PostedAnalysis } from './analyze-worker.ts';

const WORKER_ENTRY = new URL(
  import.meta.url.endsWith('.ts') ? './analyze-worker.ts' : './analyze-worker.js',
  import.meta.url,
);

interface PendingRead {
  readonly onProgress: (bytes: number) => void;
  readonly resolve: (analysis: PostedAnalysis) => void;
  readonly reject: (reason: unknown) => void;
}

/** One of them; reads one capture at a time. */
export class AnalyzeThread {
  readonly #worker = new Worker(WORKER_ENTRY, { execArgv: [] });
  #pending: PendingRead | null = null;
  /** Why it does not read any more. */
  #failure: unknown = null;

  constructor() {
    this.#worker.on('message', (news: AnalyzeNews) => {
      if ('bytes' in news) this.#pending?.onProgress(news.bytes);
      else this.#pending?.resolve(news.analysis);
    });
    this.#worker.on('error', (reason) => this.#end(reason));
    this.#worker.on('exit', () => this.#end(new Error('a thread that reads captures ended')));
  }

  /** Rejects with what the thread threw. */
  async read(
    order: AnalyzeOrder,
    onProgress: (bytes: number) => void,
    signal: AbortSignal,
  ): Promise<PostedAnalysis> {
    const stop = (): void => this.#worker.postMessage('stop');
    signal.addEventListener('abort', stop);
    try {
      return await new Promise((resolve, reject) => {
        this.#pending = { onProgress, resolve, reject };
        if (this.#failure !== null) reject(this.#failure);
        this.#worker.postMessage(order);
      });
    } finally {
      this.#pending = null;
      signal.removeEventListener('abort', stop);
    }
  }

  close(): void {
    void this.#worker.terminate();
  }

  #end(reason: unknown): void {
    this.#failure ??= reason;
    this.#pending?.reject(this.#failure);
  }
}

export function startThreads(count: number): AnalyzeThread[] {
  return Array.from({ length: count }, () => new AnalyzeThread());
}
