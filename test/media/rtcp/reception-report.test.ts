import { describe, expect, it } from 'vitest';
import { deriveReportBlock, type ReceptionCounters } from '../../../media/rtcp/reception-report.ts';

const NO_REPORT = { lastSenderReport: 0, delaySinceLastSenderReport: 0 };
const counters = (expected: number, received: number): ReceptionCounters => ({
  synchronizationSource: 7,
  extendedHighestSequenceNumber: 65_536 + expected,
  expected,
  received,
  jitter: 12,
});

describe('deriveReportBlock (RFC 3550 A.3)', () => {
  it.each([
    ['no loss', counters(100, 100), null, 0, 0],
    ['a quarter lost in the first interval', counters(100, 75), null, 64, 25],
    ['only the interval enters the fraction', counters(200, 150), counters(100, 75), 64, 50],
    ['an interval without loss', counters(200, 175), counters(100, 75), 0, 25],
    ['duplicates outnumber losses', counters(100, 103), null, 0, -3],
    ['nothing new', counters(100, 75), counters(100, 75), 0, 25],
    ['all lost in the interval', counters(200, 100), counters(100, 100), 255, 100],
    ['rounded down', counters(300, 299), null, 0, 1],
  ])('%s', (_, now, previous, fractionLost, cumulativeLost) => {
    expect(deriveReportBlock(now, previous, NO_REPORT)).toEqual({
      synchronizationSource: 7,
      fractionLost,
      cumulativeLost,
      extendedHighestSequenceNumber: now.extendedHighestSequenceNumber,
      jitter: 12,
      ...NO_REPORT,
    });
  });
});
