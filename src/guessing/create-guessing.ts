import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Config } from '../../config/schema.ts';
import type { Problems } from '../problems.ts';
import type { Telling } from '../telling.ts';
import { serializeGuessFailure } from './failure-line.ts';
import { Guessing } from './guessing.ts';
import { LineFile } from './line-file.ts';

/** Under the data directory; also the topic among the problems of `/status`. */
const GUESSING_LOG = 'logs/guessing.jsonl';

/** Slows down guessing; each failure is told on `/events` and, for programs that bar who guesses, in a file. */
export function createGuessing(
  { dataDirectory, guessing }: Config,
  logger: Logger,
  parts: { readonly telling: Telling; readonly problems: Problems },
): { readonly guessing: Guessing; readonly failures: LineFile } {
  const { telling, problems } = parts;
  const path = join(dataDirectory, GUESSING_LOG);
  const failures = new LineFile(path, (detail) => {
    if (detail === null) problems.settle(GUESSING_LOG);
    else {
      problems.raise(GUESSING_LOG, `${GUESSING_LOG} cannot be written: ${detail}`);
      logger.error({ path, detail }, 'failed guesses cannot be logged');
    }
  });
  // fail2ban does not start without the file.
  if (guessing.log) failures.create();
  const settings = { ...guessing, forgetMs: guessing.forgetSeconds * 1000 };
  const counted = new Guessing(settings, (failure) => {
    if (guessing.log) failures.push(serializeGuessFailure(failure));
    telling.event({ type: 'guess-failed', ...failure });
  });
  return { guessing: counted, failures };
}
