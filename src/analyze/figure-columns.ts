/** The figures of a stream or of one of its minutes, as both tables for people have them. */
import type { CapturedSpan, CapturedStream } from '../../media/capture/captured-stream.ts';
import {
  formatBurstRatio,
  formatDelay,
  formatMos,
  formatMs,
  formatRating,
  unheardPercent,
} from './stream-text.ts';

/** What is known of the stream only is left out for its minutes. */
type FigureSource = CapturedSpan & Partial<Pick<CapturedStream, 'codecSource' | 'roundTripHalves'>>;

export interface FigureColumn {
  readonly heading: string;
  readonly cell: (span: FigureSource) => string;
}

/** The first one is the score by which streams are sorted and colored. */
export const FIGURE_COLUMNS: readonly FigureColumn[] = [
  { heading: 'MOS CQ', cell: formatScore },
  { heading: 'LQ', cell: ({ mosListening }) => formatMos(mosListening) },
  { heading: 'R', cell: formatRating },
  { heading: 'lost', cell: ({ lost }) => formatNumber(lost) },
  { heading: 'late', cell: ({ late }) => formatNumber(late) },
  { heading: '%', cell: (span) => unheardPercent(span).toFixed(2) },
  { heading: 'burst', cell: formatBurstRatio },
  { heading: 'delay ms', cell: formatDelay },
  { heading: 'jitter ms', cell: ({ jitterUs }) => formatMs(jitterUs) },
  { heading: 'p95', cell: ({ jitterP95Us }) => formatMs(jitterP95Us) },
  { heading: 'max', cell: ({ jitterMaxUs }) => formatMs(jitterMaxUs) },
  { heading: 'RTT ms', cell: formatRoundTrip },
  { heading: 'packets', cell: ({ packets }) => formatNumber(packets) },
  { heading: 'dup.', cell: ({ duplicates }) => formatNumber(duplicates) },
  { heading: 'reord.', cell: ({ reordered }) => formatNumber(reordered) },
];

/** Of a whole number, as it is written in English; `toLocaleString` takes 15 ms to learn how. */
export function formatNumber(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

function formatScore({ mosConversational, codecSource }: FigureSource): string {
  return `${codecSource?.isEstimate ? '~' : ''}${formatMos(mosConversational)}`;
}

function formatRoundTrip({ roundTripTimeUs, roundTripHalves }: FigureSource): string {
  return `${formatMs(roundTripTimeUs)}${roundTripHalves === 1 ? '½' : ''}`;
}
