import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codecImpairment } from '../../../media/quality/codec-impairment.ts';
import {
  DEFAULT_RATING,
  delayImpairment,
  type EModelInputs,
  effectiveEquipmentImpairment,
  normalizedRating,
  simplifiedDelayImpairment,
  transmissionRating,
} from '../../../media/quality/e-model.ts';
import { mosFromRating } from '../../../media/quality/mos.ts';

const G711 = { equipmentImpairment: 0, packetLossRobustness: 4.3 };
const G711_CONCEALED = { equipmentImpairment: 0, packetLossRobustness: 25.1 };
const G729A = { equipmentImpairment: 11, packetLossRobustness: 19 };
const PERFECT: EModelInputs = { ...G711_CONCEALED, lossPercent: 0, burstRatio: 1, delayMs: 0 };

/** Values computed from the formulas of G.107 apart from this code, to the third decimal. */
describe('reference values', () => {
  it.each([
    [100, 0, 4.409],
    [150, 0.164, 4.406],
    [200, 3.044, 4.343],
    [250, 8.917, 4.175],
    [300, 14.761, 3.964],
    [400, 24.07, 3.556],
    [500, 30.636, 3.232],
  ])('Ta %d ms: Idd %f, MOS %f', (delayMs, idd, mos) => {
    expect(delayImpairment(delayMs)).toBeCloseTo(idd, 3);
    expect(mosFromRating(transmissionRating({ ...PERFECT, delayMs }))).toBeCloseTo(mos, 3);
  });

  it.each([
    ['G.711 without concealment', G711, [4.409, 3.834, 3.256, 2.169, 1.481, 1.124]],
    ['G.711 with concealment', G711_CONCEALED, [4.409, 4.328, 4.235, 3.923, 3.411, 2.631]],
    ['G.729A', G729A, [4.104, 3.946, 3.787, 3.34, 2.745, 2.021]],
  ])('%s at 0, 1, 2, 5, 10 and 20 %% random loss', (_, codec, scores) => {
    const computed = [0, 1, 2, 5, 10, 20].map((lossPercent) =>
      mosFromRating(transmissionRating({ ...PERFECT, ...codec, lossPercent })),
    );
    for (const [index, score] of scores.entries()) expect(computed[index]).toBeCloseTo(score, 3);
  });

  it.each([
    [1, 3.711],
    [2, 7.28],
    [5, 17.21],
    [10, 31.561],
  ])('G.711 with concealment, %d %% in bursts twice as long: Ie,eff %f', (lossPercent, impairment) => {
    expect(effectiveEquipmentImpairment({ ...PERFECT, lossPercent, burstRatio: 2 })).toBeCloseTo(
      impairment,
      3,
    );
  });

  it.each([
    [150, 4.329],
    [200, 4.226],
    [250, 3.994],
    [300, 3.712],
    [400, 3.053],
    [500, 2.351],
  ])('the straight lines at %d ms: MOS %f', (delayMs, mos) => {
    expect(mosFromRating(DEFAULT_RATING - simplifiedDelayImpairment(delayMs))).toBeCloseTo(mos, 3);
    const rating = transmissionRating({ ...PERFECT, delayMs }, 'narrowband', 'simplified');
    expect(mosFromRating(rating)).toBeCloseTo(mos, 3);
  });

  // G.107.1; those of AMR-WB, from its published Ie,WB and Bpl,WB, by another program too.
  it.each([
    ['nothing impaired', 0, 0, 0, 129, 4.5],
    ['G.722 at 64 kbit/s, AMR-WB at 12.65', 13, 0, 0, 116, 4.337],
    ['AMR-WB at 6.6 kbit/s', 41, 0, 0, 88, 3.512],
    ['AMR-WB at 12.65 kbit/s in both ears, 2 % lost', 20, 2, 0, 85.19, 3.406],
    ['G.722, 1 % lost', 13, 1, 0, 100.528, 3.943],
    ['G.722 after 250 ms', 13, 0, 250, 107.083, 4.133],
  ])('wideband: %s', (_, equipmentImpairment, lossPercent, delayMs, rating, mos) => {
    const inputs = { equipmentImpairment, packetLossRobustness: 4.3, lossPercent, burstRatio: 1, delayMs };
    const computed = transmissionRating(inputs, 'wideband');
    expect(computed).toBeCloseTo(rating, 2);
    expect(mosFromRating(normalizedRating(computed, 'wideband'))).toBeCloseTo(mos, 3);
  });
});

describe('the rating', () => {
  const inputs: fc.Arbitrary<EModelInputs> = fc.record({
    equipmentImpairment: fc.double({ min: 0, max: 50, noNaN: true }),
    packetLossRobustness: fc.double({ min: 4.3, max: 40, noNaN: true }),
    lossPercent: fc.double({ min: 0, max: 100, noNaN: true }),
    burstRatio: fc.double({ min: 0, max: 50, noNaN: true }),
    delayMs: fc.double({ min: 0, max: 5000, noNaN: true }),
  });
  const more = fc.double({ min: 0, max: 1000, noNaN: true });

  it.each(['lossPercent', 'burstRatio', 'delayMs', 'equipmentImpairment'] as const)(
    'never rises with %s',
    (name) => {
      fc.assert(
        fc.property(inputs, more, (given, extra) => {
          const limit =
            name === 'lossPercent' ? 100 : name === 'equipmentImpairment' ? 95 : Number.POSITIVE_INFINITY;
          const worse = { ...given, [name]: Math.min(limit, given[name] + extra) };
          expect(transmissionRating(worse)).toBeLessThanOrEqual(transmissionRating(given) + 1e-9);
        }),
        { numRuns: 2000 },
      );
    },
  );

  it('is never higher with delay than without', () => {
    fc.assert(
      fc.property(inputs, (given) => {
        expect(transmissionRating(given)).toBeLessThanOrEqual(transmissionRating({ ...given, delayMs: 0 }));
      }),
    );
  });

  it('has no delay impairment up to 100 ms, and no step there', () => {
    expect(delayImpairment(0)).toBe(0);
    expect(delayImpairment(100)).toBe(0);
    expect(delayImpairment(100.01)).toBeLessThan(1e-6);
  });

  it('takes burst ratios as G.107 Table 2 limits them', () => {
    const at = (burstRatio: number): number =>
      effectiveEquipmentImpairment({ ...PERFECT, lossPercent: 5, burstRatio });
    expect(at(0.2)).toBe(at(1));
    expect(at(100)).toBe(at(8));
  });
});

describe('codecImpairment', () => {
  it.each([
    ['PCMU', true, 0, 25.1, false],
    ['pcma', true, 0, 25.1, false],
    ['PCMU', false, 0, 4.3, false],
    ['G729', true, 11, 19, true],
    ['GSM-EFR', false, 5, 10, true],
    ['opus', true, 0, 25.1, true],
    ['G722', true, 13, 4.3, true],
  ])('%s, concealed %s', (name, isConcealed, equipmentImpairment, packetLossRobustness, isEstimate) => {
    expect(codecImpairment(name, isConcealed)).toMatchObject({
      equipmentImpairment,
      packetLossRobustness,
      isEstimate,
    });
  });

  it('knows its limits', () => {
    expect(codecImpairment('X-UNHEARD-OF')).toBeNull();
  });

  it('rates wideband codecs on their own scale, unless told to stay on the narrow one', () => {
    expect(codecImpairment('g722')).toMatchObject({ scale: 'wideband' });
    expect(codecImpairment('G722', true, true)).toMatchObject({
      scale: 'narrowband',
      equipmentImpairment: 0,
      packetLossRobustness: 25.1,
    });
    expect(codecImpairment('PCMU')).toMatchObject({ scale: 'narrowband' });
  });

  it('names the source of each figure', () => {
    expect(codecImpairment('G722')?.source).toContain('Appendix IV');
    expect(codecImpairment('PCMU', false)?.source).toContain('G.113');
    expect(codecImpairment('OPUS')?.source).toContain('no narrowband entry');
  });
});
