/**
 * The one list of ways a call fails. A failure is classified once, where it arises, and the SIP status,
 * the H.323 cause, the log line and the metric are all derived from its row here.
 */

/** How a failed call is counted: the caller's doing, ours, a policy, or nobody answering. */
type FailureResult = 'rejected' | 'failed' | 'canceled' | 'timeout';

interface FailureRow {
  readonly result: FailureResult;
  /** RFC 3261 §21: the final response that refuses the INVITE. */
  readonly sipStatus: number;
  /** ITU-T Q.850 cause value, for H.323 ReleaseComplete and the Reason header (RFC 3326). */
  readonly q850Cause: number;
  /** What a person reads; becomes the SIP reason phrase. */
  readonly text: string;
}

export const CALL_FAILURES = {
  'unknown-destination': { result: 'rejected', sipStatus: 404, q850Cause: 1, text: 'Not Found' },
  'unknown-meeting': { result: 'rejected', sipStatus: 404, q850Cause: 1, text: 'Meeting Not Found' },
  'too-many-guesses': { result: 'rejected', sipStatus: 480, q850Cause: 21, text: 'Too Many Wrong IDs' },
  'meeting-full': { result: 'rejected', sipStatus: 486, q850Cause: 17, text: 'Meeting Full' },
  'meeting-locked': { result: 'rejected', sipStatus: 403, q850Cause: 21, text: 'Meeting Locked' },
  'meeting-ended': { result: 'rejected', sipStatus: 480, q850Cause: 31, text: 'Meeting Ended' },
  'invitee-already-joined': { result: 'rejected', sipStatus: 486, q850Cause: 17, text: 'ID Already In Use' },
  'no-common-codec': { result: 'rejected', sipStatus: 488, q850Cause: 88, text: 'Not Acceptable Here' },
  'no-audio-offered': { result: 'rejected', sipStatus: 488, q850Cause: 88, text: 'No Audio Offered' },
  'media-encryption-not-allowed': {
    result: 'rejected',
    sipStatus: 488,
    q850Cause: 88,
    text: 'Encrypted Media Not Accepted',
  },
  'media-encryption-required': {
    result: 'rejected',
    sipStatus: 488,
    q850Cause: 88,
    text: 'Encrypted Media Required',
  },
  'no-common-media-encryption': {
    result: 'rejected',
    sipStatus: 488,
    q850Cause: 88,
    text: 'No Common Media Encryption',
  },
  'malformed-offer': {
    result: 'rejected',
    sipStatus: 400,
    q850Cause: 100,
    text: 'Malformed Session Description',
  },
  'unsupported-body': { result: 'rejected', sipStatus: 415, q850Cause: 79, text: 'Unsupported Media Type' },
  'not-allowed': { result: 'rejected', sipStatus: 403, q850Cause: 21, text: 'Forbidden' },
  'source-not-allowed': { result: 'rejected', sipStatus: 403, q850Cause: 21, text: 'Source Not Allowed' },
  'connector-disabled': { result: 'rejected', sipStatus: 403, q850Cause: 21, text: 'Calling Disabled' },
  'encryption-required': { result: 'rejected', sipStatus: 403, q850Cause: 21, text: 'Encryption Required' },
  'number-not-valid': { result: 'rejected', sipStatus: 404, q850Cause: 28, text: 'Number Not Valid' },
  'country-not-allowed': { result: 'rejected', sipStatus: 403, q850Cause: 21, text: 'Country Not Allowed' },
  'caller-id-not-valid': {
    result: 'rejected',
    sipStatus: 403,
    q850Cause: 21,
    text: 'Caller Id is not valid',
  },
  'no-route': { result: 'rejected', sipStatus: 480, q850Cause: 3, text: 'No Route' },
  'routes-failed': { result: 'failed', sipStatus: 503, q850Cause: 27, text: 'All Routes Failed' },
  'too-many-calls': { result: 'rejected', sipStatus: 503, q850Cause: 42, text: 'Too Many Calls' },
  'too-many-calls-per-second': {
    result: 'rejected',
    sipStatus: 503,
    q850Cause: 42,
    text: 'Call Rate Exceeded',
  },
  'too-many-hops': { result: 'failed', sipStatus: 483, q850Cause: 25, text: 'Too Many Hops' },
  'loop-detected': { result: 'failed', sipStatus: 482, q850Cause: 25, text: 'Loop Detected' },
  'no-media-port': { result: 'failed', sipStatus: 503, q850Cause: 34, text: 'No Media Port Free' },
  'media-worker-lost': { result: 'failed', sipStatus: 500, q850Cause: 41, text: 'Media Worker Lost' },
  'no-media': { result: 'failed', sipStatus: 408, q850Cause: 102, text: 'No Media Received' },
  'no-acknowledgement': { result: 'timeout', sipStatus: 408, q850Cause: 102, text: 'ACK timeout' },
  'session-expired': { result: 'timeout', sipStatus: 408, q850Cause: 102, text: 'Session Timer Expired' },
  'no-answer': { result: 'timeout', sipStatus: 480, q850Cause: 19, text: 'No Answer' },
  'no-response': { result: 'timeout', sipStatus: 408, q850Cause: 102, text: 'Request Timeout' },
  'transport-failure': { result: 'failed', sipStatus: 503, q850Cause: 27, text: 'Transport Failure' },
  'caller-canceled': { result: 'canceled', sipStatus: 487, q850Cause: 16, text: 'Request Terminated' },
  'remote-rejected': { result: 'rejected', sipStatus: 480, q850Cause: 31, text: 'Rejected By Far End' },
  'service-stopping': { result: 'failed', sipStatus: 503, q850Cause: 41, text: 'Service Stopping' },
  'internal-error': { result: 'failed', sipStatus: 500, q850Cause: 41, text: 'Server Internal Error' },
} as const satisfies Record<string, FailureRow>;

/** A slug of {@link CALL_FAILURES}; stable, for logs, metrics and `/calls`. */
export type FailureReason = keyof typeof CALL_FAILURES;

/** What a refusal says instead of its row: the far end's own status, or the one that is configured. */
export type FailureAnswer = Partial<Pick<FailureRow, 'sipStatus' | 'text'>>;

/**
 * Why a call failed, thrown at the place that knows and caught once by the story of the call.
 * `message` is the sentence for a person ("no meeting 1234567890; the ones configured are …").
 */
export class CallFailure extends Error {
  override readonly name = 'CallFailure';
  readonly reason: FailureReason;
  /** Seconds for Retry-After (RFC 3261 §20.33), where waiting helps. */
  readonly retryAfterSeconds: number | null;
  readonly #answer: FailureAnswer | null;

  /** @param answer where another status or phrase than the row's is to be said. */
  constructor(
    reason: FailureReason,
    detail: string,
    retryAfterSeconds: number | null = null,
    answer: FailureAnswer | null = null,
  ) {
    super(detail);
    this.reason = reason;
    this.retryAfterSeconds = retryAfterSeconds;
    this.#answer = answer;
  }

  get row(): FailureRow {
    const row: FailureRow = CALL_FAILURES[this.reason];
    return this.#answer === null ? row : { ...row, ...this.#answer };
  }
}

/** The result, or the CallFailure thrown instead. */
export function attempt<T>(action: () => T): T | CallFailure {
  try {
    return action();
  } catch (error) {
    if (error instanceof CallFailure) return error;
    throw error;
  }
}
