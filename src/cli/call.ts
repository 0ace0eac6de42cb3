import { rmSync, statSync } from 'node:fs';
import { createMediaEngine } from '../../media/engine/media-engine.ts';
import { MediaPortsExhausted } from '../../media/engine/media-leg.ts';
import { CallFailure } from '../../signaling/call-failure.ts';
import { formatCallJson, formatCallText, formatLiveLine } from '../caller/call-report.ts';
import { loadSounds, UnplayableFile } from '../caller/call-sounds.ts';
import { judgeCall } from '../caller/call-verdict.ts';
import {
  callFromNetwork,
  formatNetworkCall,
  judgeNetworkCall,
  type NetworkCallRequest,
  ServiceRefused,
} from '../caller/network-call.ts';
import { type CallSpectator, PlacedCall } from '../caller/placed-call.ts';
import { CallerWatch, type SipTrace } from '../caller/sip-caller-watch.ts';
import { mediaOptions } from '../service-options.ts';
import {
  CALL_OPTIONS,
  callerConfig,
  readCallPlan,
  readExpectation,
  readNetworkCall,
} from './call-options.ts';
import { readCallTarget } from './call-target.ts';
import { EXIT_DONE, EXIT_FAILED } from './exit-code.ts';
import { formatHelp, type ParsedOptions, parseOptions } from './options.ts';
import { type Command, CommandFailed, type Output, type Surroundings } from './surroundings.ts';

const HELP = formatHelp({
  usage: 'carillon call [OPTION]… URI',
  about:
    'Places one real call and tells how good it was: SIP or H.323, and RTP, measured as the service measures its legs.\n' +
    'Exit status 1 when the call is not answered as expected, its sound is too bad, or nothing is heard.',
  options: CALL_OPTIONS,
  examples: [
    ['carillon call --duration 10 sip:echo@192.0.2.10', 'ten seconds, and the verdict'],
    ['carillon call --dtmf "6064724824#,,*7" u@192.0.2.10', 'a meeting by its welcome screen, then mute'],
    [
      'carillon call --play hello.wav --record heard.wav sip:echo@192.0.2.10',
      'say a file, write down what comes',
    ],
    ['carillon call --transport tls --insecure 6064724824@192.0.2.10', 'over TLS, whatever the certificate'],
    ['carillon call --from-pstn +4930123456 +12065550100', 'ring your own telephone system by its connector'],
    ['carillon call --h323 --dtmf 1 6064724824@192.0.2.10', 'the same over H.323'],
    ['carillon call --expect 404 --json sip:nobody@192.0.2.10', 'for a script: a refusal that is right'],
  ],
});

export const callCommand: Command = { run: call };

/** Clears the line it stands on. */
const ERASE_LINE = '\r\u001b[2K';

async function call(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  const options = parseOptions(argv, CALL_OPTIONS, { takesWords: true });
  const { output, errorOutput, stopRequest } = surroundings;
  if (options.has('help')) {
    output.write(HELP);
    return EXIT_DONE;
  }
  const fromNetwork = readNetworkCall(options);
  if (fromNetwork !== null) return followNetworkCall(fromNetwork, options, surroundings);
  const plan = readCallPlan(options);
  const expectation = readExpectation(options, plan);
  const target = readCallTarget(options, plan, surroundings);
  const config = callerConfig(options, surroundings);
  const sounds = explained(() => loadSounds(options.get('play'), plan.keys, plan.keyMs));
  if (plan.recordFile !== null) makeRoomFor(plan.recordFile);
  const watch = new CallerWatch(options.has('trace') ? tracer(errorOutput) : null);
  const route = await target.findRoute(config, watch).catch((error: unknown) => {
    throw error instanceof CallFailure ? new CommandFailed(error.message) : error;
  });
  const engine = createMediaEngine({ ...mediaOptions(config), clips: sounds });
  try {
    await engine.start();
    const spectator = spectatorAt(errorOutput);
    const outcome = await new PlacedCall(plan, route, spectator).run(engine, stopRequest).catch(explainStart);
    if (errorOutput.isTerminal) errorOutput.write(ERASE_LINE);
    const verdict = judgeCall(outcome, expectation);
    for (const complaint of watch.complaints) errorOutput.write(`carillon: ${complaint}\n`);
    output.write((options.has('json') ? formatCallJson : formatCallText)(target.text, outcome, verdict));
    return verdict.verdict === 'ok' ? EXIT_DONE : EXIT_FAILED;
  } finally {
    await Promise.all([engine.stop(), route.close()]);
  }
}

async function followNetworkCall(
  request: NetworkCallRequest,
  options: ParsedOptions,
  { output, stopRequest }: Surroundings,
): Promise<number> {
  const expectation = readExpectation(options, { durationMs: null });
  const call = await callFromNetwork(request, stopRequest).catch((error: unknown) => {
    throw error instanceof ServiceRefused ? new CommandFailed(`${error.message}.`) : error;
  });
  const verdict = judgeNetworkCall(call, expectation);
  const document = { ...call, ...verdict };
  output.write(
    options.has('json') ? `${JSON.stringify(document, null, 2)}\n` : formatNetworkCall(call, verdict),
  );
  return verdict.verdict === 'ok' ? EXIT_DONE : EXIT_FAILED;
}

/** A call and its seconds, on a terminal; a pipe gets the result only. */
function spectatorAt(output: Output): CallSpectator {
  if (!output.isTerminal) return { onStep: () => undefined, onInterval: () => undefined };
  return {
    onStep: (text) => output.write(`${ERASE_LINE}  ${text}\n`),
    onInterval: (report, talkedMs) => output.write(`${ERASE_LINE}  ${formatLiveLine(report, talkedMs)}`),
  };
}

function tracer(output: Output): SipTrace {
  return (direction, text, { transport, remoteAddress, remotePort }) => {
    const arrow = direction === 'sent' ? '→' : '←';
    output.write(`${arrow} ${transport} ${remoteAddress} port ${remotePort}\n${text.replaceAll('\r', '')}\n`);
  };
}

function explained<Result>(action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    throw error instanceof UnplayableFile ? new CommandFailed(error.message) : error;
  }
}

/** A recording of an earlier run gives way; what is no file stays, and the recording cannot be opened. */
function makeRoomFor(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isFile()) rmSync(path);
}

/** Before the call there is nothing but files and ports that can fail. */
function explainStart(error: unknown): never {
  if (error instanceof MediaPortsExhausted) throw new CommandFailed(`No media ports: ${error.message}.`);
  const { message } = error as Error;
  if (/^E[A-Z]+: /.test(message)) throw new CommandFailed(`The recording cannot be written: ${message}.`);
  throw error;
}
