import type { GuessFailure } from './guessing.ts';

/**
 * One line of `logs/guessing.jsonl`, for programs that bar who guesses. The order of the keys is part of the format:
 * what stands before `source` is ours alone, so that no caller can write a line that names another. A key may be added
 * at the end; anything else makes another `version`.
 */
export function serializeGuessFailure(failure: GuessFailure): string {
  const { atMs, source, kind, way, meetingId, callId, protocol, transport, delayMs } = failure;
  return JSON.stringify({
    type: 'guess-failed',
    version: 1,
    time: new Date(atMs).toISOString(),
    source,
    kind,
    way,
    meetingId,
    callId,
    protocol,
    transport,
    delayMs,
  });
}
