import { networkInterfaces } from 'node:os';
import type { Logger } from 'pino';
import type { Config } from '../../config/schema.ts';
import packageDescription from '../../package.json' with { type: 'json' };
import { type BoundListener, plannedListeners } from '../listener.ts';
import { createLogger } from '../logger.ts';
import { reachableAddress } from '../reachable-address.ts';
import { CONFIG_NOTE, CONFIG_OPTIONS, configFromOptions } from './config-options.ts';
import { EXIT_DONE } from './exit-code.ts';
import { explainListenError } from './listen-error.ts';
import { formatHelp, type OptionSpec, parseOptions } from './options.ts';
import { formatStartupText } from './startup-text.ts';
import { type Command, CommandFailed, type Surroundings } from './surroundings.ts';

const OPTIONS: readonly OptionSpec[] = [
  ...CONFIG_OPTIONS,
  { name: 'json', about: 'say where it listens as one line of JSON' },
];

const HELP = formatHelp({
  usage: 'carillon serve [OPTION]…',
  about:
    'Takes calls to meetings, mixes them, and tells per leg and minute how good they were.\n' +
    'Runs until Ctrl+C or SIGTERM, then ends its calls properly; a second signal ends it at once.',
  options: OPTIONS,
  notes: [CONFIG_NOTE],
  examples: [
    ['carillon serve', 'the demo meeting on the usual ports'],
    ['carillon serve --config site.yaml', 'your own meetings and ports'],
    ['carillon serve --udp-port 0 --http-port null', 'a free port for UDP, no HTTP'],
    ['CARILLON_SIP_TLS_PORT=6061 carillon serve', 'the same for one key, by the environment'],
  ],
});

/** The service while it runs. */
export interface RunningService {
  readonly listeners: readonly BoundListener[];
  /** Ends calls, tells what is left to tell, closes everything. */
  stop(): Promise<void>;
}

/** Resolves when every listener is open. */
export type StartService = (config: Config, logger: Logger) => Promise<RunningService>;

export function createServeCommand(startService: StartService): Command {
  return { run: (argv, surroundings) => serve(argv, surroundings, startService) };
}

async function serve(
  argv: readonly string[],
  surroundings: Surroundings,
  startService: StartService,
): Promise<number> {
  const options = parseOptions(argv, OPTIONS);
  const { output, errorOutput, stopRequest } = surroundings;
  if (options.has('help')) {
    output.write(HELP);
    return EXIT_DONE;
  }
  const config = configFromOptions(options, surroundings);
  const logger = createLogger(config.logging, errorOutput.isTerminal);
  const service = await startService(config, logger).catch((error: unknown) => {
    const explanation = explainListenError(error, plannedListeners(config));
    if (explanation === null) throw error;
    const { listenerName, problem, remedy } = explanation;
    throw new CommandFailed(`${listenerName} ${problem}.\n  ${remedy}`, { cause: error });
  });
  const facts = { version: packageDescription.version, listeners: service.listeners, config };
  output.write(
    options.has('json')
      ? `${JSON.stringify({ version: facts.version, listeners: service.listeners })}\n`
      : formatStartupText({ ...facts, reachableAddress: ourAddress(config.sip, service.listeners) }),
  );
  await untilAborted(stopRequest);
  if (output.isTerminal) output.write('\nEnding calls; press Ctrl+C again to stop at once.\n');
  await service.stop();
  return EXIT_DONE;
}

function ourAddress(
  sip: { readonly advertisedAddress: string; readonly address: string },
  listeners: readonly BoundListener[],
): string {
  const bound = listeners.find(({ key }) => key.startsWith('sip.'))?.address ?? sip.address;
  return reachableAddress(sip.advertisedAddress, bound, '', networkInterfaces());
}

function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    // A promise alone does not keep a process alive, and with every listener off nothing else would.
    const keepAlive = setInterval(() => {}, 0x7fffffff);
    signal.addEventListener('abort', () => {
      clearInterval(keepAlive);
      resolve();
    });
  });
}
