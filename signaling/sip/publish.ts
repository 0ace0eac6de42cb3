/** Quality reports over PUBLISH, both ways (RFC 3903, RFC 6035). */
import { parseQualityReport } from '../quality-report/parse.ts';
import type { QualityReport } from '../quality-report/quality-report.ts';
import type { CallEnvironment } from './call-environment.ts';
import type { DigestCredentials } from './digest-client.ts';
import type { SipRequest, SipResponse } from './message.ts';
import { sendOutside } from './outside-request.ts';
import type { Refusal } from './refusal.ts';
import { createReply } from './reply.ts';

const EVENT_PACKAGE = 'vq-rtcpxr'; // RFC 6035 §3.1
const MEDIA_TYPE = 'application/vq-rtcpxr';
/** Of ours: a report is never changed or refreshed, so how long it stands means little. */
const EXPIRES_SECONDS = 3600;

/** A report that somebody published. */
export interface PublishedReport {
  readonly report: QualityReport;
  readonly remoteAddress: string;
  /** Who says so: From, as written. */
  readonly publisher: string;
}

/** Whether a PUBLISH is one that we take (RFC 3903 §6). */
export function readPublish(request: SipRequest): QualityReport | Refusal {
  const { headers } = request;
  const event = headers.get('Event')?.split(';')[0]?.trim().toLowerCase() ?? 'none';
  if (event !== EVENT_PACKAGE) return badEvent(`the event ${event.slice(0, 40)} is not collected here`);
  // RFC 3903 §6 step 3: no report can be changed, so no entity-tag is known.
  if (headers.has('SIP-If-Match')) {
    return { statusCode: 412, detail: 'a quality report that was published cannot be changed' };
  }
  const mediaType = request.contentType?.mediaType ?? 'none';
  if (mediaType !== MEDIA_TYPE) {
    return {
      statusCode: 415,
      detail: `a report of type ${mediaType.slice(0, 40)}`,
      headers: [['Accept', MEDIA_TYPE]],
    };
  }
  const parsed = parseQualityReport(request.body);
  return parsed.isValid ? parsed.report : { statusCode: 400, detail: parsed.defect };
}

export function badEvent(detail: string): Refusal {
  // RFC 6665 §8.3.2: a 489 says what would have been taken.
  return { statusCode: 489, detail, headers: [['Allow-Events', EVENT_PACKAGE]] };
}

/** RFC 3903 §6 step 6: with an entity-tag, and how long the state is kept, which is not at all. */
export function acceptPublish(request: SipRequest, environment: CallEnvironment): SipResponse {
  const response = createReply(request, 200, environment.settings, environment.createTag());
  response.headers.append('SIP-ETag', environment.createTag());
  response.headers.append('Expires', '0');
  return response;
}

/**
 * Publishes a report; resolves with the status of the answer.
 * @throws Error whose message is for a person, where there was none
 */
export async function publishReport(
  environment: CallEnvironment,
  collector: string,
  body: Uint8Array,
  credentials: DigestCredentials | null,
): Promise<number> {
  const headers = [
    ['Event', EVENT_PACKAGE],
    ['Expires', `${EXPIRES_SECONDS}`],
    ['Content-Type', MEDIA_TYPE],
  ] as const;
  const { statusCode } = await sendOutside(environment, {
    method: 'PUBLISH',
    target: collector,
    headers,
    body,
    credentials,
  });
  return statusCode;
}
