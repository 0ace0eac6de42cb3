import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { codecImpairment } from '../../media/quality/codec-impairment.ts';
import {
  delayImpairment,
  effectiveEquipmentImpairment,
  simplifiedDelayImpairment,
  transmissionRating,
} from '../../media/quality/e-model.ts';
import { assessLegQuality } from '../../media/quality/leg-quality.ts';
import { mosFromRating, reportedMos } from '../../media/quality/mos.ts';
import { ReceiveStreams } from '../../media/receive/receive-stream.ts';
import { AUDIO } from '../../media/receive/reception.ts';
import { RtcpSession } from '../../media/rtcp/session.ts';
import { receiverReport } from '../support/media-frames.ts';

const page = readFileSync(new URL('../../docs/quality.md', import.meta.url), 'utf8');

/** The cells of the rows below a heading row, as the page prints them. */
function tableBelow(heading: string): string[][] {
  const lines = page.slice(page.indexOf(heading)).split('\n').slice(2);
  const end = lines.findIndex((line) => !line.startsWith('|'));
  return lines.slice(0, end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

function arrived(): { sequenceNumber: number; timestamp: number; arrivalMs: number }[] {
  return tableBelow('| number | timestamp |').map(([sequenceNumber, timestamp, arrivalMs]) => ({
    sequenceNumber: Number(sequenceNumber),
    timestamp: Number(timestamp),
    arrivalMs: Number(arrivalMs),
  }));
}

describe('docs/quality.md', () => {
  const streams = new ReceiveStreams();
  const slot = streams.create(1, 8000);
  const running: string[][] = [];
  for (const { sequenceNumber, timestamp, arrivalMs } of arrived()) {
    const before = streams.report(slot);
    streams.receive(slot, sequenceNumber, timestamp, 172, false, arrivalMs * 1000, AUDIO);
    const { jitterPackets, jitterUs } = streams.report(slot);
    if (jitterPackets === before.jitterPackets) continue;
    const sum = (jitterUs ?? 0) * jitterPackets - (before.jitterUs ?? 0) * before.jitterPackets;
    running.push([String(sequenceNumber), (sum / 1000).toFixed(6)]);
  }
  const report = streams.report(slot);

  it('counts packets as the code does', () => {
    expect(report).toMatchObject({
      packets: 10,
      bytes: 1720,
      expected: 10,
      lost: 1,
      duplicates: 1,
      reordered: 1,
    });
    const { expected, received } = streams.receptionCounters(slot);
    expect(expected - received).toBe(0);
  });

  it('derives the jitter as the code does', () => {
    const printed = tableBelow('| number | sent apart |').map((cells) => [
      cells[0],
      Number(cells[4]).toFixed(6),
    ]);
    expect(running).toEqual(printed);
    expect(page).toContain(`= **${((report.jitterUs ?? 0) / 1000).toFixed(3)} ms**`);
    expect(page).toContain(`**${((report.jitterMaxUs ?? 0) / 1000).toFixed(3)} ms**. Telephone-events`);
  });

  it('derives the burst ratio as the code does', () => {
    expect(report.burstRatio).toBeCloseTo(0.9, 12);
    expect(page).toContain('1 / (1 / 0.9) = **0.9**');
  });

  it('derives the round-trip time as the code does', () => {
    const session = new RtcpSession({ synchronizationSource: 7, canonicalName: 'a', random: () => 0.5 });
    session.buildReport(1_000_000, { packets: 1, octets: 160, rtpTimestamp: 0 }, null);
    session.receive(receiverReport(9, 7, 1_000_000, 10_000), 1_035_000);
    expect(session.takeRoundTripTimeUs()).toBeCloseTo(25_000, -2);
    expect(page).toContain('heard at 1035 ms: **25 ms**');
  });

  it('derives the score as the code does', () => {
    const inputs = {
      equipmentImpairment: 0,
      packetLossRobustness: 25.1,
      lossPercent: 10,
      burstRatio: 1,
      delayMs: 200,
    };
    const listening = transmissionRating({ ...inputs, delayMs: 0 });
    const conversational = transmissionRating(inputs);
    const printed = [
      effectiveEquipmentImpairment(inputs).toFixed(3),
      delayImpairment(200).toFixed(3),
      listening.toFixed(3),
      conversational.toFixed(3),
      reportedMos(listening).toFixed(2),
      reportedMos(conversational).toFixed(2),
    ];
    for (const figure of printed) expect(page).toContain(`**${figure}**`);
  });

  it('derives the simplified delay as the code does', () => {
    expect(page).toContain(`= **${simplifiedDelayImpairment(200).toFixed(3)}**`);
    const inputs = { equipmentImpairment: 0, packetLossRobustness: 25.1, lossPercent: 10, burstRatio: 1 };
    const rating = transmissionRating({ ...inputs, delayMs: 200 }, 'narrowband', 'simplified');
    expect(page).toContain(`would be ${rating.toFixed(3)}`);
    expect(delayImpairment(500) - simplifiedDelayImpairment(500)).toBeCloseTo(-17, 0);
  });

  it('derives the wideband scores as the code does', () => {
    const measured = { isConcealed: true, expected: 100, late: 0, burstRatio: 1, roundTripTimeUs: null };
    const score = (encodingName: string, lost: number, scale: 'codec' | 'wideband') =>
      assessLegQuality(
        { ...measured, encodingName, lost, jitterBufferDelayMs: 0 },
        { scale, delayModel: 'recommended' },
      );
    const { equipmentImpairment = 0, packetLossRobustness = 0 } = codecImpairment('G722') ?? {};
    expect(page).toContain(`Ie,WB = ${equipmentImpairment} and Bpl,WB = ${packetLossRobustness}`);
    const codec = { equipmentImpairment, packetLossRobustness };
    const impairment = effectiveEquipmentImpairment({ ...codec, lossPercent: 1, burstRatio: 1 });
    const [lossy, clean, narrow] = [
      score('G722', 1, 'codec'),
      score('G722', 0, 'codec'),
      score('PCMU', 0, 'wideband'),
    ];
    const printed = [
      impairment.toFixed(3),
      ...[lossy, clean, narrow].flatMap(({ quality, mosListening }) => [
        quality?.ratingListening.toFixed(3),
        mosListening?.toFixed(2),
      ]),
    ];
    for (const figure of printed) expect(page).toContain(`**${figure}**`);
  });

  it.each([
    ['80 and up', 80],
    ['70 to 80', 70],
    ['60 to 70', 60],
  ])('says what R leads to: %s', (band, rating) => {
    expect(page).toContain(`| ${band} | ${mosFromRating(rating).toFixed(2)} |`);
  });
});
