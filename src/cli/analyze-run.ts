/** Reads the captures that `analyze` is given, and says what was found; loads all that it takes. */
import { statSync, writeFileSync } from 'node:fs';
import { type AnalyzeOptions, analyzeParts, type FileAnalysis } from '../analyze/analyze-file.ts';
import { analyzeFiles } from '../analyze/analyze-files.ts';
import type { AnalyzeThread } from '../analyze/analyze-threads.ts';
import { formatCsv, formatJson } from '../analyze/document-report.ts';
import { formatHtml } from '../analyze/html-page.ts';
import { formatPeopleReport } from '../analyze/people-report.ts';
import { formatTsharkReport } from '../analyze/tshark-report.ts';
import { judge, type Verdict } from '../analyze/verdict.ts';
import { EXIT_DONE, EXIT_FAILED } from './exit-code.ts';
import type { ParsedOptions } from './options.ts';
import { ProgressBar } from './progress-bar.ts';
import { CommandFailed, type Surroundings } from './surroundings.ts';

/** What the options of the command say, once they are read. */
export interface AnalyzeRequest {
  readonly options: ParsedOptions;
  readonly analyzeOptions: AnalyzeOptions;
  /** They read beside this one. */
  readonly threads: readonly AnalyzeThread[];
  readonly minimumMos: number;
  /** Streams shown to people. */
  readonly top: number;
}

export async function runAnalysis(
  { options, analyzeOptions, threads, minimumMos, top }: AnalyzeRequest,
  surroundings: Surroundings,
): Promise<number> {
  const { output } = surroundings;
  const wanted = { ...analyzeOptions, ...documentOf(options) };
  const files = await readFiles(options.words, options.has('join'), wanted, threads, surroundings);
  const verdict = judge(files, minimumMos);
  // The table for people says it itself; the others have no place for it, or one that nobody looks at.
  if (['json', 'csv', 'compat'].some((name) => options.has(name))) complain(files, surroundings);
  const page = options.get('html');
  if (page !== null) writePage(page, formatHtml(files, verdict));
  output.write(formatOutput(files, verdict, options, { top, hasColors: output.isTerminal }));
  return verdict.verdict === 'ok' ? EXIT_DONE : EXIT_FAILED;
}

function documentOf(options: ParsedOptions): Pick<AnalyzeOptions, 'document'> {
  if (!options.has('json')) return {};
  return { document: options.has('minute') ? 'minutes' : 'streams' };
}

function complain(files: readonly FileAnalysis[], { errorOutput }: Surroundings): void {
  for (const { error } of files) {
    if (error !== null) errorOutput.write(`carillon: ${error.sentence}\n`);
  }
}

function formatOutput(
  files: readonly FileAnalysis[],
  verdict: Verdict,
  options: ParsedOptions,
  view: { readonly top: number; readonly hasColors: boolean },
): string {
  const hasMinutes = options.has('minute');
  if (options.has('json')) return formatJson(files, verdict);
  if (options.has('csv')) return formatCsv(files, hasMinutes);
  if (options.has('compat')) return formatTsharkReport(files);
  return formatPeopleReport(files, verdict, { ...view, hasMinutes });
}

async function readFiles(
  paths: readonly string[],
  isJoined: boolean,
  analyzeOptions: AnalyzeOptions,
  threads: readonly AnalyzeThread[],
  { errorOutput, stopRequest }: Surroundings,
): Promise<FileAnalysis[]> {
  const sizes = paths.map(sizeOf);
  const total = sizes.reduce<number | null>(
    (sum, size) => (sum === null || size === null ? null : sum + size),
    0,
  );
  const name = paths.length === 1 ? (paths[0] ?? '') : `${paths.length} files`;
  const bar = new ProgressBar(errorOutput, name, total, performance.now());
  const onProgress = (bytes: number): void => bar.show(bytes, performance.now());
  const readOptions = { onProgress, signal: stopRequest };
  const files = isJoined
    ? [await analyzeParts(paths, analyzeOptions, readOptions)]
    : await analyzeFiles(paths, analyzeOptions, { ...readOptions, threads });
  bar.clear();
  return files;
}

function sizeOf(path: string): number | null {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat?.isFile() ? stat.size : null;
}

function writePage(path: string, page: string): void {
  try {
    writeFileSync(path, page);
  } catch (error) {
    throw new CommandFailed(`cannot write ${path}: ${(error as NodeJS.ErrnoException).code}`, {
      cause: error,
    });
  }
}
