import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { suggest } from '../../config/suggestion.ts';
import { UsageError } from './surroundings.ts';

/** One option of a command, as parsed and as shown by `--help`. */
export interface OptionSpec {
  /** Without the dashes. */
  readonly name: string;
  readonly short?: string;
  /** What stands after it, in capitals (`FILE`); absent for a switch. */
  readonly argument?: string;
  readonly about: string;
}

export interface ParsedOptions {
  has(name: string): boolean;
  /** The last one given. */
  get(name: string): string | null;
  getAll(name: string): readonly string[];
  /** Files and other words that are no options, for a command that takes them. */
  readonly words: readonly string[];
}

export interface OptionRules {
  /** Words that are no options are wrong unless a command says otherwise. */
  readonly takesWords?: boolean;
}

const HELP: OptionSpec = { name: 'help', short: 'h', about: 'show this help' };

/** @throws UsageError for options that do not exist or lack their argument, and for words that are no options. */
export function parseOptions(
  argv: readonly string[],
  specs: readonly OptionSpec[],
  { takesWords = false }: OptionRules = {},
): ParsedOptions {
  const known = [...specs, HELP];
  const options: ParseArgsOptionsConfig = Object.fromEntries(
    known.map(({ name, short, argument }) => [
      name,
      { type: argument ? 'string' : 'boolean', multiple: true, ...(short ? { short } : {}) },
    ]),
  );
  const { values, words } = parseStrictly(argv, options, known, takesWords);
  const getAll = (name: string) => (values[name] ?? []).map(String);
  return {
    has: (name) => values[name] !== undefined,
    get: (name) => getAll(name).at(-1) ?? null,
    getAll,
    words,
  };
}

function parseStrictly(
  argv: readonly string[],
  options: ParseArgsOptionsConfig,
  known: readonly OptionSpec[],
  takesWords: boolean,
): {
  readonly values: Record<string, readonly (string | boolean)[] | undefined>;
  readonly words: readonly string[];
} {
  try {
    const args = joinNegatives(argv, known);
    const { values, positionals } = parseArgs({ args, options, allowPositionals: takesWords });
    return { values: values as Record<string, (string | boolean)[]>, words: positionals };
  } catch (error) {
    const written = /'(-[^ ',=]*)/.exec((error as Error).message)?.[1] ?? '';
    switch ((error as NodeJS.ErrnoException).code) {
      case 'ERR_PARSE_ARGS_UNKNOWN_OPTION': {
        const near = suggest(
          written.replace(/^-+/, ''),
          known.map(({ name }) => name),
        );
        throw new UsageError(`There is no option ${written}.${near ? ` Did you mean --${near}?` : ''}`);
      }
      case 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL':
        throw new UsageError((error as Error).message.replace(/ This command.*/s, ''));
      case 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE':
        throw new UsageError((error as Error).message.split('\n')[0] ?? '');
      default:
        throw error;
    }
  }
}

/** `parseArgs` takes `--udp-port -1` for two options; the value is to be judged by the schema instead. */
function joinNegatives(argv: readonly string[], known: readonly OptionSpec[]): string[] {
  const joined: string[] = [];
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index] ?? '';
    const next = argv[index + 1];
    const takesArgument = known.some(({ name, argument }) => argument && word === `--${name}`);
    if (takesArgument && next !== undefined && /^-\d/.test(next)) {
      joined.push(`${word}=${next}`);
      index++;
    } else joined.push(word);
  }
  return joined;
}

export interface HelpText {
  readonly usage: string;
  readonly about: string;
  readonly options: readonly OptionSpec[];
  readonly notes?: readonly string[];
  /** Command and what it does. */
  readonly examples: readonly (readonly [command: string, about: string])[];
}

export function formatHelp({ usage, about, options, notes = [], examples }: HelpText): string {
  const rows = [...options, HELP].map((option) => [optionSyntax(option), option.about] as const);
  const sections = [
    `Usage: ${usage}`,
    about,
    `Options:\n${formatColumns(rows)}`,
    ...notes,
    `Examples:\n${formatColumns(examples)}`,
  ];
  return `${sections.join('\n\n')}\n`;
}

function optionSyntax({ name, short, argument }: OptionSpec): string {
  return `${short ? `-${short}, ` : '    '}--${name}${argument ? ` ${argument}` : ''}`;
}

/** Two columns, indented; the second one starts at the same place in every row. */
export function formatColumns(rows: readonly (readonly [left: string, right: string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`.trimEnd()).join('\n');
}
