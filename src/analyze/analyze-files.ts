import { CapturedStreams } from '../../media/capture/captured-streams.ts';
import { type AnalyzeOptions, addDocument, analyzeFile, type FileAnalysis } from './analyze-file.ts';
import type { AnalyzeThread } from './analyze-threads.ts';

export interface AnalyzeFilesOptions {
  /** Bytes of all files read so far. */
  readonly onProgress: (bytes: number) => void;
  /** Ends the reading; files not begun are left out. */
  readonly signal: AbortSignal;
  /** They read beside this one. */
  readonly threads?: readonly AnalyzeThread[];
}

type Read = (path: string, onProgress: (bytes: number) => void) => Promise<FileAnalysis>;

/** In the order of the paths, several at once, with the result that one after the other has. */
export async function analyzeFiles(
  paths: readonly string[],
  options: AnalyzeOptions,
  { onProgress, signal, threads = [] }: AnalyzeFilesOptions,
): Promise<FileAnalysis[]> {
  const bytes = paths.map(() => 0);
  const analyses: FileAnalysis[] = [];
  let next = 0;
  const readOn = async (read: Read): Promise<void> => {
    while (next < paths.length && !signal.aborted) {
      const index = next++;
      analyses[index] = await read(paths[index] ?? '', (read) => {
        bytes[index] = read;
        onProgress(bytes.reduce((sum, each) => sum + each, 0));
      });
    }
  };
  const readHere: Read = (path, onProgress) => analyzeFile(path, options, { onProgress, signal });
  const idle = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const others = threads.map((thread) =>
    readOn(async (path, onProgress) => {
      const posted = await thread.read({ path, options, idle }, onProgress, signal);
      const { columns, document, ...reading } = posted;
      const streams = new CapturedStreams(columns);
      if (document !== null) return { ...reading, streams, document };
      const analysis = addDocument({ ...reading, streams }, options);
      Atomics.store(idle, 0, 1);
      return analysis;
    }),
  );
  await Promise.all([...others, readOn(readHere).then(() => Atomics.store(idle, 0, 1))]);
  return analyses.filter((analysis) => analysis !== undefined);
}
