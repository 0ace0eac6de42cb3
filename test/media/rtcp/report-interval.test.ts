import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ReportIntervalInputs, reportIntervalMs } from '../../../media/rtcp/report-interval.ts';

const CALL: ReportIntervalInputs = {
  members: 2,
  senders: 2,
  rtcpBytesPerSecond: 1000,
  hasSent: true,
  averageRtcpBytes: 100,
  isInitial: false,
  random: 0.5,
};
const COMPENSATION = Math.E - 1.5;

describe('reportIntervalMs (RFC 3550 §6.2, A.7)', () => {
  it.each([
    ['a call: the minimum', {}, 5],
    ['its first report: half of that', { isInitial: true }, 2.5],
    ['many members share the bandwidth', { members: 100, senders: 100 }, 10],
    ['few senders share a quarter of it', { members: 400, senders: 20 }, 8],
    ['and their many receivers the rest', { members: 400, senders: 20, hasSent: false }, 38_000 / 750],
    ['the earliest', { random: 0 }, 2.5],
  ] as const)('%s', (_, change, seconds) => {
    expect(reportIntervalMs({ ...CALL, ...change })).toBeCloseTo((seconds * 1000) / COMPENSATION, 6);
  });

  it('lies between half and one and a half of the deterministic interval', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (random) => {
        const intervalMs = reportIntervalMs({ ...CALL, random }) * COMPENSATION;
        expect(intervalMs).toBeGreaterThanOrEqual(2500 - 1e-6);
        expect(intervalMs).toBeLessThan(7500 + 1e-6);
      }),
    );
  });
});
