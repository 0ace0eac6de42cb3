/** Streams as `carillon analyze --compat tshark` and as tshark print them, to be laid side by side. */
import { fileURLToPath } from 'node:url';
import type { CapturedStream } from '../../media/capture/captured-stream.ts';
import { runToEnd } from './running-process.ts';
import { readRtpStreams } from './tshark.ts';

const MAIN = fileURLToPath(new URL('../../src/carillon.js', import.meta.url));

/** Lines that both print: who sends to whom, packets, lost, mean and max jitter with three decimals. */
interface Line {
  readonly packets: number;
  readonly lost: number;
  readonly meanJitterMs: string;
  readonly maxJitterMs: string;
}

/** Of `carillon analyze --compat tshark`. */
export async function analyzeAsTshark(path: string): Promise<CapturedStream[]> {
  const parameters = [MAIN, 'analyze', '--compat', 'tshark', '--json', '--minimum-mos', '1', path];
  const finished = await runToEnd(process.execPath, parameters, 60_000);
  if (finished.exitCode !== 0) throw new Error(`analyze: exit code ${finished.exitCode}, ${finished.stderr}`);
  return JSON.parse(finished.stdout).streams;
}

export function ourLines(streams: readonly CapturedStream[]): Record<string, Line> {
  return Object.fromEntries(
    streams.map((stream) => {
      const { packets = 0, lost = 0, meanJitterMs = 0, maxJitterMs = 0 } = stream.tshark ?? {};
      const { sourceAddress, sourcePort, destinationAddress, destinationPort } = stream;
      const key = [sourceAddress, sourcePort, destinationAddress, destinationPort];
      return [
        `${key.join(' ')} ${stream.synchronizationSource}`,
        { packets, lost, meanJitterMs: meanJitterMs.toFixed(3), maxJitterMs: maxJitterMs.toFixed(3) },
      ];
    }),
  );
}

export async function tsharkLines(path: string, udpPorts?: string): Promise<Record<string, Line>> {
  const lines = await readRtpStreams(path, udpPorts);
  return Object.fromEntries(
    lines.map(({ packets, lost, meanJitterMs, maxJitterMs, ...line }) => [
      [
        line.sourceAddress,
        line.sourcePort,
        line.destinationAddress,
        line.destinationPort,
        line.synchronizationSource,
      ].join(' '),
      { packets, lost, meanJitterMs, maxJitterMs },
    ]),
  );
}
