/** What `analyze` prints for programs: one JSON document, or CSV (RFC 4180). */
import type { CapturedSpan, CapturedStream } from '../../media/capture/captured-stream.ts';
import type { FileAnalysis } from './analyze-file.ts';
import { rateStream, type Verdict } from './verdict.ts';

export function formatJson(files: readonly FileAnalysis[], verdict: Verdict, hasMinutes: boolean): string {
  const document = {
    files: files.map(({ streams, ladder, ...file }) => ({ ...file, streams: streams.length })),
    streams: files.flatMap(({ path, streams }) =>
      Array.from(streams, (stream) => ({ file: path, ...streamDocument(stream, hasMinutes) })),
    ),
    ...verdict,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function streamDocument({ intervals, minutes, tshark, ...stream }: CapturedStream, hasMinutes: boolean) {
  const { sourceAddress, sourcePort, destinationAddress, destinationPort, synchronizationSource } = stream;
  return {
    // Whose figures they are stands before them.
    ...{ sourceAddress, sourcePort, destinationAddress, destinationPort, synchronizationSource },
    ...stream,
    rating: rateStream(stream),
    ...(tshark === null ? {} : { tshark }),
    ...(hasMinutes ? { minutes } : {}),
  };
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
