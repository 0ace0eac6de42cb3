import type { CallFailure } from '../call-failure.ts';
import { serializeReason } from './reason.ts';
import { SESSION_MEDIA_TYPES } from './session-body.ts';

/** A request refused, before or outside of any call: status and headers for the caller, a sentence for the log. */
export interface Refusal {
  readonly statusCode: number;
  /** Goes out as Warning 399. */
  readonly detail: string;
  /** `Allow`, `Unsupported`, `Accept`, `Retry-After`, … that the status calls for. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  /** Reason phrase, where it is not the registered one. */
  readonly reasonPhrase?: string;
}

/** How a failed call is refused: status and phrase of its row, the Q.850 cause as RFC 6432 §4 allows. */
export function refusalOf(failure: CallFailure): Refusal {
  const { sipStatus, q850Cause, text } = failure.row;
  const headers: (readonly [string, string])[] = [
    ['Reason', serializeReason({ protocol: 'Q.850', cause: q850Cause, text })],
  ];
  if (failure.retryAfterSeconds !== null) {
    headers.push(['Retry-After', `${failure.retryAfterSeconds}`]);
  }
  if (sipStatus === 415) {
    headers.push(['Accept', SESSION_MEDIA_TYPES]);
  }
  return { statusCode: sipStatus, reasonPhrase: text, detail: failure.message, headers };
}

/** RFC 3261 §14.2 and RFC 3311 §5.2: an offer of theirs is still open, come again within 0 to 10 s. */
export function tryLater(random: number): Refusal {
  return {
    statusCode: 500,
    detail: 'an earlier offer has not been answered yet',
    headers: [['Retry-After', `${Math.floor(random * 11)}`]],
  };
}

/** RFC 3261 §14.2 and RFC 3311 §5.2: both sides change the session at once. A mere refresh of ours changes nothing. */
export const GLARE: Refusal = {
  statusCode: 491,
  detail: 'an offer from our side has not been answered yet',
};
