import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Impairments, NO_IMPAIRMENT } from '../../../media/impairment/impair.ts';
import { ReceiveStreams } from '../../../media/receive/receive-stream.ts';
import { type ArrivedPacket, receiveAll, type SentStream, sendImpaired } from '../../support/rtp-stream.ts';

const sent: fc.Arbitrary<SentStream> = fc.record({
  packets: fc.integer({ min: 1, max: 3000 }),
  firstSequenceNumber: fc.nat(0xffff),
  firstTimestamp: fc.nat(0xffff_ffff),
  driftPpm: fc.integer({ min: -200, max: 200 }),
});
const impairments: fc.Arbitrary<Impairments> = fc.record({
  seed: fc.integer(),
  lossBeginProbability: fc.double({ min: 0, max: 0.3, noNaN: true }),
  lossEndProbability: fc.double({ min: 0.1, max: 1, noNaN: true }),
  duplicateProbability: fc.double({ min: 0, max: 0.2, noNaN: true }),
  duplicateDelayUs: fc.nat(60_000),
  jitterMeanUs: fc.nat(10_000),
  spikeProbability: fc.double({ min: 0, max: 0.1, noNaN: true }),
  spikeUs: fc.nat(300_000),
});

/** The definitions of the report, said with sets over the places of what was sent. */
function definition(stream: SentStream, packets: readonly ArrivedPacket[]) {
  const seen = new Set<number>();
  let highest = -1;
  let duplicates = 0;
  let reordered = 0;
  let jitter = 0;
  let jitterSum = 0;
  let jitterMax = 0;
  let jitterPackets = 0;
  let reference: ArrivedPacket | null = null;
  for (const packet of packets) {
    const place = (packet.sequenceNumber - stream.firstSequenceNumber) & 0xffff;
    if (seen.has(place)) {
      duplicates++;
      continue;
    }
    if (place < highest) reordered++;
    highest = Math.max(highest, place);
    seen.add(place);
    if (reference !== null) {
      const units = (packet.timestamp - reference.timestamp) | 0;
      jitter += (Math.abs((packet.arrivalUs - reference.arrivalUs) / 125 - units) - jitter) / 16;
      jitterSum += jitter;
      jitterMax = Math.max(jitterMax, jitter);
      jitterPackets++;
    }
    reference = packet;
  }
  const places = [...seen].sort((a, b) => a - b);
  const lossRuns = places.filter((place, index) => index > 0 && place > (places[index - 1] ?? 0) + 1).length;
  const expected = packets.length === 0 ? 0 : highest - (places[0] ?? 0) + 1;
  return {
    packets: packets.length,
    expected,
    lost: expected - seen.size,
    duplicates,
    reordered,
    lossRuns,
    jitterPackets,
    jitterUs: jitterPackets === 0 ? null : expect.closeTo((jitterSum / jitterPackets) * 125, 6),
    jitterMaxUs: jitterPackets === 0 ? null : expect.closeTo(jitterMax * 125, 6),
  };
}

describe('an impaired stream', () => {
  it('is reported by the definitions, whatever the network did', () => {
    fc.assert(
      fc.property(sent, impairments, (stream, network) => {
        const { packets } = sendImpaired(stream, network);
        const streams = new ReceiveStreams();
        const slot = streams.create(1, 8000);
        receiveAll(streams, slot, packets);
        expect(streams.report(slot)).toMatchObject(definition(stream, packets));
      }),
      { numRuns: 300 },
    );
  });

  it('is reported as it was impaired', () => {
    fc.assert(
      fc.property(sent, impairments, (stream, network) => {
        const { packets, lost, duplicates } = sendImpaired(stream, network);
        fc.pre(packets.length > 0);
        // What is lost before the first and after the last packet leaves no trace with a receiver.
        const arrived = new Set(packets.map((p) => (p.sequenceNumber - stream.firstSequenceNumber) & 0xffff));
        const first = Math.min(...arrived);
        const last = Math.max(...arrived);
        const streams = new ReceiveStreams();
        const slot = streams.create(1, 8000);
        receiveAll(streams, slot, packets);
        expect(streams.report(slot)).toMatchObject({
          lost: lost.filter((place) => place > first && place < last).length,
          duplicates,
          expected: last - first + 1,
        });
      }),
      { numRuns: 300 },
    );
  });

  it('gives the same totals wherever it is split', () => {
    fc.assert(
      fc.property(sent, impairments, fc.array(fc.nat(3000), { maxLength: 5 }), (stream, network, splits) => {
        const { packets } = sendImpaired(stream, network);
        const whole = new ReceiveStreams();
        const parts = new ReceiveStreams();
        receiveAll(whole, whole.create(1, 8000), packets);
        parts.create(1, 8000);
        const edges = [0, ...splits.sort((a, b) => a - b), packets.length];
        const reports = edges.slice(1).map((edge, index) => {
          receiveAll(parts, 0, packets.slice(edges[index], edge));
          return parts.takeReport(0);
        });
        const total = whole.report(0);
        const last = reports.at(-1);
        const sum = (of: (report: typeof total) => number): number =>
          reports.reduce((all, r) => all + of(r), 0);
        expect(last?.lostCumulative).toBe(total.lostCumulative);
        expect(last?.expectedCumulative).toBe(total.expectedCumulative);
        expect(sum((r) => r.packets)).toBe(total.packets);
        expect(sum((r) => r.bytes)).toBe(total.bytes);
        expect(sum((r) => r.expected)).toBe(total.expected);
        expect(sum((r) => r.duplicates)).toBe(total.duplicates);
        expect(sum((r) => r.reordered)).toBe(total.reordered);
        expect(sum((r) => r.jitterPackets)).toBe(total.jitterPackets);
        expect(sum((r) => (r.jitterUs ?? 0) * r.jitterPackets)).toBeCloseTo(
          (total.jitterUs ?? 0) * total.jitterPackets,
          3,
        );
        expect(Math.max(...reports.map((r) => r.jitterMaxUs ?? 0))).toBe(total.jitterMaxUs ?? 0);
      }),
      { numRuns: 200 },
    );
  });
});

describe('ten hours', () => {
  const HOURS: SentStream = {
    packets: 1_800_000,
    firstSequenceNumber: 65_000,
    firstTimestamp: 0xffff_0000,
    driftPpm: 0,
  };

  function receive(stream: SentStream, network: Impairments) {
    const { packets, lost, duplicates } = sendImpaired(stream, network);
    const streams = new ReceiveStreams();
    receiveAll(streams, streams.create(1, 8000), packets);
    return { report: streams.report(0), counters: streams.receptionCounters(0), lost, duplicates };
  }

  it('wrap the sequence 27 times and lose nothing that was not lost', () => {
    const network = {
      ...NO_IMPAIRMENT,
      seed: 5,
      lossBeginProbability: 0.005,
      lossEndProbability: 0.5,
      duplicateProbability: 0.001,
    };
    const { report, counters, lost, duplicates } = receive(HOURS, network);
    expect(report.lost).toBe(lost.filter((place) => place > 0 && place < HOURS.packets - 1).length);
    expect(report.lost).toBeGreaterThan(10_000);
    expect(report.duplicates).toBe(duplicates);
    expect(report.restarts).toBe(0);
    expect(report.jitterMaxUs).toBe(0);
    expect(counters.extendedHighestSequenceNumber).toBe(65_000 + HOURS.packets - 1);
    // Gilbert's bursts are 1/0.5 = 2 long on the average.
    expect(report.burstRatio).toBeCloseTo(2 * (1 - report.lost / report.expected), 1);
  });

  it('of a clock 200 ppm off show a jitter of four microseconds, the drift of one packet', () => {
    const { report } = receive({ ...HOURS, packets: 100_000, driftPpm: 200 }, NO_IMPAIRMENT);
    expect(report.lost).toBe(0);
    expect(report.jitterUs).toBeCloseTo(4, 1);
    expect(report.jitterMaxUs).toBeLessThan(4.1);
  });
});
