import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseExtendedReport, serializeExtendedReport } from '../../../media/rtcp/extended-report.ts';
import { extendedReport } from './extended-report-arbitrary.ts';

/** Laid beside the diagrams of RFC 3611 §4.4 to §4.7. */
const HEADER = [0x80, 207, 0, 25, 0x11, 0x22, 0x33, 0x44];
const REFERENCE_TIME = [4, 0, 0, 2, 0xe8, 0xb5, 0x5d, 0x12, 0x80, 0, 0, 0];
const DLRR = [5, 0, 0, 3, 0x55, 0x66, 0x77, 0x88, 0x5d, 0x12, 0x80, 0, 0, 1, 0, 0];
const SUMMARY = [
  [6, 0b1010_1000, 0, 9],
  [0x55, 0x66, 0x77, 0x88],
  [0, 100, 0, 200],
  [0, 0, 0, 3],
  [0, 0, 0, 0],
  [0, 0, 0, 1],
  [0, 0, 0, 40],
  [0, 0, 0, 12],
  [0, 0, 0, 5],
  [61, 64, 62, 1],
].flat();
const VOIP_METRICS = [
  [7, 0, 0, 8],
  [0x55, 0x66, 0x77, 0x88],
  [13, 5, 128, 2],
  [0, 200, 0x13, 0x88],
  [0, 80, 0, 60],
  [0xf0, 0xc4, 127, 16],
  [78, 127, 41, 38],
  [0b1111_0010, 0, 0, 40],
  [0, 60, 0, 200],
].flat();
const LOSS_RUNS = [1, 0, 0, 3, 0x55, 0x66, 0x77, 0x88, 0, 1, 0, 9, 0x40, 8, 0, 0];

const report = (...blocks: number[][]): Uint8Array => {
  const bytes = new Uint8Array([...HEADER, ...blocks.flat()]);
  new DataView(bytes.buffer).setUint16(2, bytes.length / 4 - 1);
  return bytes;
};

describe('parseExtendedReport', () => {
  it('reads the blocks that a telephone sends', () => {
    const bytes = report(REFERENCE_TIME, DLRR, SUMMARY, VOIP_METRICS);
    const parsed = parseExtendedReport(bytes);
    expect(parsed).toEqual({
      type: 'extended-report',
      synchronizationSource: 0x11223344,
      blocks: [
        { type: 'reference-time', ntpTimestamp: { seconds: 0xe8b55d12, fraction: 0x80000000 } },
        {
          type: 'delay-since-reference-time',
          receivers: [{ receiver: 0x55667788, lastReferenceTime: 0x5d128000, delay: 65_536 }],
        },
        {
          type: 'statistics-summary',
          source: 0x55667788,
          beginSequenceNumber: 100,
          endSequenceNumber: 200,
          lost: 3,
          duplicates: null,
          jitter: { minimum: 1, maximum: 40, mean: 12, deviation: 5 },
          hops: { kind: 1, minimum: 61, maximum: 64, mean: 62, deviation: 1 },
        },
        {
          type: 'voip-metrics',
          source: 0x55667788,
          lossRate: 13,
          discardRate: 5,
          burstDensity: 128,
          gapDensity: 2,
          burstDurationMs: 200,
          gapDurationMs: 5000,
          roundTripDelayMs: 80,
          endSystemDelayMs: 60,
          signalLevelDbm0: -16,
          noiseLevelDbm0: -60,
          residualEchoReturnLossDb: null,
          gapThreshold: 16,
          ratingFactor: 78,
          externalRatingFactor: null,
          mosListening: 4.1,
          mosConversational: 3.8,
          concealment: 'standard',
          jitterBufferKind: 'adaptive',
          jitterBufferRate: 2,
          jitterBufferNominalMs: 40,
          jitterBufferMaximumMs: 60,
          jitterBufferAbsoluteMaximumMs: 200,
        },
      ],
    });
    expect(parsed && [...serializeExtendedReport(parsed)]).toEqual([...bytes]);
  });

  it('skips a kind it does not read by its length, and goes on behind it', () => {
    const parsed = parseExtendedReport(report(LOSS_RUNS, REFERENCE_TIME));
    expect(parsed?.blocks.map((block) => block.type)).toEqual(['other', 'reference-time']);
    expect(parsed?.blocks[0]).toMatchObject({ blockType: 1, content: new Uint8Array(LOSS_RUNS.slice(4)) });
  });

  it('takes a known kind of another length for an unknown one (RFC 3611 §3)', () => {
    const long = [7, 0, 0, 9, ...VOIP_METRICS.slice(4), 0, 0, 0, 0];
    expect(parseExtendedReport(report(long))?.blocks).toMatchObject([{ type: 'other', blockType: 7 }]);
  });

  it.each([
    ['no source', [0x80, 207, 0, 0]],
    ['half a block header', [...HEADER, 7, 0]],
    ['a block that runs past the end', [...HEADER, 7, 0, 0, 8, 1, 2, 3, 4]],
  ])('refuses %s', (_, bytes) => {
    expect(parseExtendedReport(new Uint8Array(bytes))).toBeNull();
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        parseExtendedReport(bytes);
      }),
      { numRuns: 20_000 },
    );
  });

  it('gives back what was serialized', () => {
    fc.assert(
      fc.property(extendedReport, (packet) => {
        expect(parseExtendedReport(serializeExtendedReport(packet))).toEqual(packet);
      }),
    );
  });
});
