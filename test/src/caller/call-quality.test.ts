import { describe, expect, it } from 'vitest';
import type { LegReport } from '../../../media/quality/leg-report.ts';
import { sumQuality } from '../../../src/caller/call-quality.ts';
import { createLegReport } from '../../support/leg-report.ts';

const RECEIVED = createLegReport({}).received;

function interval(received: Partial<LegReport['received']>, rest: Partial<LegReport> = {}): LegReport {
  return createLegReport({ ...rest, received: { ...RECEIVED, ...received } });
}

describe('the quality of a call', () => {
  it('is nothing before the first interval', () => {
    expect(sumQuality([])).toBeNull();
  });

  it('adds counts up, and weighs jitter by packets', () => {
    const quality = sumQuality([
      interval({ packets: 50, expected: 50, lost: 0, jitterUs: 1000, jitterMaxUs: 4000, burstRatio: null }),
      interval({ packets: 25, expected: 50, lost: 25, jitterUs: 4000, jitterMaxUs: 5000, burstRatio: 1 }),
    ]);
    expect(quality).toMatchObject({
      receivedPackets: 75,
      expectedPackets: 100,
      lostPackets: 25,
      lossPercent: 25,
      jitterUs: 2000,
      jitterMaxUs: 5000,
    });
  });

  it('keeps the length of bursts: 25 lost in random order of 50 are 12.5 bursts', () => {
    const silent = interval({ packets: 50, expected: 50, lost: 0, burstRatio: null });
    const half = interval({ packets: 25, expected: 50, lost: 25, burstRatio: 1 });
    // 25 lost in 12.5 bursts are 2 each; random loss of a quarter has bursts of 4/3.
    expect(sumQuality([silent, half])?.burstRatio).toBeCloseTo(1.5, 10);
    expect(sumQuality([half, half])?.burstRatio).toBeCloseTo(1, 10);
  });

  it('survives an interval in which everything was lost', () => {
    const quality = sumQuality([interval({ packets: 0, expected: 50, lost: 50, burstRatio: 0 })]);
    expect(quality?.lossPercent).toBe(100);
    expect(quality?.mosConversational).toBeGreaterThanOrEqual(1);
  });

  it('scores the whole as one interval would be', () => {
    const one = interval({ packets: 50, expected: 50, lost: 0, burstRatio: null, late: 0 });
    const quality = sumQuality([one, one, one]);
    const loss = sumQuality([one, one, interval({ packets: 45, expected: 50, lost: 5, burstRatio: 1 })]);
    expect(quality!.mosListening!).toBeGreaterThan(loss!.mosListening!);
  });

  it('has no score where no packet was expected', () => {
    const quality = sumQuality([
      interval({ packets: 0, expected: 0, lost: 0, jitterUs: null, jitterMaxUs: null, burstRatio: null }),
    ]);
    expect(quality).toMatchObject({ mosConversational: null, jitterUs: null, lossPercent: null });
  });
});
