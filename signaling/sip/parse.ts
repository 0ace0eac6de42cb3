import { badRequest } from './fault.ts';
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

const END_OF_HEAD = Buffer.from('\r\n\r\n');
const CR = 0x0d;
const LF = 0x0a;

/**
 * Reads one message: a datagram, or a frame that the stream framer cut. Never throws. Line ends before the
 * start line are skipped (RFC 3261 §7.5); bytes after the body that Content-Length tells are ignored (§18.3).
 */
export function parseMessage(bytes: Uint8Array, limits: SipLimits = DEFAULT_SIP_LIMITS): ParseResult {
  if (bytes.length > limits.messageBytes) {
    return dropped(513, `message of ${bytes.length} bytes, at most ${limits.messageBytes} allowed`);
  }
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  let start = 0;
  while (buffer[start] === CR || buffer[start] === LF) start++;
  const endOfHead = buffer.indexOf(END_OF_HEAD, start);
  const head = buffer.toString('utf8', start, endOfHead === -1 ? buffer.length : endOfHead + 2);
  const body = endOfHead === -1 ? buffer.subarray(buffer.length) : buffer.subarray(endOfHead + 4);

  const endOfStartLine = head.indexOf('\r\n');
  if (endOfStartLine === -1) return dropped(400, 'no line ends with CR LF');
  const headers = new SipHeaders();
  const headerFault = parseHeaders(head, endOfStartLine + 2, headers, limits);
  const lengthFault =
    endOfStartLine > limits.lineBytes
      ? { statusCode: 414, detail: `start line of ${endOfStartLine} characters` }
      : null;
  const { message, fault: startLineFault } = parseStartLine(head.slice(0, endOfStartLine), headers, body);
  if (message === null) return dropped(startLineFault.statusCode, startLineFault.detail);
  const fault =
    lengthFault ??
    startLineFault ??
    headerFault ??
    (endOfHead === -1 ? badRequest('no empty line after the headers') : findFault(message));
  if (fault === null) return { kind: 'message', message };
  const request = message instanceof SipRequest && isAnswerable(message) ? message : null;
  return { kind: 'malformed', statusCode: fault.statusCode, detail: fault.detail, request };
}

function dropped(statusCode: number, detail: string): ParseResult {
  return { kind: 'malformed', statusCode, detail, request: null };
}
