import { describe, expect, it } from 'vitest';
import { TsharkStatistics } from '../../../media/receive/tshark-statistics.ts';

type Step = readonly [sequenceNumber: number, arrivalMs: number, isMarked?: boolean, payloadType?: number];

function receive(...steps: Step[]) {
  const statistics = new TsharkStatistics();
  for (const [sequenceNumber, arrivalMs, isMarked = false, payloadType = 0] of steps) {
    const timestamp = (sequenceNumber * 160) >>> 0;
    const clockRateHz = payloadType === 101 ? 0 : 8000;
    statistics.receive(40, sequenceNumber & 0xffff, timestamp, isMarked, payloadType, clockRateHz, arrivalMs);
  }
  return statistics.report(40);
}

describe("tshark's definitions (held to tshark itself by test/e2e/tshark-oracle.test.ts)", () => {
  it('count duplicates as received, so that losses may be negative', () => {
    expect(receive([1, 0], [2, 20], [2, 20], [3, 40])).toMatchObject({ packets: 4, lost: -1 });
  });

  it('count a wrap once', () => {
    expect(receive([65_534, 0], [65_535, 20], [65_536, 40], [65_538, 80])).toMatchObject({
      packets: 4,
      lost: 1,
    });
  });

  it('average the running jitter, the first packet apart', () => {
    const { meanJitterMs, maxJitterMs } = receive([1, 0], [2, 21.6], [3, 40]);
    expect(maxJitterMs).toBeCloseTo((15 * 0.1 + 1.6) / 16, 12);
    expect(meanJitterMs).toBeCloseTo((0.1 + maxJitterMs) / 2, 12);
  });

  it('leave marked packets out of the maximum, though they move the running jitter', () => {
    expect(receive([1, 0], [2, 36, true]).maxJitterMs).toBe(0);
    expect(receive([1, 0], [2, 36, true], [3, 56]).maxJitterMs).toBeCloseTo(15 / 16, 12);
  });

  it('know nothing of a stream that was never heard', () => {
    expect(new TsharkStatistics().report(3)).toEqual({
      packets: 0,
      lost: 0,
      meanJitterMs: 0,
      maxJitterMs: 0,
    });
  });
});
