import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import type { CapturedStream } from '../../media/capture/captured-stream.ts';
import { runToEnd } from '../support/running-process.ts';
import { MEETING_ID, TestService } from '../support/service.ts';
import { runSipp } from '../support/sipp.ts';
import { LoopbackCapture, readRtpStreams } from '../support/tshark.ts';
import { buildYardstick, generateCapture } from '../support/yardstick.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'carillon-analyze-'));
const rtpgen = await buildYardstick('rtpgen', folder);
if (rtpgen === null) console.log('no generator of captures here (gcc, rtpgen.c): SIPp alone has to do');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Lines that both print: who sends to whom, packets, lost, mean and max jitter with three decimals. */
interface Line {
  readonly packets: number;
  readonly lost: number;
  readonly meanJitterMs: string;
  readonly maxJitterMs: string;
}

async function analyze(path: string): Promise<CapturedStream[]> {
  const parameters = [MAIN, 'analyze', '--compat', 'tshark', '--json', '--minimum-mos', '1', path];
  const finished = await runToEnd(process.execPath, parameters, 60_000);
  expect({ exitCode: finished.exitCode, stderr: finished.stderr }).toEqual({ exitCode: 0, stderr: '' });
  return JSON.parse(finished.stdout).streams;
}

function ourLines(streams: readonly CapturedStream[]): Record<string, Line> {
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

async function tsharkLines(path: string, udpPorts?: string): Promise<Record<string, Line>> {
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

describe.runIf(rtpgen !== null)('a generated capture', () => {
  it.each([
    [10, 20_000, 'pcap'],
    [10, 20_000, 'pcapng'],
    [200, 100_000, 'pcapng'],
    [2000, 200_000, 'pcap'],
    [10_000, 200_000, 'pcapng'],
  ])('of %i streams, %i packets, %s is counted as tshark counts it', async (streams, packets, format) => {
    const path = join(folder, `${streams}.${format}`);
    await generateCapture(rtpgen ?? '', streams, packets, path);
    const ours = await analyze(path);
    expect(ours).toHaveLength(streams);
    expect(ourLines(ours)).toEqual(await tsharkLines(path, '10000-49999'));
  });
});

async function startService() {
  const running = await TestService.start();
  return { running, [Symbol.asyncDispose]: async () => void (await running.stop()) };
}

describe('a call of SIPp', () => {
  it('is counted as tshark counts it, and named by its signaling', async () => {
    await using service = await startService();
    const path = join(folder, 'sipp.pcap');
    const [first, last] = service.running.mediaPorts;
    const port = service.running.port('UDP');
    const capture = await LoopbackCapture.start(path, `udp port ${port} or udp portrange ${first}-${last}`);
    const called = await runSipp({
      scenario: 'play-g711',
      address: '127.0.0.1',
      port,
      transport: 'u1',
      service: MEETING_ID,
    });
    await capture.stop();
    expect(called.successfulCalls).toBe(1);
    const ours = await analyze(path);
    expect(ours.length).toBeGreaterThanOrEqual(2);
    for (const stream of ours) {
      expect(stream).toMatchObject({ evidence: 'signaling', codec: 'PCMA', isEncrypted: false });
    }
    expect(ourLines(ours)).toEqual(await tsharkLines(path, `${first}-${last}`));
  });
});
