import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  assessLegQuality,
  type LegMeasurement,
  type QualityModel,
} from '../../../media/quality/leg-quality.ts';

const CLEAN: LegMeasurement = {
  encodingName: 'PCMU',
  isConcealed: true,
  expected: 3000,
  lost: 0,
  late: 0,
  burstRatio: null,
  roundTripTimeUs: null,
  jitterBufferDelayMs: null,
};

describe('assessLegQuality', () => {
  it('gives a clean leg the best score there is', () => {
    expect(assessLegQuality(CLEAN)).toEqual({
      mosListening: 4.4,
      mosConversational: 4.4,
      quality: {
        codec: 'PCMU',
        scale: 'narrowband',
        delayModel: 'recommended',
        equipmentImpairment: 0,
        packetLossRobustness: 25.1,
        lossPercent: 0,
        burstRatio: 1,
        delayMs: 0,
        ratingConversational: 93.2,
        ratingListening: 93.2,
      },
    });
  });

  it('scores a call as by hand: 5 % lost, 400 ms there and back, 50 ms buffered', () => {
    const { quality, ...scores } = assessLegQuality({
      ...CLEAN,
      lost: 150,
      roundTripTimeUs: 400_000,
      jitterBufferDelayMs: 50,
    });
    // Ie,eff = 95 · 5 / (5 + 25.1) = 15.781; Idd at 250 ms = 8.917.
    expect(quality).toMatchObject({ lossPercent: 5, delayMs: 250 });
    expect(quality?.ratingListening).toBeCloseTo(93.2 - 15.781, 3);
    expect(quality?.ratingConversational).toBeCloseTo(93.2 - 15.781 - 8.917, 2);
    expect(scores).toEqual({ mosListening: 3.92, mosConversational: 3.53 });
  });

  it('rates G.722 by G.107.1: 1 % lost, 250 ms', () => {
    const { quality, ...scores } = assessLegQuality({
      ...CLEAN,
      encodingName: 'G722',
      lost: 30,
      jitterBufferDelayMs: 250,
    });
    // Ie,eff,WB = 13 + 82 · 1 / (1 + 4.3) = 28.472; R = (129 − 28.472) / 1.29; Idd at 250 ms = 8.917.
    expect(quality).toMatchObject({ scale: 'wideband', equipmentImpairment: 13 });
    expect(quality?.ratingListening).toBeCloseTo((129 - 28.472) / 1.29, 3);
    expect(quality?.ratingConversational).toBeCloseTo((129 - 28.472 - 8.917) / 1.29, 3);
    expect(scores).toEqual({ mosListening: 3.94, mosConversational: 3.64 });
  });

  it.each([
    ['narrowband', 'G722', 4.4],
    ['wideband', 'G722', 4.34],
    ['narrowband', 'PCMU', 4.4],
    ['wideband', 'PCMU', 3.7],
  ] as const)('puts all codecs on the %s scale when told: %s', (scale, encodingName, mos) => {
    const scored = assessLegQuality({ ...CLEAN, encodingName }, { scale, delayModel: 'recommended' });
    expect(scored).toMatchObject({ mosListening: mos, quality: { scale } });
  });

  it('takes the straight lines for delay when told', () => {
    const model = { scale: 'codec', delayModel: 'simplified' } as const;
    const scored = assessLegQuality({ ...CLEAN, jitterBufferDelayMs: 300 }, model);
    expect(scored).toMatchObject({ mosListening: 4.4, mosConversational: 3.71 });
  });

  it.each([
    ['nothing was expected', { expected: 0 }],
    ['the codec cannot be rated', { encodingName: 'X-UNHEARD-OF' }],
  ])('gives none where %s', (_, change) => {
    expect(assessLegQuality({ ...CLEAN, ...change })).toEqual({
      mosListening: null,
      mosConversational: null,
      quality: null,
    });
  });

  it('counts what came too late as lost to the listener, and no more than all', () => {
    expect(assessLegQuality({ ...CLEAN, lost: 30, late: 60 }).quality?.lossPercent).toBe(3);
    expect(assessLegQuality({ ...CLEAN, lost: 2000, late: 2000 }).quality?.lossPercent).toBe(100);
  });

  const measurement: fc.Arbitrary<LegMeasurement> = fc.record({
    encodingName: fc.constantFrom('PCMU', 'G729', 'OPUS', 'GSM', 'G722'),
    isConcealed: fc.boolean(),
    expected: fc.integer({ min: 1, max: 5000 }),
    lost: fc.nat(5000),
    late: fc.nat(500),
    burstRatio: fc.option(fc.double({ min: 0, max: 20, noNaN: true })),
    roundTripTimeUs: fc.option(fc.nat(3_000_000)),
    jitterBufferDelayMs: fc.option(fc.nat(500)),
  });

  const models: fc.Arbitrary<QualityModel> = fc.record({
    scale: fc.constantFrom('codec', 'narrowband', 'wideband'),
    delayModel: fc.constantFrom('recommended', 'simplified'),
  });

  it.each([
    ['loss', 'lost'],
    ['late packets', 'late'],
    ['round-trip time', 'roundTripTimeUs'],
    ['the delay that jitter costs', 'jitterBufferDelayMs'],
  ] as const)('never rises with %s; LQ ≥ CQ; both within 1.0 and 4.4', (_, name) => {
    fc.assert(
      fc.property(measurement, fc.nat(1000), models, (given, extra, model) => {
        const better = assessLegQuality(given, model);
        const worse = assessLegQuality({ ...given, [name]: (given[name] ?? 0) + extra }, model);
        expect(worse.mosConversational ?? 0).toBeLessThanOrEqual(better.mosConversational ?? 0);
        expect(worse.mosListening ?? 0).toBeLessThanOrEqual(better.mosListening ?? 0);
        expect(better.mosListening ?? 0).toBeGreaterThanOrEqual(better.mosConversational ?? 9);
        expect(worse.mosConversational).toBeGreaterThanOrEqual(1);
        expect(better.mosListening).toBeLessThanOrEqual(4.4);
      }),
      { numRuns: 1000 },
    );
  });
});
