/** A token of ASN.1 (X.680 §12): a word, a number, a quoted string or a sign such as `::=` or `...`. */
export type Token = string;

const TOKEN = /--.*?(?:--|$)|"[^"]*"|::=|\.\.\.|\.\.|&?[A-Za-z](?:-?[A-Za-z0-9])*|-?\d+|[{}()[\],;:.^|@<>]/gm;

/** Splits a module into its tokens; comments run from `--` to the next `--` or the end of the line (X.680 §12.6). */
export function tokenize(moduleText: string): Token[] {
  return (moduleText.match(TOKEN) ?? []).filter((token) => !token.startsWith('--'));
}

/** Walks over tokens; every expectation that fails names the place. */
export class TokenCursor {
  readonly #tokens: readonly Token[];
  #position = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  peek(ahead = 0): Token {
    return this.#tokens[this.#position + ahead] ?? '';
  }

  take(): Token {
    const token = this.peek();
    this.#position++;
    return token;
  }

  /** Takes the token if it is the wanted one. */
  accept(wanted: Token): boolean {
    if (this.peek() !== wanted) return false;
    this.#position++;
    return true;
  }

  expect(wanted: Token): void {
    const found = this.take();
    if (found !== wanted) {
      const before = this.#tokens.slice(Math.max(0, this.#position - 12), this.#position - 1).join(' ');
      throw new SyntaxError(`expected ${wanted} but found ${found} after: ${before}`);
    }
  }

  /** Takes everything up to the bracket that closes the one already taken. */
  skipToClosing(open: Token, close: Token): void {
    for (let depth = 1; depth > 0; ) {
      const token = this.take();
      if (token === '') throw new SyntaxError(`no ${close} for ${open}`);
      if (token === open) depth++;
      if (token === close) depth--;
    }
  }
}
