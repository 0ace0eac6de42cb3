/** What `analyze` prints for people. */
import type { CapturedSpan, CapturedStream } from '../../media/capture/captured-stream.ts';
import type { FileAnalysis } from './analyze-file.ts';
import { FIGURE_COLUMNS, formatNumber } from './figure-columns.ts';
import { reportNotes } from './report-notes.ts';
import { formatCodec, formatEnds, formatSource, sparkline } from './stream-text.ts';
import { formatTable, type TextColumn } from './text-table.ts';
import { rateStream, type StreamRating, type Verdict } from './verdict.ts';

export interface PeopleReportOptions {
  readonly hasColors: boolean;
  readonly hasMinutes: boolean;
  /** Streams shown, the worst first. */
  readonly top: number;
}

const COLORS: Readonly<Record<StreamRating, number>> = { good: 32, fair: 33, poor: 31, bad: 31, unrated: 2 };

const COLUMNS: readonly TextColumn[] = [
  ...FIGURE_COLUMNS.map(({ heading }): TextColumn => ({ heading, alignment: 'right' })),
  { heading: 'codec', alignment: 'left' },
  { heading: 'stream', alignment: 'left' },
  { heading: 'SSRC', alignment: 'left' },
  { heading: 'MOS by minute, keys', alignment: 'left' },
];

export function formatPeopleReport(
  files: readonly FileAnalysis[],
  verdict: Verdict,
  options: PeopleReportOptions,
): string {
  const sections = files.filter(({ streams }) => streams.length > 0).map((file) => formatFile(file, options));
  const mark = verdict.verdict === 'ok' ? '✓' : '✗';
  const color = verdict.verdict === 'ok' ? 32 : 31;
  const words = verdict.reasons.map((reason, index) => (index === 0 ? `${mark} ${reason}` : `  ${reason}`));
  return `${[...sections, ...words.map((line) => paint(line, color, options.hasColors)), ''].join('\n')}`;
}

function formatFile(file: FileAnalysis, options: PeopleReportOptions): string {
  const shown = file.streams.worstFirst(options.top);
  const rows = shown.flatMap((stream) => {
    const minutes = options.hasMinutes ? stream.minutes.map((minute) => minuteRow(minute)) : [];
    const rating = rateStream(stream);
    return [{ cells: streamRow(stream), rating }, ...minutes.map((cells) => ({ cells, rating }))];
  });
  const table = formatTable(
    COLUMNS,
    rows.map(({ cells }) => cells),
    (line, index) => paint(line, COLORS[rows[index]?.rating ?? 'unrated'], options.hasColors),
  );
  const { path, packets, rtpPackets, rtcpPackets, sipMessages, h323Messages } = file;
  const counts = [
    `${formatNumber(packets)} packets`,
    `${formatNumber(rtpPackets)} RTP`,
    `${formatNumber(rtcpPackets)} RTCP`,
    `${formatNumber(sipMessages)} SIP`,
    ...(h323Messages > 0 ? [`${formatNumber(h323Messages)} H.323`] : []),
  ];
  const hidden = file.streams.length - shown.length;
  const more = hidden > 0 ? `and ${formatNumber(hidden)} better ones; --top shows more\n` : '';
  return `${path}: ${counts.join(', ')}\n\n${table}${more}${formatNotes(shown)}`;
}

function formatNotes(streams: readonly CapturedStream[]): string {
  return `\n${reportNotes(streams)
    .map((note) => `  ${note}\n`)
    .join('')}`;
}

function streamRow(stream: CapturedStream): string[] {
  const keys = stream.digits.map(({ digit }) => digit).join('');
  const course = sparkline(stream.minutes.map(({ mosConversational }) => mosConversational));
  return [
    ...FIGURE_COLUMNS.map(({ cell }) => cell(stream)),
    formatCodec(stream),
    formatEnds(stream),
    formatSource(stream.synchronizationSource),
    `${course}${keys === '' ? '' : `  keys ${keys}`}`,
  ];
}

function minuteRow(minute: CapturedSpan): string[] {
  const clock = new Date(minute.beginUs / 1000).toISOString().slice(11, 19);
  return [...FIGURE_COLUMNS.map(({ cell }) => cell(minute)), '', `  from ${clock}`, '', ''];
}

function paint(line: string, color: number, hasColors: boolean): string {
  return hasColors ? `\u001b[${color}m${line}\u001b[0m` : line;
}
