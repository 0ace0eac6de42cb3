import fc from 'fast-check';
import type { ExtendedReport } from '../../../media/rtcp/extended-report.ts';
import { CONCEALMENTS, JITTER_BUFFER_KINDS } from '../../../media/rtcp/voip-metrics-block.ts';

const uint32 = fc.integer({ min: 0, max: 0xffff_ffff });
const uint16 = fc.nat(0xffff);
const uint8 = fc.nat(0xff);
/** 127 on the wire stands for null. */
const measured = fc.option(uint8.filter((value) => value !== 127));
const level = fc.option(fc.integer({ min: -128, max: 126 }));
const score = fc.option(fc.integer({ min: 10, max: 50 }).map((tenths) => tenths / 10));

const referenceTime = fc.record({
  type: fc.constant('reference-time' as const),
  ntpTimestamp: fc.record({ seconds: uint32, fraction: uint32 }),
});

const delaySinceReferenceTime = fc.record({
  type: fc.constant('delay-since-reference-time' as const),
  receivers: fc.array(fc.record({ receiver: uint32, lastReferenceTime: uint32, delay: uint32 }), {
    maxLength: 5,
  }),
});

const statisticsSummary = fc.record({
  type: fc.constant('statistics-summary' as const),
  source: uint32,
  beginSequenceNumber: uint16,
  endSequenceNumber: uint16,
  lost: fc.option(uint32),
  duplicates: fc.option(uint32),
  jitter: fc.option(fc.record({ minimum: uint32, maximum: uint32, mean: uint32, deviation: uint32 })),
  hops: fc.option(
    fc.record({
      kind: fc.integer({ min: 1, max: 3 }),
      minimum: uint8,
      maximum: uint8,
      mean: uint8,
      deviation: uint8,
    }),
  ),
});

const voipMetrics = fc.record({
  type: fc.constant('voip-metrics' as const),
  source: uint32,
  lossRate: uint8,
  discardRate: uint8,
  burstDensity: uint8,
  gapDensity: uint8,
  burstDurationMs: uint16,
  gapDurationMs: uint16,
  roundTripDelayMs: uint16,
  endSystemDelayMs: uint16,
  signalLevelDbm0: level,
  noiseLevelDbm0: level,
  residualEchoReturnLossDb: measured,
  gapThreshold: uint8,
  ratingFactor: measured,
  externalRatingFactor: measured,
  mosListening: score,
  mosConversational: score,
  concealment: fc.constantFrom(...CONCEALMENTS),
  jitterBufferKind: fc.constantFrom(...JITTER_BUFFER_KINDS),
  jitterBufferRate: fc.nat(15),
  jitterBufferNominalMs: uint16,
  jitterBufferMaximumMs: uint16,
  jitterBufferAbsoluteMaximumMs: uint16,
});

/** Kinds that are not read: the three with run lengths, and those of later RFCs. */
const other = fc.record({
  type: fc.constant('other' as const),
  blockType: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 8, max: 255 })),
  typeSpecific: uint8,
  content: fc
    .array(fc.uint8Array({ minLength: 4, maxLength: 4 }), { maxLength: 4 })
    .map((words) => new Uint8Array(words.flatMap((word) => [...word]))),
});

export const extendedReport: fc.Arbitrary<ExtendedReport> = fc.record({
  type: fc.constant('extended-report' as const),
  synchronizationSource: uint32,
  blocks: fc.array(fc.oneof(referenceTime, delaySinceReferenceTime, statisticsSummary, voipMetrics, other), {
    maxLength: 4,
  }),
});
