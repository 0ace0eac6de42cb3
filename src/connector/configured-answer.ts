import { CallFailure } from '../../signaling/call-failure.ts';
import type { TrunkSettings } from './definition.ts';

/** The failure as it is to be said: with the status of `trunk.sipStatus` where its reason has one there. */
export function answerOf(error: unknown, { sipStatus }: TrunkSettings): CallFailure {
  if (!(error instanceof CallFailure)) return new CallFailure('internal-error', 'An internal error.');
  const statuses: Partial<Record<string, number>> = sipStatus;
  const configured = statuses[error.reason];
  if (configured === undefined) return error;
  const { text } = error.row;
  return new CallFailure(error.reason, error.message, error.retryAfterSeconds, {
    sipStatus: configured,
    text,
  });
}
