import { type HeaderName, headerNameOf } from './header-name.ts';

/** One header field (one line of the message). Its structure is parsed once, when first asked for. */
export class HeaderField {
  readonly header: HeaderName;
  readonly value: string;
  /** What {@link SipHeaders.structure} made of the value; undefined until then. */
  structure: unknown = undefined;

  constructor(header: HeaderName, value: string) {
    this.header = header;
    this.value = value;
  }
}

/**
 * The header fields of a message, in order. Names are case-insensitive and compact forms are the same as the
 * long ones (RFC 3261 §7.3); values are unfolded and trimmed. Comma lists are not split. A line end in a value
 * that is set becomes a space, so that no text from elsewhere can begin a header of its own.
 */
export class SipHeaders {
  readonly #fields: HeaderField[] = [];

  get size(): number {
    return this.#fields.length;
  }

  /** The first field's value. */
  get(name: string): string | undefined {
    return this.#find(headerNameOf(name).key)?.value;
  }

  /** Every field's value in order, one per header line. */
  getAll(name: string): readonly string[] {
    const { key } = headerNameOf(name);
    const values: string[] = [];
    for (const field of this.#fields) if (field.header.key === key) values.push(field.value);
    return values;
  }

  has(name: string): boolean {
    return this.#find(headerNameOf(name).key) !== undefined;
  }

  /** Replaces every field of this name by one, in the place of the first; appends it if there is none. */
  set(name: string, value: string): void {
    const header = headerNameOf(name);
    const first = this.#fields.findIndex((field) => field.header.key === header.key);
    if (first === -1) {
      this.append(name, value);
      return;
    }
    this.#fields[first] = new HeaderField(header, onOneLine(value));
    for (let index = this.#fields.length - 1; index > first; index--) {
      if (this.#fields[index]?.header.key === header.key) this.#fields.splice(index, 1);
    }
  }

  /** Replaces the first field of this name and leaves the others; appends it if there is none. */
  setFirst(name: string, value: string): void {
    const header = headerNameOf(name);
    const first = this.#fields.findIndex((field) => field.header.key === header.key);
    if (first === -1) this.append(name, value);
    else this.#fields[first] = new HeaderField(header, onOneLine(value));
  }

  append(name: string, value: string): void {
    this.#fields.push(new HeaderField(headerNameOf(name), onOneLine(value)));
  }

  prepend(name: string, value: string): void {
    this.#fields.unshift(new HeaderField(headerNameOf(name), onOneLine(value)));
  }

  delete(name: string): void {
    const { key } = headerNameOf(name);
    for (let index = this.#fields.length - 1; index >= 0; index--) {
      if (this.#fields[index]?.header.key === key) this.#fields.splice(index, 1);
    }
  }

  *entries(): Iterable<readonly [name: string, value: string]> {
    for (const field of this.#fields) yield [field.header.name, field.value];
  }

  /** The fields themselves, for code that walks every header of every message. */
  get fields(): readonly HeaderField[] {
    return this.#fields;
  }

  /** Takes a field as the parser made it. */
  appendField(field: HeaderField): void {
    this.#fields.push(field);
  }

  /**
   * The first field's value as `parse` reads it, remembered with the field. Undefined if there is no such
   * field, null if `parse` could not read it. One parser per header name.
   */
  structure<T>(name: string, parse: (value: string) => T | null): T | null | undefined {
    const field = this.#find(headerNameOf(name).key);
    return field && structureOf(field, parse);
  }

  /** Every field of a list header, its elements in order; null if one of the fields could not be read. */
  structures<T>(name: string, parse: (value: string) => readonly T[] | null): readonly T[] | null {
    const { key } = headerNameOf(name);
    let all: readonly T[] | null = null;
    for (const field of this.#fields) {
      if (field.header.key !== key) continue;
      const elements = structureOf(field, parse);
      if (elements === null) return null;
      all = all === null ? elements : [...all, ...elements];
    }
    return all ?? [];
  }

  #find(key: string): HeaderField | undefined {
    for (const field of this.#fields) if (field.header.key === key) return field;
    return undefined;
  }
}

/** `text` with every run of CR and LF made one space. */
export function onOneLine(text: string): string {
  return text.includes('\n') || text.includes('\r') ? text.replace(/[\r\n]+/g, ' ') : text;
}

/** The field's value as `parse` reads it, read once. */
export function structureOf<T>(field: HeaderField, parse: (value: string) => T | null): T | null {
  if (field.structure === undefined) field.structure = parse(field.value);
  return field.structure as T | null;
}
