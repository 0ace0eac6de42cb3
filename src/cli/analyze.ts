import { availableParallelism } from 'node:os';
import { startThreads } from '../analyze/analyze-threads.ts';
import {
  ANALYZE_HELP,
  ANALYZE_OPTIONS,
  readAnalyzeOptions,
  readMinimumMos,
  readTop,
} from './analyze-options.ts';
import { EXIT_DONE } from './exit-code.ts';
import { type ParsedOptions, parseOptions } from './options.ts';
import { type Command, type Surroundings, UsageError } from './surroundings.ts';

const STANDARD_INPUT = '-';

export const analyzeCommand: Command = { run: analyze };

async function analyze(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  const options = parseOptions(argv, ANALYZE_OPTIONS, { takesWords: true });
  const { output } = surroundings;
  if (options.has('help')) {
    output.write(ANALYZE_HELP);
    return EXIT_DONE;
  }
  const minimumMos = readMinimumMos(options.get('minimum-mos'));
  const top = readTop(options.get('top'), output.isTerminal);
  const analyzeOptions = readAnalyzeOptions(options);
  if (options.words.length === 0) throw new UsageError('Which capture? Give one file or more.');
  if (options.has('json') && options.has('csv')) throw new UsageError('--json and --csv exclude each other.');
  const threads = startThreads(countThreads(options));
  try {
    // Loaded when it is known to be needed: help and what was mistyped need not wait for it.
    const { runAnalysis } = await import('./analyze-run.ts');
    return await runAnalysis({ options, analyzeOptions, threads, minimumMos, top }, surroundings);
  } finally {
    for (const thread of threads) thread.close();
  }
}

/** Beside the main one, which reads too; standard input belongs to it, and so do parts of one capture. */
function countThreads(options: ParsedOptions): number {
  const isOneByOne = options.has('join') || options.words.includes(STANDARD_INPUT);
  return isOneByOne ? 0 : Math.min(availableParallelism(), options.words.length) - 1;
}
