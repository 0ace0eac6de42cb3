import { runToEnd } from './running-process.ts';

export interface SipsakResult {
  /** sipsak's: 0 for a 200 answer. */
  readonly exitCode: number | null;
  /** The whole answer, headers and all; empty when none came. */
  readonly answer: string;
}

/** Sends one OPTIONS and prints what comes back. */
export async function sendOptions(
  uri: string,
  transport: 'udp' | 'tcp',
  deadlineMs = 15_000,
): Promise<SipsakResult> {
  const parameters = ['-vvv', '-H', '127.0.0.1', '-E', transport, '-s', uri];
  const finished = await runToEnd('sipsak', parameters, deadlineMs);
  const [, answer = ''] = finished.stdout.split(/^received from: .*\n/m);
  return { exitCode: finished.exitCode, answer };
}
