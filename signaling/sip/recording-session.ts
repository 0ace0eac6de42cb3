import type { SipRequest } from './message.ts';
import { type BodyPart, bodyParts } from './multipart.ts';

/** What an INVITE says of a recording session (RFC 7866): somebody has a call recorded here, and takes no part in it. */
export interface RecordingSession {
  /** From, To, Call-ID, CSeq, Contact, Content-Type and Content-Length by their names in lower case, as they came. */
  readonly headers: Readonly<Record<string, string>>;
  /** Recording metadata (RFC 7865), the XML as it came; null where none did. */
  readonly metadata: string | null;
}

/** RFC 7866 §12.1.4, and the name that drafts of RFC 7865 had. */
const METADATA_TYPES: ReadonlySet<string> = new Set([
  'application/rs-metadata+xml',
  'application/rs-metadata',
]);
/** For session border controllers that cannot say `siprec`: a header, or a parameter of the Request-URI. */
const RECORD_ONLY = 'X-Voice-Connector-Record-Only';
const RECORD_ONLY_PARAMETER = new RegExp(`;${RECORD_ONLY}=true(?:[;?]|$)`, 'i');
const TOLD_HEADERS = ['From', 'To', 'Call-ID', 'CSeq', 'Contact', 'Content-Type', 'Content-Length'];

/** Null for a request that is about no recording session. */
export function readRecordingSession(request: SipRequest): RecordingSession | null {
  const metadata = readMetadata(request);
  if (metadata === null && !isRecordOnly(request) && !request.require.includes('siprec')) return null;
  const headers = TOLD_HEADERS.map((name) => [name.toLowerCase(), request.headers.get(name) ?? '']);
  return { headers: Object.fromEntries(headers), metadata };
}

/** Whether a body part is metadata, which is understood wherever it comes. */
export function isRecordingMetadata({ contentType }: Pick<BodyPart, 'contentType'>): boolean {
  return METADATA_TYPES.has(contentType.mediaType);
}

function readMetadata(request: SipRequest): string | null {
  // Plain descriptions are by far the most, and need not be taken apart.
  const mediaType = request.contentType?.mediaType ?? '';
  if (!mediaType.startsWith('multipart/') && !METADATA_TYPES.has(mediaType)) return null;
  const part = bodyParts(request)?.find(isRecordingMetadata);
  return part === undefined ? null : Buffer.from(part.bytes).toString();
}

function isRecordOnly(request: SipRequest): boolean {
  const header = request.headers.get(RECORD_ONLY) ?? '';
  return header.trim().toLowerCase() === 'true' || RECORD_ONLY_PARAMETER.test(request.requestUri);
}
