import { onOneLine } from './headers.ts';
import { SipRequest, type SipResponse } from './message.ts';

/** RFC 3261 §7.1, §7.2. */
function serializeStartLine(message: SipRequest | SipResponse): string {
  return message instanceof SipRequest
    ? `${message.method} ${message.requestUri} SIP/2.0`
    : `SIP/2.0 ${message.statusCode} ${onOneLine(message.reasonPhrase)}`;
}

/** The message as it goes on the wire. Content-Length is always the body's length, written last. */
export function serializeMessage(message: SipRequest | SipResponse): Buffer {
  const head = serializeHead(message);
  const { body } = message;
  if (body.length === 0) return Buffer.from(head, 'utf8');
  const headLength = Buffer.byteLength(head, 'utf8');
  const bytes = Buffer.allocUnsafe(headLength + body.length);
  bytes.write(head, 0, headLength, 'utf8');
  bytes.set(body, headLength);
  return bytes;
}

function serializeHead(message: SipRequest | SipResponse): string {
  let head = `${serializeStartLine(message)}\r\n`;
  for (const { header, value } of message.headers.fields) {
    if (header.key !== 'content-length') head += `${header.name}: ${value}\r\n`;
  }
  return `${head}Content-Length: ${message.body.length}\r\n\r\n`;
}
