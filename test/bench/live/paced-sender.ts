import { fileURLToPath } from 'node:url';
import { runToEnd } from '../../support/running-process.ts';
import { startPinned } from '../sip-load.ts';

const SOURCE = fileURLToPath(new URL('./paced-sender.c', import.meta.url));
const BUILD_DEADLINE_MS = 60_000;
const GRACE_MS = 30_000;

/** Of packets that came back to the sender, how long they were away. */
export interface SenderFigures {
  readonly sent: number;
  readonly received: number;
  readonly packetsPerSecond: number;
  readonly medianUs: number;
  readonly p99Us: number;
  readonly maxUs: number;
}

/** Null where there is no C compiler. */
export async function buildPacedSender(folder: string): Promise<string | null> {
  const program = `${folder}/paced-sender`;
  const built = await runToEnd('cc', ['-O2', SOURCE, '-o', program, '-lpthread'], BUILD_DEADLINE_MS).catch(
    () => null,
  );
  return built?.exitCode === 0 ? program : null;
}

/** Sends to all ports in turn, from one port, for so long. */
export async function sendPaced(
  program: string,
  localPort: number,
  ports: readonly number[],
  packetsPerSecond: number,
  seconds: number,
): Promise<SenderFigures> {
  const parameters = [String(localPort), String(packetsPerSecond), String(seconds)];
  const sender = startPinned('load', program, parameters, { input: `${ports.join('\n')}\n` });
  const { exitCode, stdout, stderr } = await sender.waitForExit(seconds * 1000 + GRACE_MS);
  if (exitCode !== 0) throw new Error(`the sender failed: ${stderr}`);
  return JSON.parse(stdout) as SenderFigures;
}
