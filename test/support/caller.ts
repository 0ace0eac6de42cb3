import { fileURLToPath } from 'node:url';
import { RunningProcess } from './running-process.ts';

const MAIN = fileURLToPath(new URL('../../src/carillon.js', import.meta.url));

/** What `carillon call --json` prints, as far as tests look at it. */
interface PrintedCall {
  readonly status: number | null;
  readonly transport: string;
  readonly remoteCallId: string;
  readonly talkedMs: number | null;
  readonly audio: { readonly format: { readonly encodingName: string }; readonly direction: string } | null;
  readonly localRtpPort: number | null;
  readonly encryption: string | null;
  readonly quality: {
    readonly receivedPackets: number;
    readonly sentPackets: number;
    readonly lostPackets: number;
    readonly mosConversational: number | null;
  } | null;
  readonly keysPressed: readonly { readonly digit: string; readonly status: number | null }[];
  readonly recording: { readonly durationMs: number; readonly failure: string | null } | null;
  readonly verdict: 'ok' | 'fail';
  readonly reasons: readonly string[];
}

export interface FinishedCall {
  readonly exitCode: number | null;
  readonly errors: string;
  /** Null where the command failed before the call. */
  readonly call: PrintedCall | null;
}

/** Runs `carillon call --json` as a script would. */
export async function runCall(
  words: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<FinishedCall> {
  const child = new RunningProcess(process.execPath, [MAIN, 'call', '--json', ...words], {
    env: { ...process.env, ...environment },
  });
  const { exitCode, stdout, stderr } = await child.waitForExit(60_000);
  return { exitCode, errors: stderr, call: stdout === '' ? null : (JSON.parse(stdout) as PrintedCall) };
}
