import { badRequest, type Fault } from './fault.ts';
import { isToken, parseDecimal } from './grammar.ts';
import { onOneLine, type SipHeaders } from './headers.ts';
import { SipRequest, SipResponse } from './message.ts';
import { isUriReference } from './uri.ts';

/** What a start line makes: a message, perhaps with a fault to answer; or no message at all. */
export type StartLine =
  | { readonly message: SipRequest | SipResponse; readonly fault: Fault | null }
  | { readonly message: null; readonly fault: Fault };

/** RFC 3261 §7.1 and §7.2: a Request-Line or a Status-Line, without its line end. */
export function parseStartLine(line: string, headers: SipHeaders): StartLine {
  return line.startsWith('SIP/') || line.startsWith('sip/')
    ? parseStatusLine(line, headers)
    : parseRequestLine(line, headers);
}

/** `SIP-Version SP Status-Code SP Reason-Phrase`; the second SP may be missing (RFC 4475 §3.1.1.13). */
function parseStatusLine(line: string, headers: SipHeaders): StartLine {
  const version = line.slice(0, 7);
  const statusCode = parseDecimal(line.slice(8, 11), 699);
  const reasonPhrase = line.slice(12);
  const isSpaced = line.charAt(7) === ' ' && (line.length === 11 || line.charAt(11) === ' ');
  const isGood = version.toUpperCase() === 'SIP/2.0' && isSpaced && statusCode !== null && statusCode >= 100;
  if (!isGood || onOneLine(reasonPhrase) !== reasonPhrase) {
    return { message: null, fault: badRequest(`not a status line: ${line.slice(0, 40)}`) };
  }
  return { message: new SipResponse(statusCode, reasonPhrase, headers), fault: null };
}

/** `Method SP Request-URI SP SIP-Version`, single spaces and nothing more (RFC 4475 §3.1.2.8 to §3.1.2.10). */
function parseRequestLine(line: string, headers: SipHeaders): StartLine {
  const methodEnd = line.indexOf(' ');
  const versionStart = line.endsWith(' SIP/2.0') ? line.length - 8 : line.search(/ SIP\/\S*[ \t]*$/i);
  const method = line.slice(0, methodEnd);
  if (!isToken(method) || versionStart < methodEnd) {
    return { message: null, fault: badRequest(`not a request line: ${line.slice(0, 40)}`) };
  }
  const requestUri = line.slice(methodEnd + 1, Math.max(versionStart, methodEnd + 1));
  const message = new SipRequest(method, requestUri, headers);
  return { message, fault: findRequestLineFault(requestUri, line.slice(versionStart + 1)) };
}

function findRequestLineFault(requestUri: string, version: string): Fault | null {
  if (version !== 'SIP/2.0' && version.toUpperCase() !== 'SIP/2.0') {
    return /^SIP\/\d+\.\d+$/i.test(version)
      ? { statusCode: 505, detail: `SIP version ${version.slice(4, 24)}` }
      : badRequest('the request line does not end with SIP/2.0');
  }
  if (!isUriReference(requestUri)) {
    return badRequest(`malformed Request-URI ${requestUri.slice(0, 40)}`);
  }
  return null;
}
