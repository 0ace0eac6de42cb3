/** What a command may know of the process it runs in; tests give their own. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly output: Output;
  readonly errorOutput: Output;
  /** Aborted by the first SIGINT, SIGTERM or SIGHUP. */
  readonly stopRequest: AbortSignal;
}

export interface Output {
  write(text: string): void;
  /** A person looks at it: colors, progress, short lines. */
  readonly isTerminal: boolean;
}

/** One command of `carillon`. */
export interface Command {
  /** Resolves with the exit code. */
  run(argv: readonly string[], surroundings: Surroundings): Promise<number>;
}

/** The command line is wrong; the message says how, in one line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The command cannot do what it was asked, for a reason outside of it that a person can mend. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
}
