import type {
  ChoiceAlternative,
  SchemaType,
  SequenceField,
  SizeConstraint,
  StringTypeName,
  ValueConstraint,
} from '../../../../signaling/h323/per/schema.ts';
import { TokenCursor, tokenize } from './tokens.ts';

/** A type with formal parameters, kept as tokens until it is used (X.683). */
interface ParameterizedType {
  readonly parameter: string;
  readonly body: readonly string[];
}

export interface ParsedModule {
  readonly types: ReadonlyMap<string, SchemaType>;
  readonly parameterized: ReadonlyMap<string, ParameterizedType>;
  /** Imported name → the module it comes from. */
  readonly imports: ReadonlyMap<string, string>;
}

interface Constraints {
  size?: SizeConstraint;
  range?: ValueConstraint;
  from?: string;
}

const STRING_TYPES: ReadonlySet<string> = new Set<StringTypeName>([
  'IA5String',
  'BMPString',
  'GeneralString',
  'NumericString',
  'PrintableString',
]);

/** A recursive-descent parser for the part of ASN.1 (X.680) that H.225.0, H.235 and H.245 are written in. */
export class ModuleParser {
  readonly #cursor: TokenCursor;
  readonly #parameterized: Map<string, ParameterizedType>;
  readonly #types = new Map<string, SchemaType>();

  /** @param imported parameterized types of modules parsed before. */
  constructor(text: string, imported: ReadonlyMap<string, ParameterizedType> = new Map()) {
    this.#cursor = new TokenCursor(tokenize(text));
    this.#parameterized = new Map(imported);
  }

  parse(): ParsedModule {
    while (this.#cursor.take() !== 'BEGIN');
    const imports = this.#cursor.accept('IMPORTS') ? this.#importedNames() : new Map<string, string>();
    while (!this.#cursor.accept('END')) {
      const name = this.#cursor.take();
      if (this.#cursor.accept('{')) {
        const parameter = this.#cursor.take();
        this.#cursor.expect('}');
        this.#cursor.expect('::=');
        this.#parameterized.set(name, { parameter, body: this.#parameterizedBody() });
      } else {
        this.#cursor.expect('::=');
        this.#types.set(name, this.#type());
      }
    }
    return { types: this.#types, parameterized: this.#parameterized, imports };
  }

  #importedNames(): Map<string, string> {
    const imports = new Map<string, string>();
    let names: string[] = [];
    for (let token = this.#cursor.take(); token !== ';'; token = this.#cursor.take()) {
      if (token === 'FROM') {
        const from = this.#cursor.take();
        if (this.#cursor.accept('{')) this.#cursor.skipToClosing('{', '}');
        for (const name of names) imports.set(name, from);
        names = [];
      } else if (/^[A-Z]/.test(token)) names.push(token);
    }
    return imports;
  }

  #parameterizedBody(): string[] {
    const body = [this.#cursor.take(), this.#cursor.take()];
    for (let depth = 1; depth > 0; ) {
      const token = this.#cursor.take();
      if (token === '{') depth++;
      if (token === '}') depth--;
      body.push(token);
    }
    this.#constraints();
    return body;
  }

  #type(): SchemaType {
    const word = this.#cursor.take();
    switch (word) {
      case 'BOOLEAN':
      case 'NULL':
        return word;
      case 'OBJECT':
        this.#cursor.expect('IDENTIFIER');
        return 'OBJECT IDENTIFIER';
      case 'INTEGER':
        return { integer: this.#constraints().range ?? [null, null] };
      case 'OCTET':
        this.#cursor.expect('STRING');
        return { octetString: this.#constraints().size ?? [0, null] };
      case 'BIT':
        this.#cursor.expect('STRING');
        return { bitString: this.#constraints().size ?? [0, null] };
      case 'SEQUENCE':
      case 'SET':
        return this.#sequence();
      case 'CHOICE':
        return this.#choice();
      case 'ENUMERATED':
        return this.#enumerated();
      case 'TYPE-IDENTIFIER':
        return this.#openType();
      default:
        return this.#named(word);
    }
  }

  #sequence(): SchemaType {
    const { size } = this.#constraints();
    if (this.#cursor.accept('OF')) {
      const element = this.#type();
      return size === undefined ? { sequenceOf: element } : { sequenceOf: element, size };
    }
    const { root, additions } = this.#list((name): SequenceField => {
      const type = this.#type();
      return this.#cursor.accept('OPTIONAL') ? [name, type, 'OPTIONAL'] : [name, type];
    });
    this.#constraints();
    return additions === null ? { sequence: root } : { sequence: root, additions };
  }

  #choice(): SchemaType {
    const { root, additions } = this.#list((name): ChoiceAlternative => [name, this.#type()]);
    return additions === null ? { choice: root } : { choice: root, additions };
  }

  #enumerated(): SchemaType {
    const { root, additions } = this.#list((name) => {
      if (this.#cursor.accept('(')) this.#cursor.skipToClosing('(', ')');
      return name;
    });
    return additions === null ? { enumerated: root } : { enumerated: root, additions };
  }

  /** `{ item, item, ..., addition }`. */
  #list<Item>(item: (name: string) => Item): { root: Item[]; additions: Item[] | null } {
    const root: Item[] = [];
    let additions: Item[] | null = null;
    this.#cursor.expect('{');
    while (!this.#cursor.accept('}')) {
      if (this.#cursor.accept('...')) additions = [];
      else (additions ?? root).push(item(this.#cursor.take()));
      this.#cursor.accept(',');
    }
    return { root, additions };
  }

  /** `TYPE-IDENTIFIER.&Type(ClearToken)` (X.681 Annex A). */
  #openType(): SchemaType {
    this.#cursor.expect('.');
    this.#cursor.expect('&Type');
    this.#cursor.expect('(');
    const openType = this.#cursor.take();
    this.#cursor.expect(')');
    return { openType };
  }

  #named(word: string): SchemaType {
    const parameterized = this.#parameterized.get(word);
    if (parameterized !== undefined && this.#cursor.accept('{')) {
      const actual = this.#cursor.take();
      this.#cursor.expect('}');
      const body = parameterized.body.map((token) => (token === parameterized.parameter ? actual : token));
      return new ModuleParser(`BEGIN X ::= ${body.join(' ')} END`).parse().types.get('X') ?? 'NULL';
    }
    const { size, from } = this.#constraints();
    if (STRING_TYPES.has(word)) {
      return { string: word as StringTypeName, ...(size && { size }), ...(from !== undefined && { from }) };
    }
    if (size === undefined) return word;
    const base = this.#types.get(word);
    if (typeof base !== 'object' || !('string' in base)) throw new SyntaxError(`${word} takes no SIZE`);
    return { ...base, size };
  }

  #constraints(): Constraints {
    const constraints: Constraints = {};
    while (this.#cursor.peek() === '(' || this.#cursor.peek() === 'SIZE') {
      if (this.#cursor.accept('SIZE')) constraints.size = this.#size();
      else {
        this.#cursor.expect('(');
        this.#constraint(constraints);
      }
    }
    return constraints;
  }

  /** What stands between parentheses; only SIZE, FROM and value ranges are PER-visible (X.691 §10.3). */
  #constraint(constraints: Constraints): void {
    do {
      if (this.#cursor.accept('SIZE')) constraints.size = this.#size();
      else if (this.#cursor.accept('FROM')) {
        this.#cursor.expect('(');
        constraints.from = this.#cursor.take().slice(1, -1);
        this.#cursor.expect(')');
      } else if (/^(?:-?\d+|MIN)$/.test(this.#cursor.peek())) constraints.range = this.#range();
      else this.#skipConstraint();
    } while (this.#cursor.accept('^'));
    this.#cursor.expect(')');
  }

  /** Skips to the parenthesis that closes the constraint and leaves it there. */
  #skipConstraint(): void {
    for (let depth = 0; depth > 0 || this.#cursor.peek() !== ')'; this.#cursor.take()) {
      if (this.#cursor.peek() === '(') depth++;
      if (this.#cursor.peek() === ')') depth--;
    }
  }

  #size(): SizeConstraint {
    this.#cursor.expect('(');
    const [lower, upper, extensible] = this.#range();
    this.#cursor.expect(')');
    return extensible === undefined ? [lower ?? 0, upper] : [lower ?? 0, upper, '...'];
  }

  #range(): ValueConstraint {
    const lower = bound(this.#cursor.take());
    const upper = this.#cursor.accept('..') ? bound(this.#cursor.take()) : lower;
    if (!this.#cursor.accept(',')) return [lower, upper];
    this.#cursor.expect('...');
    return [lower, upper, '...'];
  }
}

function bound(token: string): number | null {
  return token === 'MIN' || token === 'MAX' ? null : Number(token);
}
