/** The small words of RFC 3261 §25.1 that every header parser shares. Line folds are gone by then (§7.3.1). */

const TAB = 0x09;
const SPACE = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LESS_THAN = 0x3c;
const GREATER_THAN = 0x3e;

const TOKEN_CHARACTERS = tableOf("-.!%*_+`'~", true);
/** What a parameter value may hold without quotes: token or host (IPv6 reference included). */
const BARE_VALUE_CHARACTERS = tableOf("-.!%*_+`'~[]:", true);

/** A membership table for ASCII, indexed by character code. */
export function tableOf(marks: string, hasAlphanumerics: boolean): Uint8Array {
  const table = new Uint8Array(128);
  for (let code = 0; code < 128; code++) {
    const isAlphanumeric = /[0-9A-Za-z]/.test(String.fromCharCode(code));
    if ((hasAlphanumerics && isAlphanumeric) || marks.includes(String.fromCharCode(code))) table[code] = 1;
  }
  return table;
}

/** Whether `text` from `start` up to `end` is not empty and every character is in `table`. */
function consistsOf(table: Uint8Array, text: string, start: number, end: number): boolean {
  if (start >= end) return false;
  for (let index = start; index < end; index++) {
    if (table[text.charCodeAt(index)] !== 1) return false;
  }
  return true;
}

/** RFC 3261 §25.1 `token`. */
export function isToken(text: string, start = 0, end = text.length): boolean {
  return consistsOf(TOKEN_CHARACTERS, text, start, end);
}

export function isTokenCharacter(code: number): boolean {
  return TOKEN_CHARACTERS[code] === 1;
}

export function isBareValue(text: string, start = 0, end = text.length): boolean {
  return consistsOf(BARE_VALUE_CHARACTERS, text, start, end);
}

export function isWhitespace(code: number): boolean {
  return code === SPACE || code === TAB;
}

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** `text` in lower case. Most names are already, and to see that is cheaper than to copy them. */
export function lowerCased(text: string): string {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if ((code >= 0x41 && code <= 0x5a) || code > 127) return text.toLowerCase();
  }
  return text;
}

/** `text` in upper case; like {@link lowerCased}. */
export function upperCased(text: string): string {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if ((code >= 0x61 && code <= 0x7a) || code > 127) return text.toUpperCase();
  }
  return text;
}

/** The first index at or after `index` that holds neither space nor tab. */
export function skipWhitespace(text: string, index: number): number {
  let at = index;
  while (at < text.length && isWhitespace(text.charCodeAt(at))) at++;
  return at;
}

/** The index after the last character before `end` that is neither space nor tab. */
export function trimmedEnd(text: string, start: number, end: number): number {
  let at = end;
  while (at > start && isWhitespace(text.charCodeAt(at - 1))) at--;
  return at;
}

/** The index after the closing quote of the quoted-string that opens at `start`, or -1 if it never closes. */
export function endOfQuotedString(text: string, start: number): number {
  for (let index = start + 1; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === BACKSLASH) index++;
    else if (code === QUOTE) return index + 1;
  }
  return -1;
}

/** What a quoted-string says: quotes taken off, quoted pairs resolved. Other text comes back as it is. */
export function unquote(text: string): string {
  if (text.charCodeAt(0) !== QUOTE) return text;
  const inner = text.slice(1, -1);
  return inner.includes('\\') ? inner.replace(/\\(.)/gsu, '$1') : inner;
}

/** `text` as a quoted-string. Line ends cannot be quoted (RFC 3261 §25.1) and become spaces. */
export function quote(text: string): string {
  return `"${text.replace(/[\r\n]+/g, ' ').replace(/["\\]/g, '\\$&')}"`;
}

/** A decimal number of at most `maximum`, or null. Leading zeros are allowed, as 1*DIGIT says. */
export function parseDecimal(text: string, maximum: number): number | null {
  if (text.length === 0) return null;
  let value = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (!isDigit(code)) return null;
    value = value * 10 + code - 0x30;
    if (value > maximum) return null;
  }
  return value;
}

/**
 * The elements of a comma list (itself trimmed), trimmed; commas inside quotes or angle brackets do not separate.
 * Empty elements are kept, so that the element's own parser refuses them.
 */
export function splitList(value: string): string[] {
  if (!value.includes(',')) return [value];
  const elements: string[] = [];
  let start = 0;
  let isInsideAngles = false;
  for (let index = 0; index < value.length; index++) {
    const code = value.charCodeAt(index);
    if (code === QUOTE && !isInsideAngles) {
      const end = endOfQuotedString(value, index);
      if (end === -1) break;
      index = end - 1;
    } else if (code === LESS_THAN) isInsideAngles = true;
    else if (code === GREATER_THAN) isInsideAngles = false;
    else if (code === 0x2c && !isInsideAngles) {
      elements.push(value.slice(start, index).trim());
      start = index + 1;
    }
  }
  elements.push(value.slice(start).trim());
  return elements;
}
