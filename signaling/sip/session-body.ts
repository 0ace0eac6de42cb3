import type { SipMessage } from './message.ts';
import { type BodyPart, bodyParts } from './multipart.ts';
import { isRecordingMetadata } from './recording-session.ts';
import type { Refusal } from './refusal.ts';

/** What we read as the body of an INVITE; the Accept of OPTIONS and of a 415 (RFC 3261 §20.1). */
export const SESSION_MEDIA_TYPES =
  'application/sdp, application/rs-metadata+xml, multipart/mixed, multipart/alternative';

/** The session description in a message, or why its body cannot be taken. */
export type SessionBody =
  | { readonly kind: 'absent' }
  | { readonly kind: 'description'; readonly bytes: Uint8Array }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

const ABSENT: SessionBody = { kind: 'absent' };

/** Finds the session description, alone or among the parts of a multipart (RFC 3261 §8.2.3, RFC 5621). */
export function readSessionBody(message: SipMessage): SessionBody {
  if (message.body.length === 0) {
    return ABSENT;
  }
  const encoding = message.headers.get('Content-Encoding');
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    return refuse(`the content encoding "${encoding.slice(0, 40)}" is not understood`, [
      'Accept-Encoding',
      'identity',
    ]);
  }
  const parts = bodyParts(message);
  if (parts === null) {
    const type = message.headers.get('Content-Type');
    return refuse(`the body is not what its Content-Type ${type === undefined ? '(none)' : 'says'} asks for`);
  }
  const description = parts.find(isDescription);
  const stranger = parts.find((part) => part !== description && isDemanded(part, message));
  if (stranger !== undefined) {
    return refuse(
      `a body of type ${stranger.contentType.mediaType} (${stranger.disposition}) is not understood`,
    );
  }
  return description === undefined ? ABSENT : { kind: 'description', bytes: description.bytes };
}

function isDescription(part: BodyPart): boolean {
  return part.contentType.mediaType === 'application/sdp' && part.disposition === 'session';
}

/**
 * RFC 5621 §3.4: a part that must be understood. Not so a part another header refers to by its Content-ID
 * (a Geolocation, say), nor what an alternative offers besides the description.
 */
function isDemanded(part: BodyPart, message: SipMessage): boolean {
  const isAlternative = message.contentType?.mediaType === 'multipart/alternative';
  const isKnown = isAlternative || isRecordingMetadata(part);
  return part.isRequired && !isKnown && !part.headers.has('Content-ID');
}

function refuse(
  detail: string,
  header: readonly [string, string] = ['Accept', SESSION_MEDIA_TYPES],
): SessionBody {
  return { kind: 'refused', refusal: { statusCode: 415, detail, headers: [header] } };
}
