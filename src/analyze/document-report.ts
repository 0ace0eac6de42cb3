/** What `analyze` prints for programs: one JSON document, or CSV (RFC 4180). */
import type { CapturedSpan, CapturedStream } from '../../media/capture/captured-stream.ts';
import type { FileAnalysis } from './analyze-file.ts';
import type { Verdict } from './verdict.ts';

/** Where the streams belong, which are written already. */
const EMPTY_STREAMS = '\n  "streams": []';

export function formatJson(files: readonly FileAnalysis[], verdict: Verdict): string {
  const documents = files.flatMap(({ document }) => (document === '' ? [] : [document]));
  const shown = {
    files: files.map(({ streams, ladder, document, ...file }) => ({ ...file, streams: streams.length })),
    streams: [],
    ...verdict,
  };
  const whole = JSON.stringify(shown, null, 2);
  const streams = documents.length === 0 ? '[]' : `[\n${documents.join(',\n')}\n  ]`;
  return `${whole.replace(EMPTY_STREAMS, () => `\n  "streams": ${streams}`)}\n`;
}

type Column<Row> = readonly [heading: string, cell: (row: Row) => string | number | boolean | null];

const SPAN_COLUMNS: readonly Column<CapturedSpan>[] = [
  ['begin', ({ beginUs }) => new Date(beginUs / 1000).toISOString()],
  ['packets', ({ packets }) => packets],
  ['bytes', ({ bytes }) => bytes],
  ['expected', ({ expected }) => expected],
  ['lost', ({ lost }) => lost],
  ['duplicates', ({ duplicates }) => duplicates],
  ['reordered', ({ reordered }) => reordered],
  ['late', ({ late }) => late],
  ['burstRatio', ({ burstRatio }) => burstRatio],
  ['bursts', ({ burstGap }) => burstGap?.bursts ?? 0],
  ['burstDensityPercent', ({ burstGap }) => burstGap?.burstDensityPercent ?? null],
  ['burstDurationMs', ({ burstGap }) => burstGap?.burstDurationMs ?? null],
  ['gapDensityPercent', ({ burstGap }) => burstGap?.gapDensityPercent ?? null],
  ['gapDurationMs', ({ burstGap }) => burstGap?.gapDurationMs ?? null],
  ['jitterUs', ({ jitterUs }) => jitterUs],
  ['jitterP95Us', ({ jitterP95Us }) => jitterP95Us],
  ['jitterMaxUs', ({ jitterMaxUs }) => jitterMaxUs],
  ['deltaMaxUs', ({ deltaMaxUs }) => deltaMaxUs],
  ['skewUs', ({ skewUs }) => skewUs],
  ['silenceUs', ({ silenceUs }) => silenceUs],
  ['packetTimeUs', ({ packetTimeUs }) => packetTimeUs],
  ['packetTimeChanges', ({ packetTimeChanges }) => packetTimeChanges],
  ['roundTripTimeUs', ({ roundTripTimeUs }) => roundTripTimeUs],
  ['unheardPercent', ({ quality }) => quality?.lossPercent ?? null],
  ['delayMs', ({ quality }) => quality?.delayMs ?? null],
  ['equipmentImpairment', ({ quality }) => quality?.equipmentImpairment ?? null],
  ['packetLossRobustness', ({ quality }) => quality?.packetLossRobustness ?? null],
  ['scale', ({ quality }) => quality?.scale ?? null],
  ['ratingListening', ({ quality }) => quality?.ratingListening ?? null],
  ['rating', ({ quality }) => quality?.ratingConversational ?? null],
  ['mosListening', ({ mosListening }) => mosListening],
  ['mosConversational', ({ mosConversational }) => mosConversational],
];

const STREAM_COLUMNS: readonly Column<CapturedStream>[] = [
  ['sourceAddress', ({ sourceAddress }) => sourceAddress],
  ['sourcePort', ({ sourcePort }) => sourcePort],
  ['destinationAddress', ({ destinationAddress }) => destinationAddress],
  ['destinationPort', ({ destinationPort }) => destinationPort],
  ['synchronizationSource', ({ synchronizationSource }) => synchronizationSource],
  ['evidence', ({ evidence }) => evidence],
  ['codec', ({ codec }) => codec],
  ['clockRateHz', ({ clockRateHz }) => clockRateHz],
  ['isClockGuessed', ({ isClockGuessed }) => isClockGuessed],
  ['isEncrypted', ({ isEncrypted }) => isEncrypted],
  ['digits', ({ digits }) => digits.map(({ digit }) => digit).join('')],
];

/** A row for each stream, or for each of its minutes. */
export function formatCsv(files: readonly FileAnalysis[], hasMinutes: boolean): string {
  const headings = ['file', ...STREAM_COLUMNS.map(headingOf), ...SPAN_COLUMNS.map(headingOf)];
  const rows = files.flatMap(({ path, streams }) =>
    [...streams].flatMap((stream) => {
      const cells = [path, ...STREAM_COLUMNS.map(([, cell]) => cell(stream))];
      const spans: readonly CapturedSpan[] = hasMinutes ? stream.minutes : [stream];
      return spans.map((span) => [...cells, ...SPAN_COLUMNS.map(([, cell]) => cell(span))]);
    }),
  );
  return [headings, ...rows].map((row) => `${row.map(quote).join(',')}\r\n`).join('');
}

function headingOf<Row>([heading]: Column<Row>): string {
  return heading;
}

function quote(cell: string | number | boolean | null): string {
  const text = cell === null ? '' : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
