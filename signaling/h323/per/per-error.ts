/** What was wrong: with the octets (decoding) or with the value (encoding). */
export type PerErrorCode =
  | 'truncated'
  | 'out-of-range'
  | 'invalid-value'
  | 'too-deep'
  | 'too-many-items'
  | 'too-long'
  | 'unknown-type';

/** The only error of the PER runtime. `path` names the field, as in `h323-uu-pdu.h245Control[2]`. */
export class PerError extends Error {
  override readonly name = 'PerError';
  readonly code: PerErrorCode;
  readonly detail: string;
  #path = '';

  constructor(code: PerErrorCode, detail: string) {
    super(detail);
    this.code = code;
    this.detail = detail;
  }

  get path(): string {
    return this.#path;
  }

  /** Puts the place the error passes on its way up in front of the path. */
  within(segment: string): this {
    const joint = this.#path === '' || this.#path.startsWith('[') ? '' : '.';
    this.#path = `${segment}${joint}${this.#path}`;
    this.message = `${this.#path}: ${this.detail}`;
    return this;
  }
}

/** What a composite type does with an error from inside: names the component, and leaves other errors alone. */
export function located(error: unknown, segment: string): unknown {
  return error instanceof PerError ? error.within(segment) : error;
}

export function invalidValue(detail: string): PerError {
  return new PerError('invalid-value', detail);
}
