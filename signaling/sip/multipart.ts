import { type ContentType, parseContentType } from './content-type.ts';
import { unquote } from './grammar.ts';
import { parseHeaders } from './header-lines.ts';
import { SipHeaders } from './headers.ts';
import { DEFAULT_SIP_LIMITS } from './limits.ts';
import type { SipMessage } from './message.ts';

/** A body, or one part of a multipart body (RFC 2046 §5.1, RFC 5621). */
export interface BodyPart {
  readonly contentType: ContentType;
  /** Lower case: `session`, `render`, `early-session` … (RFC 3261 §20.11, default by type). */
  readonly disposition: string;
  /** False if the sender says `handling=optional`: then an unknown type is no reason for a 415 (RFC 5621 §3.4). */
  readonly isRequired: boolean;
  /** The part's own headers; for a plain body those of the message. */
  readonly headers: SipHeaders;
  readonly bytes: Uint8Array;
}

const MOST_PARTS = 32;
const DEEPEST_NESTING = 4;

/**
 * The parts of a message's body, multiparts taken apart, nested ones too: one part for a plain body, none for
 * no body. Of multipart/alternative all are listed, the sender's favorite last (RFC 2046 §5.1.4). Null if
 * the body is not what its Content-Type says.
 */
export function bodyParts(message: SipMessage): BodyPart[] | null {
  if (message.body.length === 0) return [];
  const parts: BodyPart[] = [];
  return collectParts(message.headers, message.body, parts, 0) ? parts : null;
}

function collectParts(headers: SipHeaders, bytes: Uint8Array, parts: BodyPart[], depth: number): boolean {
  // RFC 2046 §5.1: a part without a type is plain text. A message with a body must name it (RFC 3261 §20.15).
  const type = headers.get('Content-Type') ?? (depth === 0 ? '' : 'text/plain');
  const contentType = parseContentType(type);
  if (contentType === null || parts.length >= MOST_PARTS) return false;
  if (!contentType.mediaType.startsWith('multipart/')) {
    parts.push(createPart(contentType, headers, bytes));
    return true;
  }
  const boundary = contentType.parameters.get('boundary');
  if (!boundary || boundary.length > 70 || depth === DEEPEST_NESTING) return false;
  const inner = splitMultipart(bytes, boundary);
  return inner?.every((part) => collectParts(part.headers, part.bytes, parts, depth + 1)) ?? false;
}

function createPart(contentType: ContentType, headers: SipHeaders, bytes: Uint8Array): BodyPart {
  const disposition = headers.get('Content-Disposition');
  const [kind = ''] = disposition?.split(';', 1) ?? [];
  const handling = /;\s*handling\s*=\s*("?[a-z]+"?)/i.exec(disposition ?? '')?.[1] ?? '';
  return {
    contentType,
    // RFC 3261 §20.11: application/sdp is a session description, anything else is to be rendered.
    disposition:
      kind.trim().toLowerCase() || (contentType.mediaType === 'application/sdp' ? 'session' : 'render'),
    isRequired: unquote(handling).toLowerCase() !== 'optional',
    headers,
    bytes,
  };
}

/**
 * Cuts a body at its boundary lines; what stands before the first and after the last is dropped. Null without
 * a closing boundary or if a part's headers are broken.
 */
function splitMultipart(
  bytes: Uint8Array,
  boundary: string,
): { headers: SipHeaders; bytes: Uint8Array }[] | null {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const delimiter = Buffer.from(`\r\n--${boundary}`, 'utf8');
  const parts: { headers: SipHeaders; bytes: Uint8Array }[] = [];
  const opensAtOnce = buffer.subarray(0, delimiter.length - 2).equals(delimiter.subarray(2));
  let at = opensAtOnce ? -2 : buffer.indexOf(delimiter);
  while (at !== -1) {
    const lineStart = at + delimiter.length;
    if (buffer.toString('latin1', lineStart, lineStart + 2) === '--') return parts;
    const lineEnd = buffer.indexOf('\r\n', lineStart);
    const next = lineEnd === -1 ? -1 : buffer.indexOf(delimiter, lineEnd);
    if (next === -1 || parts.length === MOST_PARTS) return null;
    const part = parsePart(buffer.subarray(lineEnd, next));
    if (part === null) return null;
    parts.push(part);
    at = next;
  }
  return null;
}

/** `bytes` begins with the line end of the boundary line, so that a part without headers begins with two. */
function parsePart(bytes: Buffer): { headers: SipHeaders; bytes: Uint8Array } | null {
  const endOfHead = bytes.indexOf('\r\n\r\n');
  if (endOfHead === -1) return null;
  const headers = new SipHeaders();
  const fault = parseHeaders(bytes.toString('utf8', 0, endOfHead + 2), 2, headers, DEFAULT_SIP_LIMITS);
  return fault === null ? { headers, bytes: bytes.subarray(endOfHead + 4) } : null;
}

/** Writes parts as one body; the boundary must occur in none of them and is named in the Content-Type. */
export function serializeMultipart(
  parts: readonly Pick<BodyPart, 'headers' | 'bytes'>[],
  boundary: string,
): Buffer {
  const pieces: Uint8Array[] = [];
  for (const part of parts) {
    let head = `--${boundary}\r\n`;
    for (const [name, value] of part.headers.entries()) head += `${name}: ${value}\r\n`;
    pieces.push(Buffer.from(`${head}\r\n`, 'utf8'), part.bytes, Buffer.from('\r\n'));
  }
  pieces.push(Buffer.from(`--${boundary}--\r\n`, 'utf8'));
  return Buffer.concat(pieces);
}
