import { ConfigError } from '../../config/config-error.ts';
import { suggest } from '../../config/suggestion.ts';
import packageDescription from '../../package.json' with { type: 'json' };
import { EXIT_DONE, EXIT_FAILED, EXIT_INTERNAL, EXIT_USAGE } from './exit-code.ts';
import { describeInternalError } from './internal-error.ts';
import { formatColumns } from './options.ts';
import type { StartService } from './serve.ts';
import { type Command, CommandFailed, type Surroundings, UsageError } from './surroundings.ts';

interface CommandEntry {
  readonly name: string;
  readonly about: string;
  /** Loaded when called, so that `--help` costs nothing. */
  load(): Promise<Command>;
}

const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'serve',
    about: 'take calls, mix them, tell how good they were',
    load: async () => (await import('./serve.ts')).createServeCommand(startService),
  },
  {
    name: 'call',
    about: 'place a call and tell how good it was',
    load: async () => (await import('./call.ts')).callCommand,
  },
  {
    name: 'check',
    about: 'find what would stop a room from calling',
    load: async () => (await import('./check.ts')).checkCommand,
  },
  {
    name: 'analyze',
    about: 'tell how good the calls in capture files were',
    load: async () => (await import('./analyze.ts')).analyzeCommand,
  },
];

/** Loaded last: help and wrong configurations need none of it. */
const startService: StartService = async (config, logger) =>
  (await import('../service.ts')).startService(config, logger);

/** Runs one command line, without the program's name. Never rejects; the exit code tells all. */
export async function runCommandLine(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  const [name, ...rest] = argv;
  try {
    switch (name) {
      case undefined:
        surroundings.errorOutput.write(mainHelp());
        return EXIT_USAGE;
      case '-h':
      case '--help':
      case 'help':
        if (rest[0] !== undefined) return await (await findCommand(rest[0])).run(['--help'], surroundings);
        surroundings.output.write(mainHelp());
        return EXIT_DONE;
      case '-V':
      case '--version':
        surroundings.output.write(`carillon ${packageDescription.version} (Node.js ${process.version})\n`);
        return EXIT_DONE;
      default:
        return await (await findCommand(name)).run(rest, surroundings);
    }
  } catch (error) {
    return explain(error, name, surroundings);
  }
}

async function findCommand(name: string): Promise<Command> {
  const entry = COMMANDS.find((command) => command.name === name);
  if (entry !== undefined) return entry.load();
  const near = suggest(
    name,
    COMMANDS.map((command) => command.name),
  );
  const hint =
    near === null
      ? `The commands are ${COMMANDS.map((command) => command.name).join(', ')}.`
      : `Did you mean ${near}?`;
  throw new UsageError(`There is no command "${name}". ${hint}`);
}

function explain(error: unknown, name: string | undefined, { errorOutput }: Surroundings): number {
  if (error instanceof UsageError) {
    const isCommand = COMMANDS.some((command) => command.name === name);
    errorOutput.write(`carillon: ${error.message}\nSee: carillon ${isCommand ? `${name} ` : ''}--help\n`);
    return EXIT_USAGE;
  }
  if (error instanceof ConfigError) {
    errorOutput.write(`carillon: ${error.message}\n`);
    return EXIT_USAGE;
  }
  if (error instanceof CommandFailed) {
    errorOutput.write(`carillon: ${error.message}\n`);
    return EXIT_FAILED;
  }
  errorOutput.write(`carillon: internal error: ${describeInternalError(error)}\n`);
  return EXIT_INTERNAL;
}

function mainHelp(): string {
  return `Carillon: dial a meeting, get a verdict.

Usage: carillon COMMAND [OPTION]…

Commands:
${formatColumns(COMMANDS.map(({ name, about }) => [name, about]))}

Options:
${formatColumns([
  ['-h, --help', 'show this help; carillon COMMAND --help shows that of a command'],
  ['-V, --version', 'show the version'],
])}

Exit status: 0 done, 1 failed, 2 wrong usage or configuration, 70 internal error.
`;
}
