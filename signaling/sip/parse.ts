import { badRequest, type Fault } from './fault.ts';
import { parseHeaders } from './header-lines.ts';
import { SipHeaders } from './headers.ts';
import { DEFAULT_SIP_LIMITS, type SipLimits } from './limits.ts';
import { SipRequest, type SipResponse } from './message.ts';
import { parseStartLine } from './start-line.ts';
import { findFault, isAnswerable } from './validate.ts';

/** A message, or why it is none. */
export type ParseResult =
  | { readonly kind: 'message'; readonly message: SipRequest | SipResponse }
  | {
      readonly kind: 'malformed';
      /** What a stateless answer says. */
      readonly statusCode: number;
      /** One sentence for the log, the counter and the reason phrase. */
      readonly detail: string;
      /** Enough of the request for `createResponse`; null: nobody can be answered, drop it. */
      readonly request: SipRequest | null;
    };

export const END_OF_HEAD = Buffer.from('\r\n\r\n');
const CR = 0x0d;
const LF = 0x0a;

/** The start line and the headers of a message, read before its body is there. */
export type MessageHead =
  | { readonly message: SipRequest | SipResponse; readonly fault: Fault | null }
  /** No start line of SIP's. */
  | { readonly message: null; readonly fault: Fault };

/**
 * Reads one message, as a datagram holds it. Never throws. Line ends before the start line are skipped
 * (RFC 3261 §7.5); bytes after the body that Content-Length tells are ignored (§18.3).
 */
export function parseMessage(bytes: Uint8Array, limits: SipLimits = DEFAULT_SIP_LIMITS): ParseResult {
  if (bytes.length > limits.messageBytes) {
    return dropped(513, `message of ${bytes.length} bytes, at most ${limits.messageBytes} allowed`);
  }
  const buffer = asBuffer(bytes);
  let start = 0;
  while (buffer[start] === CR || buffer[start] === LF) start++;
  const endOfHead = buffer.indexOf(END_OF_HEAD, start);
  const head = parseHead(buffer, start, endOfHead === -1 ? buffer.length : endOfHead + 2, limits);
  return completeMessage(head, endOfHead === -1 ? null : buffer.subarray(endOfHead + END_OF_HEAD.length));
}

/** Reads a start line and header lines, from `start` to behind the line end of the last one. */
export function parseHead(buffer: Buffer, start: number, end: number, limits: SipLimits): MessageHead {
  const text = buffer.toString('utf8', start, end);
  const endOfStartLine = text.indexOf('\r\n');
  if (endOfStartLine === -1) return { message: null, fault: badRequest('no line ends with CR LF') };
  const headers = new SipHeaders();
  const headerFault = parseHeaders(text, endOfStartLine + 2, headers, limits);
  const startLine = parseStartLine(text.slice(0, endOfStartLine), headers);
  if (startLine.message === null) return startLine;
  const lengthFault =
    endOfStartLine > limits.lineBytes
      ? { statusCode: 414, detail: `start line of ${endOfStartLine} characters` }
      : null;
  return { message: startLine.message, fault: lengthFault ?? startLine.fault ?? headerFault };
}

/** Gives a message its body, and judges the whole; a body of null says that the headers never ended. */
export function completeMessage(head: MessageHead, body: Uint8Array | null): ParseResult {
  const { message } = head;
  if (message === null) return dropped(head.fault.statusCode, head.fault.detail);
  if (body !== null) message.body = body;
  const fault =
    head.fault ?? (body === null ? badRequest('no empty line after the headers') : findFault(message));
  if (fault === null) return { kind: 'message', message };
  const request = message instanceof SipRequest && isAnswerable(message) ? message : null;
  return { kind: 'malformed', statusCode: fault.statusCode, detail: fault.detail, request };
}

function dropped(statusCode: number, detail: string): ParseResult {
  return { kind: 'malformed', statusCode, detail, request: null };
}

/** The same bytes, as what Node can search. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
