import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { analyzeAsTshark, ourLines, tsharkLines } from '../support/analyze-lines.ts';
import { MEETING_ID, TestService } from '../support/service.ts';
import { runSipp } from '../support/sipp.ts';
import { LoopbackCapture } from '../support/tshark.ts';
import { buildYardstick, generateCapture } from '../support/yardstick.ts';

const folder = mkdtempSync(join(tmpdir(), 'carillon-analyze-'));
const rtpgen = await buildYardstick('rtpgen', folder);
if (rtpgen === null) console.log('no generator of captures here (gcc, rtpgen.c): SIPp alone has to do');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.runIf(rtpgen !== null)('a generated capture', () => {
  it.each([
    [10, 20_000, 'pcap'],
    [10, 20_000, 'pcapng'],
    [100, 50_000, 'pcap'],
    [100, 50_000, 'pcapng'],
    [1000, 100_000, 'pcap'],
    [1000, 100_000, 'pcapng'],
    [10_000, 200_000, 'pcap'],
    [10_000, 200_000, 'pcapng'],
  ])('of %i streams, %i packets, %s is counted as tshark counts it', async (streams, packets, format) => {
    const path = join(folder, `${streams}.${format}`);
    await generateCapture(rtpgen ?? '', streams, packets, path);
    const ours = await analyzeAsTshark(path);
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
    const ours = await analyzeAsTshark(path);
    expect(ours.length).toBeGreaterThanOrEqual(2);
    for (const stream of ours) {
      expect(stream).toMatchObject({ evidence: 'signaling', codec: 'PCMA', isEncrypted: false });
    }
    expect(ourLines(ours)).toEqual(await tsharkLines(path, `${first}-${last}`));
  });
});
