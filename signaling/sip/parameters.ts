import {
  endOfQuotedString,
  isBareValue,
  isTokenCharacter,
  lowerCased,
  quote,
  skipWhitespace,
  trimmedEnd,
  unquote,
} from './grammar.ts';

const SEMICOLON = 0x3b;
const EQUALS = 0x3d;
const QUOTE = 0x22;

/**
 * The `;name=value` parameters of a header field or URI, in order. Names are case-insensitive (RFC 3261
 * §7.3.1) and kept in lower case. A handful at most, so a scan over an array beats a map.
 */
export class Parameters implements Iterable<readonly [name: string, value: string | null]> {
  /** Header parameters may be quoted-strings (RFC 3261 §25.1 gen-value); in a URI a quote is a character like any. */
  readonly #isQuotable: boolean;
  /** name, value as written, name, value … ; a value of null is a parameter without `=`. */
  #items: (string | null)[] | null = null;

  constructor(place: 'header' | 'uri' = 'header') {
    this.#isQuotable = place === 'header';
  }

  get size(): number {
    return this.#items === null ? 0 : this.#items.length / 2;
  }

  /** The value without its quotes; null for a parameter without a value; undefined if there is none. */
  get(name: string): string | null | undefined {
    const index = this.#indexOf(name);
    if (index === -1) return undefined;
    return this.#said(this.#items?.[index + 1] ?? null);
  }

  has(name: string): boolean {
    return this.#indexOf(name) !== -1;
  }

  /** Sets or replaces a parameter; the value is quoted where it must be. */
  set(name: string, value: string | null): this {
    const isBare = value === null || !this.#isQuotable || isBareValue(value);
    return this.setAsWritten(name.toLowerCase(), isBare ? value : quote(value));
  }

  /** Sets or replaces a parameter by its wire form: lower-case name, value already quoted or escaped. */
  setAsWritten(name: string, value: string | null): this {
    const index = this.#indexOf(name);
    if (index === -1) return this.appendAsWritten(name, value);
    if (this.#items !== null) this.#items[index + 1] = value;
    return this;
  }

  /** Adds a parameter that there is not yet, by its wire form. */
  appendAsWritten(name: string, value: string | null): this {
    if (this.#items === null) this.#items = [name, value];
    else this.#items.push(name, value);
    return this;
  }

  delete(name: string): boolean {
    const index = this.#indexOf(name);
    if (index !== -1) this.#items?.splice(index, 2);
    return index !== -1;
  }

  *[Symbol.iterator](): Iterator<readonly [name: string, value: string | null]> {
    const items = this.#items ?? [];
    for (let index = 0; index < items.length; index += 2) {
      yield [items[index] ?? '', this.#said(items[index + 1] ?? null)];
    }
  }

  /** The wire form, each parameter led by `;`. */
  toString(): string {
    let text = '';
    const items = this.#items ?? [];
    for (let index = 0; index < items.length; index += 2) {
      const value = items[index + 1];
      text += value === null ? `;${items[index]}` : `;${items[index]}=${value}`;
    }
    return text;
  }

  #said(value: string | null): string | null {
    return value === null || !this.#isQuotable ? value : unquote(value);
  }

  #indexOf(name: string): number {
    if (this.#items === null) return -1;
    const key = lowerCased(name);
    for (let index = 0; index < this.#items.length; index += 2) {
      if (this.#items[index] === key) return index;
    }
    return -1;
  }
}

/**
 * Reads `*( SEMI generic-param )` from `start` to the end of `text` (RFC 3261 §25.1), whitespace allowed
 * around `;` and `=`. Null if anything else stands there. Of a repeated parameter the first one counts.
 */
export function parseParameters(text: string, start: number): Parameters | null {
  const parameters = new Parameters();
  let at = skipWhitespace(text, start);
  while (at < text.length) {
    if (text.charCodeAt(at) !== SEMICOLON) return null;
    const nameStart = skipWhitespace(text, at + 1);
    let nameEnd = nameStart;
    while (isTokenCharacter(text.charCodeAt(nameEnd))) nameEnd++;
    if (nameEnd === nameStart) return null;
    const name = lowerCased(text.slice(nameStart, nameEnd));
    at = skipWhitespace(text, nameEnd);
    let value: string | null = null;
    if (text.charCodeAt(at) === EQUALS) {
      const valueStart = skipWhitespace(text, at + 1);
      at = endOfValue(text, valueStart);
      const valueEnd = trimmedEnd(text, valueStart, at);
      if (valueEnd <= valueStart) return null;
      value = text.slice(valueStart, valueEnd);
      at = skipWhitespace(text, at);
    }
    if (!parameters.has(name)) parameters.appendAsWritten(name, value);
  }
  return parameters;
}

/** After a quoted-string, or up to the next `;`; -1 for a quote that never closes. */
function endOfValue(text: string, start: number): number {
  if (text.charCodeAt(start) === QUOTE) return endOfQuotedString(text, start);
  const end = text.indexOf(';', start);
  return end === -1 ? text.length : end;
}
