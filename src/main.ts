import process from 'node:process';
import { runCommandLine } from './cli/command-line.ts';
import { EXIT_DONE, EXIT_INTERNAL } from './cli/exit-code.ts';
import { describeInternalError } from './cli/internal-error.ts';
import type { Output } from './cli/surroundings.ts';

/** By convention of the shells, 128 and the number of the signal. */
const EXIT_CODE_BY_SIGNAL = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

const LINGER_MS = 1000;

// Node's main thread is called MainThread: no name for somebody who asks who has a port.
process.title = 'carillon';

const stopRequest = new AbortController();

for (const [signal, exitCode] of Object.entries(EXIT_CODE_BY_SIGNAL)) {
  process.on(signal, () => {
    if (stopRequest.signal.aborted) process.exit(exitCode);
    stopRequest.abort(signal);
  });
}

// What nobody caught may have left anything half done: say so and leave, rather than go on in an unknown state.
for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (error: unknown) => {
    process.stderr.write(`carillon: internal error: ${describeInternalError(error)}\n`);
    process.exit(EXIT_INTERNAL);
  });
}

// `carillon check | head` closes our output early; that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT_DONE);
  throw error;
});

const exitCode = await runCommandLine(process.argv.slice(2), {
  environment: process.env,
  output: outputOf(process.stdout),
  errorOutput: outputOf(process.stderr),
  stopRequest: stopRequest.signal,
});
process.exitCode = exitCode;
// The event loop should be empty now; a socket that somebody forgot must not keep the process.
setTimeout(() => process.exit(), LINGER_MS).unref();

function outputOf(stream: NodeJS.WriteStream): Output {
  return { write: (text) => void stream.write(text), isTerminal: stream.isTTY === true };
}
