import { isWhitespace, lowerCased, tableOf } from './grammar.ts';
import { parseHostPort, serializeHostPort } from './host-port.ts';
import { Parameters } from './parameters.ts';

/** RFC 3986 §3.1 for the scheme. A pattern of one pass: nothing in it can backtrack. */
const URI_REFERENCE = /^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"]*$/;
const PERCENT = 0x25;
/** RFC 3261 §25.1: unreserved and user-unreserved. Liberal in `#` and `[]`, which devices send in users. */
const USER_CHARACTERS = tableOf("-_.!~*'()&=+$,;?/%#[]|^`{}", true);
const PASSWORD_CHARACTERS = tableOf("-_.!~*'()&=+$,%#", true);
const PARAMETER_CHARACTERS = tableOf("-_.!~*'()[]/:&+$%", true);
const HEADER_CHARACTERS = tableOf("-_.!~*'()[]/?:+$%", true);

/** What stands unescaped when we write. */
const SAFE_IN_USER = tableOf("-_.!~*'()&=+$,;?/", true);
const SAFE_IN_PASSWORD = tableOf("-_.!~*'()&=+$,", true);
const SAFE_IN_PARAMETER = tableOf("-_.!~*'()[]/:&+$", true);
const SAFE_IN_HEADER = tableOf("-_.!~*'()[]/?:+$", true);

/**
 * A URI as SIP meets them (RFC 3261 §19.1, RFC 3966). Text is unescaped; whatever was not valid UTF-8 when
 * unescaped stays as written. Every scheme parses: an unknown one is the user agent's 416, not a syntax error.
 */
export interface SipUri {
  /** Lower case: `sip`, `sips`, `tel`, or another one. */
  readonly scheme: string;
  /** The subscriber number of a tel URI. */
  readonly user: string | null;
  readonly password: string | null;
  /** Without brackets; empty for a scheme without a host. */
  readonly host: string;
  readonly port: number | null;
  readonly parameters: Parameters;
  /** Headers of a sip or sips URI, `?name=value&…`. */
  readonly headers: Parameters;
  /** Everything after the colon, for schemes other than sip, sips and tel; else empty. */
  readonly opaque: string;
}

/** What a sip URI is made of where the rest is left at its default. */
export interface SipUriInit {
  readonly scheme?: string;
  readonly user?: string | null;
  readonly password?: string | null;
  readonly host: string;
  readonly port?: number | null;
  readonly parameters?: Parameters;
  readonly headers?: Parameters;
}

export function createUri(init: SipUriInit): SipUri {
  return {
    scheme: init.scheme ?? 'sip',
    user: init.user ?? null,
    password: init.password ?? null,
    host: init.host,
    port: init.port ?? null,
    parameters: init.parameters ?? new Parameters('uri'),
    headers: init.headers ?? new Parameters('uri'),
    opaque: '',
  };
}

/** Whether the text may stand for a URI in a message: a scheme, and no whitespace, quote or angle bracket. */
export function isUriReference(text: string): boolean {
  return URI_REFERENCE.test(text);
}

/** Null if the text is no URI, or a sip, sips or tel URI that breaks its own grammar. */
export function parseUri(text: string): SipUri | null {
  if (text.startsWith('sip:')) return parseSipUri('sip', text, 4);
  const colon = text.indexOf(':');
  const scheme = lowerCased(text.slice(0, colon === -1 ? 0 : colon));
  if (scheme === 'sip' || scheme === 'sips') return parseSipUri(scheme, text, colon + 1);
  const rest = text.slice(colon + 1);
  if (scheme === 'tel') return parseTelUri(rest);
  return isUriReference(text) ? { ...createUri({ scheme, host: '' }), opaque: rest } : null;
}

function parseSipUri(scheme: string, text: string, start: number): SipUri | null {
  // The user part may hold `;`, `?` and `/`, but no second `@`: the first one ends it.
  const at = text.indexOf('@', start);
  const question = text.indexOf('?', at + 1);
  const end = question === -1 ? text.length : question;
  let semicolon = text.indexOf(';', at === -1 ? start : at);
  if (semicolon === -1 || semicolon > end) semicolon = end;
  const hostStart = at === -1 ? start : at + 1;
  if (isWhitespace(text.charCodeAt(hostStart)) || isWhitespace(text.charCodeAt(semicolon - 1))) return null;
  const hostPort = parseHostPort(text, hostStart, semicolon);
  const parameters = parseUriParameters(text.slice(semicolon, end));
  const headers = parseUriHeaders(text.slice(end));
  if (hostPort === null || parameters === null || headers === null) return null;
  const { host, port } = hostPort;
  if (at === -1) return { scheme, user: null, password: null, host, port, parameters, headers, opaque: '' };
  const colon = text.indexOf(':', start);
  const hasPassword = colon !== -1 && colon < at;
  // RFC 3261 §19.1.1: with an @ the user MUST NOT be empty. Rooms dial "@host" all the same: an empty user.
  const user = parsePart(USER_CHARACTERS, text.slice(start, hasPassword ? colon : at));
  const password = hasPassword ? parsePart(PASSWORD_CHARACTERS, text.slice(colon + 1, at)) : null;
  if (user === null || (hasPassword && password === null)) return null;
  return { scheme, user, password, host, port, parameters, headers, opaque: '' };
}

/** Unescaped; null if a character is not allowed here. UTF-8 that ought to be escaped is let through. */
function parsePart(table: Uint8Array, text: string): string | null {
  let isEscaped = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 128 && table[code] !== 1) return null;
    if (code === PERCENT) isEscaped = true;
  }
  return isEscaped ? percentDecode(text) : text;
}

function parseTelUri(rest: string): SipUri | null {
  const semicolon = rest.indexOf(';');
  const number = semicolon === -1 ? rest : rest.slice(0, semicolon);
  // RFC 3966 §3: digits, visual separators, and for local numbers hex digits, * and #.
  if (!/^\+?[0-9A-Fa-f*#().-]+$/.test(number)) return null;
  const parameters = parseUriParameters(semicolon === -1 ? '' : rest.slice(semicolon));
  return parameters && { ...createUri({ scheme: 'tel', host: '' }), user: number, parameters };
}

/** `text` is empty or begins with `;`. Of a repeated parameter the first one counts. */
function parseUriParameters(text: string): Parameters | null {
  const parameters = new Parameters('uri');
  if (text === '') return parameters;
  for (const item of text.slice(1).split(';')) {
    const equals = item.indexOf('=');
    const name = parsePart(PARAMETER_CHARACTERS, equals === -1 ? item : item.slice(0, equals));
    const value = equals === -1 ? null : parsePart(PARAMETER_CHARACTERS, item.slice(equals + 1));
    if (!name || (equals !== -1 && value === null)) return null;
    const key = lowerCased(name);
    if (!parameters.has(key)) parameters.appendAsWritten(key, value);
  }
  return parameters;
}

/** `text` is empty or begins with `?`. */
function parseUriHeaders(text: string): Parameters | null {
  const headers = new Parameters('uri');
  if (text === '') return headers;
  for (const item of text.slice(1).split('&')) {
    const equals = item.indexOf('=');
    const name = equals === -1 ? null : parsePart(HEADER_CHARACTERS, item.slice(0, equals));
    const value = parsePart(HEADER_CHARACTERS, item.slice(equals + 1));
    if (!name || value === null) return null;
    headers.setAsWritten(lowerCased(name), value);
  }
  return headers;
}

/** Percent escapes resolved as UTF-8; a `%` that begins no escape stands for itself. */
function percentDecode(text: string): string {
  return text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (run) => {
    try {
      return decodeURIComponent(run);
    } catch {
      return run;
    }
  });
}

function percentEncode(table: Uint8Array, text: string): string {
  let escaped = '';
  for (const byte of Buffer.from(text, 'utf8')) {
    escaped +=
      table[byte] === 1 ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return escaped;
}

export function serializeUri(uri: SipUri): string {
  let text = `${uri.scheme}:`;
  if (uri.scheme === 'tel') text += uri.user ?? '';
  else if (uri.scheme !== 'sip' && uri.scheme !== 'sips') return text + uri.opaque;
  else {
    if (uri.user !== null) {
      text += percentEncode(SAFE_IN_USER, uri.user);
      if (uri.password !== null) text += `:${percentEncode(SAFE_IN_PASSWORD, uri.password)}`;
      text += '@';
    }
    text += serializeHostPort(uri.host, uri.port);
  }
  for (const [name, value] of uri.parameters) {
    text += `;${percentEncode(SAFE_IN_PARAMETER, name)}`;
    if (value !== null) text += `=${percentEncode(SAFE_IN_PARAMETER, value)}`;
  }
  let separator = '?';
  for (const [name, value] of uri.headers) {
    text += `${separator}${percentEncode(SAFE_IN_HEADER, name)}=${percentEncode(SAFE_IN_HEADER, value ?? '')}`;
    separator = '&';
  }
  return text;
}

/** A sip or sips URI, as written, less its headers, which a Request-URI must not have (RFC 3261 §19.1.1). */
export function withoutHeaders(uri: string): string {
  // A question mark before the @ is the user's.
  const question = uri.indexOf('?', uri.indexOf('@') + 1);
  return question === -1 ? uri : uri.slice(0, question);
}

/** RFC 3261 §19.1.4: parameters that make two URIs differ when only one of them has them. */
const SIGNIFICANT_PARAMETERS = ['user', 'ttl', 'method', 'maddr', 'transport'];

/** Whether two URIs are equivalent (RFC 3261 §19.1.4; other schemes: the same text). */
export function areUrisEqual(left: SipUri, right: SipUri): boolean {
  if (left.scheme !== right.scheme) return false;
  if (left.opaque !== right.opaque) return false;
  if (left.user !== right.user || left.password !== right.password) return false;
  if (left.host.toLowerCase() !== right.host.toLowerCase() || left.port !== right.port) return false;
  for (const name of SIGNIFICANT_PARAMETERS) {
    if (left.parameters.has(name) !== right.parameters.has(name)) return false;
  }
  for (const [name, value] of left.parameters) {
    const other = right.parameters.get(name);
    if (other !== undefined && other?.toLowerCase() !== value?.toLowerCase()) return false;
  }
  if (left.headers.size !== right.headers.size) return false;
  for (const [name, value] of left.headers) {
    if (right.headers.get(name) !== value) return false;
  }
  return true;
}
