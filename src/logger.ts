import { type Logger, pino, stdTimeFunctions } from 'pino';
import { ConfigError } from '../config/config-error.ts';
import type { Config } from '../config/schema.ts';
import { formatLogLine } from './log-line.ts';

/** A system call for each line would cost more than the line; a call that ends at once writes two. */
const GATHERED_BYTES = 8192;
const GATHERED_MS = 100;

/**
 * The log: one JSON object a line, to standard error or a file, a tenth of a second behind and written out when
 * the process exits; for a person at a terminal short lines, at once.
 * @throws ConfigError when the file cannot be opened.
 */
export function createLogger({ level, destination }: Config['logging'], isTerminal: boolean): Logger {
  const options = { level, base: null, timestamp: stdTimeFunctions.isoTime };
  if (destination === 'stderr' && isTerminal) {
    return pino(options, { write: (line) => void process.stderr.write(formatLogLine(line)) });
  }
  const stream = openDestination(destination);
  process.once('exit', () => stream.flushSync());
  return pino(options, stream);
}

function openDestination(destination: string): ReturnType<typeof pino.destination> {
  try {
    return pino.destination({
      dest: destination === 'stderr' ? 2 : destination,
      append: true,
      mkdir: true,
      sync: true,
      minLength: GATHERED_BYTES,
      periodicFlush: GATHERED_MS,
    });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const detail = `no log can be written there (${code}); name a file in a folder that may be written, or stderr`;
    throw new ConfigError([{ key: 'logging.destination', source: destination, detail }]);
  }
}
