import type { CapturedStream } from '../../media/capture/captured-stream.ts';
import type { FileAnalysis } from './analyze-file.ts';
import { formatNumber } from './figure-columns.ts';

/** Below it ITU-T G.107 Annex B has many users dissatisfied: R = 70. */
export const MINIMUM_MOS_DEFAULT = 3.6;

/** What users would say, by the bands of R in ITU-T G.107 Annex B; unrated where no codec is known. */
export type StreamRating = 'good' | 'fair' | 'poor' | 'bad' | 'unrated';

export function rateStream({ quality }: Pick<CapturedStream, 'quality'>): StreamRating {
  if (quality === null) return 'unrated';
  const rating = quality.ratingConversational;
  if (rating >= 80) return 'good';
  if (rating >= 70) return 'fair';
  return rating >= 60 ? 'poor' : 'bad';
}

/** What users would say of it. */
export const RATING_WORDS: Readonly<Record<StreamRating, string>> = {
  good: 'users are satisfied',
  fair: 'some users are dissatisfied',
  poor: 'many users are dissatisfied',
  bad: 'nearly all users are dissatisfied',
  unrated: 'not rated: its codec is not known',
};

export interface Verdict {
  readonly verdict: 'ok' | 'fail';
  /** Sentences for people, the first one the most important. */
  readonly reasons: readonly string[];
}

export function judge(files: readonly FileAnalysis[], minimumMos: number): Verdict {
  const sum = (count: (file: FileAnalysis) => number): number =>
    files.reduce((before, file) => before + count(file), 0);
  const streams = sum((file) => file.streams.length);
  const failed = sum((file) => file.streams.countBelow(minimumMos));
  const unrated = sum((file) => file.streams.countUnrated());
  const errors = files.flatMap(({ error }) => (error === null ? [] : [`${error.sentence}.`]));
  const isFailed = failed > 0 || errors.length > 0 || streams === 0;
  const reasons = [
    ...errors,
    describeStreams(streams, failed, minimumMos),
    ...(unrated > 0 ? [`${count(unrated, 'stream')} could not be rated.`] : []),
  ];
  return { verdict: isFailed ? 'fail' : 'ok', reasons };
}

function describeStreams(streams: number, failed: number, minimumMos: number): string {
  if (streams === 0) return 'No RTP stream was found.';
  if (failed === 0) return `${count(streams, 'stream')}, none below a MOS of ${minimumMos}.`;
  return `${failed} of ${count(streams, 'stream')} below a MOS of ${minimumMos}.`;
}

function count(number: number, noun: string): string {
  return `${formatNumber(number)} ${noun}${number === 1 ? '' : 's'}`;
}
