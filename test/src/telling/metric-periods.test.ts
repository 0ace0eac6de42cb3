import { beforeEach, describe, expect, it } from 'vitest';
import { MetricPeriods } from '../../../src/telling/metric-periods.ts';

const HOUR_MS = Date.UTC(2026, 10, 23, 4, 0, 0);
const ROOMS = { voiceConnectorId: 'rooms', region: 'us-east-1' };

let written: number[];
let periods: MetricPeriods;

beforeEach(() => {
  written = [];
  periods = new MetricPeriods(60, HOUR_MS + 59_000, (_, periodStartMs) => written.push(periodStartMs));
});

const count = (atMs: number) => periods.at(atMs).count(ROOMS, 'Throttles');

describe('metric periods', () => {
  it('begin at whole minutes, whenever the service was started', () => {
    count(HOUR_MS + 59_500);
    count(HOUR_MS + 60_000);
    count(HOUR_MS + 185_000);
    periods.end();
    expect(written).toEqual([HOUR_MS, HOUR_MS + 60_000, HOUR_MS + 180_000]);
  });

  it('take what comes a little late into the one under way', () => {
    count(HOUR_MS + 60_000);
    count(HOUR_MS + 59_990);
    periods.end();
    expect(written).toEqual([HOUR_MS + 60_000]);
  });
});
