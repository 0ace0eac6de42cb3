import { endOfQuotedString, isToken, quote, skipWhitespace, trimmedEnd, unquote } from './grammar.ts';

/** One challenge or one set of credentials: a scheme and its parameters (RFC 3261 §25.1, RFC 7235 §2.1). */
export interface AuthenticationHeader {
  /** Lower case, `digest`. */
  readonly scheme: string;
  /** Names in lower case; values unquoted. */
  readonly parameters: ReadonlyMap<string, string>;
}

const COMMA = 0x2c;
const MOST_PARAMETERS = 32;

/** `scheme LWS name=value *(COMMA name=value)`; null if it is not that, or a parameter is repeated. */
export function parseAuthenticationHeader(value: string): AuthenticationHeader | null {
  const schemeStart = skipWhitespace(value, 0);
  const space = value.indexOf(' ', schemeStart);
  if (space === -1 || !isToken(value, schemeStart, space)) return null;
  const parameters = new Map<string, string>();
  let at = skipWhitespace(value, space);
  while (at < value.length) {
    const equals = value.indexOf('=', at);
    const nameEnd = trimmedEnd(value, at, equals);
    if (equals === -1 || !isToken(value, at, nameEnd)) return null;
    const name = value.slice(at, nameEnd).toLowerCase();
    const start = skipWhitespace(value, equals + 1);
    const end = endOfParameterValue(value, start);
    if (end === -1 || parameters.has(name) || parameters.size === MOST_PARAMETERS) return null;
    parameters.set(name, unquote(value.slice(start, trimmedEnd(value, start, end))));
    at = skipWhitespace(value, end);
    if (at < value.length && value.charCodeAt(at) !== COMMA) return null;
    at = skipWhitespace(value, at + 1);
  }
  return { scheme: value.slice(schemeStart, space).toLowerCase(), parameters };
}

function endOfParameterValue(value: string, start: number): number {
  if (value.charAt(start) === '"') return endOfQuotedString(value, start);
  const comma = value.indexOf(',', start);
  return comma === -1 ? value.length : comma;
}

/** Parameters whose value is a bare token (RFC 7616 §3.3, §3.4); a challenge's qop list is quoted all the same. */
const BARE_CREDENTIALS = new Set(['algorithm', 'qop', 'nc', 'stale', 'userhash']);

/** `Digest name=value, …` in the map's order. */
export function serializeDigestHeader(
  kind: 'challenge' | 'credentials',
  parameters: ReadonlyMap<string, string>,
): string {
  const items: string[] = [];
  for (const [name, value] of parameters) {
    const isBare = BARE_CREDENTIALS.has(name) && !(kind === 'challenge' && name === 'qop');
    items.push(`${name}=${isBare ? value : quote(value)}`);
  }
  return `Digest ${items.join(', ')}`;
}
