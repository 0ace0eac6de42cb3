import { skipWhitespace, tableOf, trimmedEnd } from './grammar.ts';

const LARGEST_PORT = 65_535;
const COLON = 0x3a;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;
const HOST_CHARACTERS = tableOf('-._', true);
const IPV6_CHARACTERS = tableOf(':.%', true);

/** A host without brackets and a port; null where none was written. */
export interface HostPort {
  readonly host: string;
  readonly port: number | null;
}

/**
 * `host [ ":" port ]` of RFC 3261 §25.1 from `start` to `end`: name, IPv4 address or bracketed IPv6 reference.
 * Whitespace around the colon is allowed, as in a Via's sent-by. Null if it is something else.
 */
export function parseHostPort(text: string, start = 0, end = text.length): HostPort | null {
  let at = skipWhitespace(text, start);
  const isReference = text.charCodeAt(at) === OPENING_BRACKET;
  const table = isReference ? IPV6_CHARACTERS : HOST_CHARACTERS;
  const hostStart = isReference ? at + 1 : at;
  at = hostStart;
  while (at < end && table[text.charCodeAt(at)] === 1) at++;
  if (at === hostStart) return null;
  const host = text.slice(hostStart, at);
  if (isReference) {
    if (at >= end || text.charCodeAt(at) !== CLOSING_BRACKET) return null;
    at++;
  }
  at = skipWhitespace(text, at);
  if (at >= end) return { host, port: null };
  if (text.charCodeAt(at) !== COLON) return null;
  const port = parsePort(text, skipWhitespace(text, at + 1), trimmedEnd(text, at, end));
  return port === -1 ? null : { host, port };
}

/** -1 if it is none. */
function parsePort(text: string, start: number, end: number): number {
  if (start >= end) return -1;
  let port = 0;
  for (let at = start; at < end; at++) {
    const digit = text.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    port = port * 10 + digit;
    if (port > LARGEST_PORT) return -1;
  }
  return port;
}

/** Brackets around an IPv6 address, the port only if there is one. */
export function serializeHostPort(host: string, port: number | null): string {
  const reference = host.includes(':') ? `[${host}]` : host;
  return port === null ? reference : `${reference}:${port}`;
}
