import { statSync, writeFileSync } from 'node:fs';
import type { PortRange } from '../../media/capture/known-media.ts';
import type { RtpCaptureOptions } from '../../media/capture/rtp-capture.ts';
import type { FileAnalysis } from '../analyze/analyze-file.ts';
import { analyzeFiles } from '../analyze/analyze-files.ts';
import { formatCsv, formatJson } from '../analyze/document-report.ts';
import { formatHtml } from '../analyze/html-page.ts';
import { formatPeopleReport } from '../analyze/people-report.ts';
import { formatTsharkReport } from '../analyze/tshark-report.ts';
import { judge, MINIMUM_MOS_DEFAULT, type Verdict } from '../analyze/verdict.ts';
import { EXIT_DONE, EXIT_FAILED } from './exit-code.ts';
import { formatHelp, type OptionSpec, type ParsedOptions, parseOptions } from './options.ts';
import { ProgressBar } from './progress-bar.ts';
import { type Command, CommandFailed, type Surroundings, UsageError } from './surroundings.ts';

const OPTIONS: readonly OptionSpec[] = [
  { name: 'minute', about: 'a row for each minute of each stream too' },
  { name: 'json', about: 'print one JSON document: { files, streams, verdict, reasons }' },
  { name: 'csv', about: 'print comma-separated values; with --minute a row for each minute' },
  {
    name: 'html',
    argument: 'FILE',
    about: 'write a page with plots, which needs nothing else to be looked at',
  },
  { name: 'rtp-port', argument: 'PORTS', about: 'UDP ports that carry RTP for sure: 5004 or 10000-20000' },
  {
    name: 'minimum-mos',
    argument: 'MOS',
    about: `fail when a stream is below; ${MINIMUM_MOS_DEFAULT} by default`,
  },
  { name: 'top', argument: 'COUNT', about: 'streams in the table; on a terminal 40, else all' },
  { name: 'compat', argument: 'TOOL', about: 'figures by the definitions of another tool: tshark' },
];

const HELP = formatHelp({
  usage: 'carillon analyze [OPTION]… FILE…',
  about:
    'Tells how good the calls in captures were: loss, jitter, round-trip time and MOS of each RTP stream.\n' +
    'Reads pcap and pcapng, also packed with gzip; - is standard input. Exit status 1 when a stream is too bad,\n' +
    'none is there, or a file cannot be read to its end.',
  options: OPTIONS,
  examples: [
    ['carillon analyze call.pcap', 'the streams, the worst first'],
    ['carillon analyze --html call.html call.pcapng.gz', 'a page to look at'],
    ['carillon analyze --json --minute *.pcap', 'for a script'],
    ['tcpdump -c 5000 -w - udp | carillon analyze -', 'what passes by now'],
  ],
});

const TOP_ON_TERMINAL = 40;
/** Plots want more points than one a minute. */
const PLOT_INTERVAL_US = 5_000_000;

export const analyzeCommand: Command = { run: analyze };

async function analyze(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  const options = parseOptions(argv, OPTIONS, { takesWords: true });
  const { output } = surroundings;
  if (options.has('help')) {
    output.write(HELP);
    return EXIT_DONE;
  }
  const minimumMos = readMinimumMos(options.get('minimum-mos'));
  const top = readTop(options.get('top'), output.isTerminal);
  const captureOptions = readCaptureOptions(options);
  if (options.words.length === 0) throw new UsageError('Which capture? Give one file or more.');
  if (options.has('json') && options.has('csv')) throw new UsageError('--json and --csv exclude each other.');
  const files = await readFiles(options.words, captureOptions, surroundings);
  const verdict = judge(files, minimumMos);
  // The table for people says it itself; the others have no place for it, or one that nobody looks at.
  if (['json', 'csv', 'compat'].some((name) => options.has(name))) complain(files, surroundings);
  const page = options.get('html');
  if (page !== null) writePage(page, formatHtml(files, verdict));
  output.write(formatOutput(files, verdict, options, { top, hasColors: output.isTerminal }));
  return verdict.verdict === 'ok' ? EXIT_DONE : EXIT_FAILED;
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
  if (options.has('json')) return formatJson(files, verdict, hasMinutes);
  if (options.has('csv')) return formatCsv(files, hasMinutes);
  if (options.has('compat')) return formatTsharkReport(files);
  return formatPeopleReport(files, verdict, { ...view, hasMinutes });
}

async function readFiles(
  paths: readonly string[],
  captureOptions: RtpCaptureOptions,
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
  const files = await analyzeFiles(paths, captureOptions, { onProgress, signal: stopRequest });
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

function readCaptureOptions(options: ParsedOptions): RtpCaptureOptions {
  const compat = options.get('compat');
  if (compat !== null && compat !== 'tshark') {
    throw new UsageError(`--compat knows tshark only; found "${compat}".`);
  }
  return {
    rtpPorts: options.getAll('rtp-port').map(readPorts),
    isTsharkCompatible: compat !== null,
    ...(options.has('html') ? { intervalUs: PLOT_INTERVAL_US } : {}),
  };
}

function readPorts(text: string): PortRange {
  const [, firstText = '', lastText = firstText] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? [];
  const first = Number(firstText);
  const last = Number(lastText);
  if (firstText === '' || first < 1 || last < first || last > 0xffff) {
    throw new UsageError(`--rtp-port takes a port or a range such as 10000-20000; found "${text}".`);
  }
  return { first, last };
}

function readMinimumMos(text: string | null): number {
  if (text === null) return MINIMUM_MOS_DEFAULT;
  const mos = Number(text);
  if (text.trim() === '' || !(mos >= 1 && mos <= 5)) {
    throw new UsageError(`--minimum-mos takes a number from 1 to 5; found "${text}".`);
  }
  return mos;
}

function readTop(text: string | null, isTerminal: boolean): number {
  if (text === null) return isTerminal ? TOP_ON_TERMINAL : Number.POSITIVE_INFINITY;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new UsageError(`--top takes a number of streams; found "${text}".`);
  return Number(text);
}
