import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LegReport } from '../../media/quality/leg-report.ts';
import type { CallDetail } from '../../src/http/service-view.ts';
import type { LogLine } from '../support/data-folder.ts';
import { MEETING_ID, TestService } from '../support/service.ts';
import { runSipp } from '../support/sipp.ts';
import { LoopbackCapture, type RtpStreamLine, readRtpStreams, readUdpPackets } from '../support/tshark.ts';

/**
 * Loopback hands the same stamped packet to the capture and to our socket, so both read the same nanosecond. A
 * capture that keeps microseconds only would differ by some 0.02 µs in the mean and 0.07 µs in the maximum,
 * enough to round the other way once in twenty.
 */
const CALLS = 3;

let service: TestService;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'carillon-kernel-time-'));
});

afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  expect((await service.stop()).exitCode).toBe(0);
});

/** A microsecond value as tshark prints it: milliseconds, three decimals. */
function asPrinted(us: number | null): string {
  return ((us ?? Number.NaN) / 1_000).toFixed(3);
}

function finalReport({ legs }: CallDetail): LegReport {
  const report = legs[0]?.minutes.at(-1);
  if (report?.isFinal !== true) throw new Error('the call has no final report');
  return report;
}

async function endedCalls(): Promise<readonly CallDetail[]> {
  const records = await service.waitFor(
    async () => service.mediaQualityLog(),
    (lines) => lines.length >= CALLS,
    'a record of each call',
  );
  return Promise.all(records.map((record) => service.get<CallDetail>(`/calls/${record['call_id']}`)));
}

function recordOf(call: CallDetail): LogLine {
  return service.mediaQualityLog().find((line) => line['call_id'] === call.id)!;
}

function streamTo(port: number, streams: readonly RtpStreamLine[]): RtpStreamLine {
  const [stream, ...others] = streams.filter(({ destinationPort }) => destinationPort === port);
  expect(others).toEqual([]);
  return stream!;
}

describe.runIf(process.platform === 'linux')('SIPp plays its G.711 capture, three calls at once', () => {
  it('and the minute record of each says what tshark prints, to the last digit', async () => {
    service = await TestService.start({ settings: { media: { backend: 'koffi' } } });
    expect((await service.status()).media.backend).toBe('koffi');
    const path = join(folder, 'loopback.pcapng');
    const capture = await LoopbackCapture.start(path, `udp dst portrange ${service.mediaPorts.join('-')}`);
    const result = await runSipp({
      scenario: 'play-g711',
      address: '127.0.0.1',
      port: service.port('UDP'),
      transport: 'u1',
      service: MEETING_ID,
      calls: CALLS,
      // Away from the ports of other runs of SIPp.
      mediaPort: 35_000,
    });
    expect(result).toMatchObject({ exitCode: 0, successfulCalls: CALLS });
    await capture.stop();

    const streams = await readRtpStreams(path);
    const packets = await readUdpPackets(path);
    const calls = await endedCalls();
    expect(calls).toHaveLength(CALLS);
    for (const call of calls) {
      const port = call.legs[0]!.localRtpPort!;
      const oracle = streamTo(port, streams);
      const { received } = finalReport(call);
      const bytes = packets
        .filter(({ destinationPort }) => destinationPort === port)
        .reduce((sum, { payload }) => sum + payload.length, 0);
      expect({
        packets: received.packets,
        bytes: received.bytes,
        lost: received.lost,
        meanJitterMs: asPrinted(received.jitterUs),
        maxJitterMs: asPrinted(received.jitterMaxUs),
      }).toEqual({
        packets: oracle.packets,
        bytes,
        lost: oracle.lost,
        meanJitterMs: oracle.meanJitterMs,
        maxJitterMs: oracle.maxJitterMs,
      });
      expect(recordOf(call)).toMatchObject({
        cust2vc_rtp_packets: oracle.packets,
        cust2vc_rtp_bytes: bytes,
        cust2vc_packets_lost: oracle.lost,
        cust2vc_jitter: Math.round(Number(oracle.meanJitterMs) * 1_000),
      });
    }
  });
});
