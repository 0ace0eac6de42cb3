import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LegReport, ReceivedReport } from '../../media/quality/leg-report.ts';
import { ReceiveStreams } from '../../media/receive/receive-stream.ts';
import { AUDIO } from '../../media/receive/reception.ts';
import type { StreamReport } from '../../media/receive/stream-report.ts';
import { createRtpHeader, readRtpHeader } from '../../media/rtp/packet.ts';
import type { CallDetail } from '../../src/http/service-view.ts';
import type { LogLine } from '../support/data-folder.ts';
import { toneFrame } from '../support/rtp-socket.ts';
import { MEETING_ID, TestService } from '../support/service.ts';
import { runSipp } from '../support/sipp.ts';
import { TestCaller } from '../support/test-caller.ts';
import {
  type CapturedPacket,
  LoopbackCapture,
  type RtpStreamLine,
  readRtpStreams,
  readUdpPackets,
} from '../support/tshark.ts';

/** SIPp's capture: 236 packets of 30 ms A-law, 12 + 240 bytes. */
const CAPTURE_PACKETS = 236;
const CAPTURE_PACKET_BYTES = 252;

/**
 * With the back ends `koffi` and `io_uring` the live service has the kernel's stamps, the very ones that tshark reads. `dgram`
 * stamps a packet in user space: |J' − J| of RFC 3550 A.8 is at most the greatest difference between two
 * neighbouring delays of that stamp, and on a machine with other work to do a callback comes a millisecond late,
 * now and then several.
 */
const USER_STAMP_MEAN_TOLERANCE_US = 1_500;
const USER_STAMP_MAX_TOLERANCE_US = 4_000;

let service: TestService;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'carillon-capture-'));
});

afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  expect((await service.stop()).exitCode).toBe(0);
});

/** What our own stream arithmetic makes of a capture: the same code as on the live path, other stamps. */
function measureCapture(packets: readonly CapturedPacket[], destinationPort: number): StreamReport {
  const streams = new ReceiveStreams();
  const header = createRtpHeader();
  let slot = -1;
  for (const { payload, arrivalUs } of packets.filter(
    (packet) => packet.destinationPort === destinationPort,
  )) {
    const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
    expect(readRtpHeader(view, 0, payload.length, header)).toBe(true);
    if (slot < 0) slot = streams.create(header.synchronizationSource, 8_000);
    const { sequenceNumber, timestamp, isMarked } = header;
    streams.receive(slot, sequenceNumber, timestamp, payload.length, isMarked, arrivalUs, AUDIO);
  }
  return streams.takeReport(slot);
}

/** A microsecond value as tshark prints it: milliseconds, three decimals. */
function asPrinted(us: number | null): string {
  return ((us ?? Number.NaN) / 1_000).toFixed(3);
}

async function lastRecord(): Promise<LogLine> {
  const lines = await service.waitFor(
    async () => service.mediaQualityLog(),
    (found) => found.length > 0,
    'a media-quality record',
  );
  return lines.at(-1)!;
}

async function finalReport(callId: string): Promise<LegReport> {
  const call = await service.waitFor(
    () => service.get<CallDetail>(`/calls/${callId}`),
    ({ legs }) => legs[0]?.minutes.at(-1)?.isFinal === true,
    'the final report',
  );
  return call.legs[0]!.minutes.at(-1)!;
}

/** The live jitter is tshark's to every printed digit, or as near as stamps of user space allow. */
async function expectJitterOf(received: ReceivedReport, oracle: RtpStreamLine): Promise<void> {
  if ((await service.status()).media.backend !== 'dgram') {
    expect(asPrinted(received.jitterUs)).toBe(oracle.meanJitterMs);
    expect(asPrinted(received.jitterMaxUs)).toBe(oracle.maxJitterMs);
    return;
  }
  const meanDifferenceUs = Number(received.jitterUs) - Number(oracle.meanJitterMs) * 1_000;
  const maxDifferenceUs = Number(received.jitterMaxUs) - Number(oracle.maxJitterMs) * 1_000;
  expect(Math.abs(meanDifferenceUs)).toBeLessThan(USER_STAMP_MEAN_TOLERANCE_US);
  expect(Math.abs(maxDifferenceUs)).toBeLessThan(USER_STAMP_MAX_TOLERANCE_US);
}

describe('SIPp plays its G.711 capture into a meeting', () => {
  it('is told in the minute record as tshark tells it', async () => {
    service = await TestService.start();
    const path = join(folder, 'loopback.pcapng');
    const capture = await LoopbackCapture.start(path, `udp dst portrange ${service.mediaPorts.join('-')}`);
    const result = await runSipp({
      scenario: 'play-g711',
      address: '127.0.0.1',
      port: service.port('UDP'),
      transport: 'u1',
      service: MEETING_ID,
    });
    expect(result).toMatchObject({ exitCode: 0, successfulCalls: 1 });
    await capture.stop();

    const record = await lastRecord();
    const call = await service.get<CallDetail>(`/calls/${record['call_id']}`);
    const port = call.legs[0]!.localRtpPort;
    const [oracle, ...others] = (await readRtpStreams(path)).filter((line) => line.destinationPort === port);
    expect(others).toEqual([]);
    expect(oracle).toMatchObject({ packets: CAPTURE_PACKETS, lost: 0 });
    const packets = (await readUdpPackets(path)).filter((packet) => packet.destinationPort === port);
    const bytes = packets.reduce((sum, { payload }) => sum + payload.length, 0);
    expect(bytes).toBe(CAPTURE_PACKETS * CAPTURE_PACKET_BYTES);

    const { received } = await finalReport(String(record['call_id']));
    await expectJitterOf(received, oracle!);
    expect(record).toMatchObject({
      cust2vc_rtp_packets: oracle!.packets,
      cust2vc_rtp_bytes: bytes,
      cust2vc_packets_lost: oracle!.lost,
      cust2vc_jitter: Math.round(Number(received.jitterUs)),
    });

    // The same arithmetic on the same stamps as tshark: every printed digit.
    const report = measureCapture(packets, oracle!.destinationPort);
    expect(report).toMatchObject({ packets: oracle!.packets, bytes, lost: oracle!.lost });
    expect(asPrinted(report.jitterUs)).toBe(oracle!.meanJitterMs);
    expect(asPrinted(report.jitterMaxUs)).toBe(oracle!.maxJitterMs);
  });
});

describe('a caller of plain G.711', () => {
  it('counts 3000 packets a minute of 172 bytes, both ways', async () => {
    service = await TestService.start({ settings: { metrics: { periodSeconds: 3 } } });
    const caller = await TestCaller.join(service.target('UDP'), MEETING_ID);
    caller.talk(440);
    const lines = await service.waitFor(
      async () => service.mediaQualityLog(),
      (found) => found.length >= 3,
      'three records',
      20_000,
    );
    const call = await service.callOf(caller.callId);
    await caller.hangUp();
    caller.close();

    // The first period is cut where the call came; the following ones are whole.
    const whole = call.legs[0]!.minutes.filter(
      ({ intervalStartMs, intervalEndMs }) => intervalEndMs - intervalStartMs > 2_900,
    );
    expect(whole.length).toBeGreaterThanOrEqual(2);
    const minutes = whole.reduce((sum, each) => sum + each.intervalEndMs - each.intervalStartMs, 0) / 60_000;
    const count = (of: (report: LegReport) => number) => whole.reduce((sum, each) => sum + of(each), 0);
    // On a busy machine a packet or two comes on the other side of either end.
    expect(Math.abs(count(({ received }) => received.packets) - 3_000 * minutes)).toBeLessThanOrEqual(5);
    expect(Math.abs(count(({ sent }) => sent.packets) - 3_000 * minutes)).toBeLessThanOrEqual(5);
    for (const { received, sent } of whole) {
      expect(received.bytes).toBe(received.packets * 172);
      expect(sent.bytes).toBe(sent.packets * 172);
      expect(received.lost).toBe(0);
    }
    for (const line of lines) {
      expect(line['cust2vc_rtp_bytes']).toBe(Number(line['cust2vc_rtp_packets']) * 172);
    }
  });

  it('has the jitter of an uneven sender told as tshark tells it', async () => {
    service = await TestService.start();
    const path = join(folder, 'loopback.pcapng');
    const capture = await LoopbackCapture.start(path, `udp dst portrange ${service.mediaPorts.join('-')}`);
    const caller = await TestCaller.join(service.target('UDP'), MEETING_ID);
    // Three packets of 20 ms in each round of 60 ms, at 0, 5 and 10 ms of it.
    for (let frame = 0; frame < 120; frame += 1) {
      caller.rtp.send(caller.remoteRtp, toneFrame(440, frame));
      await new Promise((resolve) => setTimeout(resolve, frame % 3 === 2 ? 50 : 5));
    }
    await caller.hangUp();
    await capture.stop();
    const { id } = await service.callOf(caller.callId);
    caller.close();
    const { received } = await finalReport(id);
    const [oracle] = (await readRtpStreams(path)).filter(
      ({ destinationPort }) => destinationPort === caller.remoteRtp.port,
    );
    expect(Number(oracle!.meanJitterMs)).toBeGreaterThan(10);
    expect(received).toMatchObject({ packets: oracle!.packets, lost: oracle!.lost });
    await expectJitterOf(received, oracle!);
    const report = measureCapture(await readUdpPackets(path), oracle!.destinationPort);
    expect(asPrinted(report.jitterUs)).toBe(oracle!.meanJitterMs);
    expect(asPrinted(report.jitterMaxUs)).toBe(oracle!.maxJitterMs);
  });

  it('has loss, duplicates and disorder told as they were made', async () => {
    service = await TestService.start();
    const caller = await TestCaller.join(service.target('UDP'), MEETING_ID);
    const order = Array.from({ length: 200 }, (_, frame) => frame)
      .filter((frame) => ![50, 51, 52, 120].includes(frame))
      .flatMap((frame) => (frame === 30 || frame === 140 ? [frame, frame] : [frame]));
    order.splice(order.indexOf(70), 2, 71, 70);
    order.splice(order.indexOf(160), 3, 162, 160, 161);
    for (const frame of order) {
      caller.rtp.send(caller.remoteRtp, toneFrame(440, frame));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await caller.hangUp();
    caller.close();
    const { id } = await service.callOf(caller.callId);
    expect((await finalReport(id)).received).toMatchObject({
      packets: 198,
      bytes: 198 * 172,
      expected: 200,
      lost: 4,
      lostCumulative: 4,
      duplicates: 2,
      reordered: 3,
    });
    expect(await lastRecord()).toMatchObject({
      cust2vc_rtp_packets: 198,
      cust2vc_rtp_bytes: 198 * 172,
      cust2vc_packets_lost: 4,
    });
  });
});
