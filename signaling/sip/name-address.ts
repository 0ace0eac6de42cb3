import {
  endOfQuotedString,
  quote,
  skipWhitespace,
  splitList,
  tableOf,
  trimmedEnd,
  unquote,
} from './grammar.ts';
import { Parameters, parseParameters } from './parameters.ts';
import { isUriReference, parseUri, type SipUri } from './uri.ts';

const NOT_IN_UNQUOTED_NAMES = tableOf('"<>,;:@\\', false);

/** `name-addr` or `addr-spec` with header parameters: From, To, Contact, Route, Refer-To … (RFC 3261 §20.10). */
export class NameAddress {
  /** Unquoted; empty if there is none. */
  readonly displayName: string;
  /** As written, without angle brackets. `*` in a Contact that takes back every binding (§10.2.2). */
  readonly uri: string;
  readonly parameters: Parameters;

  constructor(displayName: string, uri: string, parameters: Parameters = new Parameters()) {
    this.displayName = displayName;
    this.uri = uri;
    this.parameters = parameters;
  }

  get tag(): string | null {
    return this.parameters.get('tag') ?? null;
  }

  /** Null if the URI breaks the grammar of its own scheme. */
  parsedUri(): SipUri | null {
    return parseUri(this.uri);
  }

  toString(): string {
    if (this.uri === '*') return '*';
    const displayName = this.displayName === '' ? '' : `${quote(this.displayName)} `;
    return `${displayName}<${this.uri}>${this.parameters}`;
  }
}

/** One address; null if it is none. */
export function parseNameAddress(text: string): NameAddress | null {
  const start = skipWhitespace(text, 0);
  if (text.charCodeAt(start) === 0x22) return parseQuotedName(text, start);
  const opening = text.indexOf('<', start);
  if (opening === -1) return parseAddrSpec(text, start);
  const displayName = text.slice(start, trimmedEnd(text, start, opening));
  if (!isUnquotedName(displayName)) return null;
  return parseBracketed(text, opening, displayName);
}

/** A comma list of addresses; null if any of them is none. */
export function parseNameAddressList(value: string): NameAddress[] | null {
  if (!value.includes(',')) {
    const address = parseNameAddress(value);
    return address && [address];
  }
  const addresses: NameAddress[] = [];
  for (const element of splitList(value)) {
    const address = parseNameAddress(element);
    if (address === null) return null;
    addresses.push(address);
  }
  return addresses;
}

function parseQuotedName(text: string, start: number): NameAddress | null {
  const end = endOfQuotedString(text, start);
  if (end === -1) return null;
  const opening = skipWhitespace(text, end);
  if (text.charCodeAt(opening) !== 0x3c) return null;
  return parseBracketed(text, opening, unquote(text.slice(start, end)));
}

/**
 * RFC 3261 §25.1 has tokens here. Names like `Room 4 (Berlin)` are taken as if quoted, as RFC 4475 §3.1.2.15
 * allows, but nothing that could separate one address from another.
 */
function isUnquotedName(name: string): boolean {
  for (let index = 0; index < name.length; index++) {
    const code = name.charCodeAt(index);
    if (code < 128 && NOT_IN_UNQUOTED_NAMES[code] === 1) return false;
  }
  return true;
}

function parseBracketed(text: string, opening: number, displayName: string): NameAddress | null {
  const closing = text.indexOf('>', opening);
  if (closing === -1) return null;
  const uri = text.slice(opening + 1, closing);
  if (!isUriReference(uri)) return null;
  const parameters = parseParameters(text, closing + 1);
  return parameters && new NameAddress(displayName, uri, parameters);
}

/** RFC 3261 §20.10: without brackets every parameter belongs to the header field, and `?` must not occur. */
function parseAddrSpec(text: string, start: number): NameAddress | null {
  const semicolon = text.indexOf(';', start);
  const end = semicolon === -1 ? text.length : semicolon;
  const uri = text.slice(start, trimmedEnd(text, start, end));
  if (uri !== '*' && (!isUriReference(uri) || uri.includes('?') || uri.includes(','))) return null;
  const parameters = parseParameters(text, end);
  return parameters && new NameAddress('', uri, parameters);
}
