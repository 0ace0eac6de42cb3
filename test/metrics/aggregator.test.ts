import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Aggregator, type SeriesPeriod, summarize } from '../../metrics/aggregator.ts';
import { type CallIdentity, createCallMinute } from '../../metrics/call-minute.ts';
import type { CallMetricName, MediaMetricName } from '../../metrics/catalog.ts';
import { createMediaQualityRecord } from '../../metrics/media-quality-log.ts';
import { createLegReport, type LegReportOverrides } from '../support/leg-report.ts';

const ROOMS = { voiceConnectorId: 'rooms', region: 'us-east-1' };
const TRUNK = { voiceConnectorId: 'trunk', region: 'us-east-1' };
const IDENTITY: CallIdentity = {
  ...ROOMS,
  callId: 'call',
  fromUser: '',
  fromCountry: '',
  toUser: '',
  toCountry: '',
  endpointId: '',
};

function tellMinute(aggregator: Aggregator, series: typeof ROOMS, overrides: LegReportOverrides = {}): void {
  const minute = createCallMinute(IDENTITY, { customer: createLegReport(overrides), remote: null });
  aggregator.callMinute(series, minute, createMediaQualityRecord(minute));
}

const only = (periods: readonly SeriesPeriod[]): SeriesPeriod => {
  expect(periods).toHaveLength(1);
  return periods[0]!;
};

describe('a period', () => {
  it('is empty where nothing happened', () => {
    expect(new Aggregator().takePeriod()).toEqual([]);
  });

  it('has all counts of a connector in use, those without events as zero', () => {
    const aggregator = new Aggregator();
    aggregator.count(ROOMS, 'InboundCallAttempts');
    aggregator.count(ROOMS, 'Sip2xxCodes', 3);
    const { counts } = only(aggregator.takePeriod());
    expect(counts.size).toBe(15);
    expect([...counts].filter(([, value]) => value !== 0)).toEqual([
      ['InboundCallAttempts', 1],
      ['Sip2xxCodes', 3],
    ]);
    expect(aggregator.takePeriod()).toEqual([]);
  });

  it('counts a call as active in each period it touches, the last one included', () => {
    const aggregator = new Aggregator();
    const active = () => aggregator.takePeriod().map(({ counts }) => counts.get('InboundCallsActive'));
    aggregator.callStarted(ROOMS, 'Inbound');
    aggregator.callStarted(ROOMS, 'Inbound');
    aggregator.callEnded(ROOMS, 'Inbound');
    expect(active()).toEqual([2]);
    expect(active()).toEqual([1]);
    aggregator.callEnded(ROOMS, 'Inbound');
    expect(active()).toEqual([1]);
    expect(active()).toEqual([]);
  });

  it('has a sample for each call and minute, and none for what nobody measured', () => {
    const aggregator = new Aggregator();
    tellMinute(aggregator, ROOMS, { roundTripTimeUs: 30_000, mosConversational: null });
    tellMinute(aggregator, ROOMS, { roundTripTimeUs: 10_000, mosConversational: null });
    const { samples } = only(aggregator.takePeriod());
    expect(samples.get('RTTBetweenVcAndCustomer')).toEqual([10_000, 30_000]);
    expect(samples.get('CustomerToVcRtpPackets')).toEqual([3000, 3000]);
    expect(samples.has('MOSBetweenVcAndCustomer')).toBe(false);
  });

  it('has no zeros for the remote side of a room call', () => {
    const aggregator = new Aggregator();
    tellMinute(aggregator, ROOMS);
    const names = [...only(aggregator.takePeriod()).samples.keys()];
    expect(names).toHaveLength(14);
    expect(names.filter((name) => name.includes('Remote'))).toEqual([]);
  });
});

describe('the statistic sets of a period', () => {
  it('are by connector, by region and over everything', () => {
    const aggregator = new Aggregator();
    aggregator.count(ROOMS, 'InboundCallAttempts', 2);
    aggregator.count(TRUNK, 'InboundCallAttempts', 3);
    const sums = summarize(aggregator.takePeriod()).map(({ dimensions, statistics }) => [
      dimensions,
      statistics.get('InboundCallAttempts'),
    ]);
    const both = { sampleCount: 2, sum: 5, minimum: 2, maximum: 3 };
    expect(sums).toEqual([
      [{ VoiceConnectorId: 'rooms' }, { sampleCount: 1, sum: 2, minimum: 2, maximum: 2 }],
      [{ Region: 'us-east-1' }, both],
      [{}, both],
      [{ VoiceConnectorId: 'trunk' }, { sampleCount: 1, sum: 3, minimum: 3, maximum: 3 }],
    ]);
  });

  it('say that 63 calls with one round trip of 1 ms average 1/63 of it', () => {
    const aggregator = new Aggregator();
    for (let call = 0; call < 63; call++) {
      tellMinute(aggregator, ROOMS, { roundTripTimeUs: call === 0 ? 1000 : 0 });
    }
    const { statistics } = summarize(aggregator.takePeriod())[0]!;
    expect(statistics.get('RTTBetweenVcAndCustomer')).toEqual({
      sampleCount: 63,
      sum: 1000,
      minimum: 0,
      maximum: 1000,
    });
  });
});

type Told =
  | {
      readonly kind: 'count';
      readonly connector: typeof ROOMS;
      readonly name: CallMetricName;
      readonly amount: number;
    }
  | {
      readonly kind: 'minute';
      readonly connector: typeof ROOMS;
      readonly mos: number;
      readonly jitterUs: number;
    };

const connector = fc.constantFrom(ROOMS, TRUNK);
const told: fc.Arbitrary<Told> = fc.oneof(
  fc.record({
    kind: fc.constant('count' as const),
    connector,
    name: fc.constantFrom<CallMetricName>('InboundCallAttempts', 'Throttles', 'Sip4xxCodes'),
    amount: fc.integer({ min: 1, max: 9 }),
  }),
  fc.record({
    kind: fc.constant('minute' as const),
    connector,
    mos: fc.double({ min: 1, max: 4.4, noNaN: true }),
    jitterUs: fc.double({ min: 0, max: 1e6, noNaN: true }),
  }),
);

function tell(aggregator: Aggregator, { kind, connector: series, ...rest }: Told): void {
  if (kind === 'count') {
    const { name, amount } = rest as { name: CallMetricName; amount: number };
    aggregator.count(series, name, amount);
  } else {
    const { mos, jitterUs } = rest as { mos: number; jitterUs: number };
    tellMinute(aggregator, series, { mosConversational: mos, received: { jitterUs } });
  }
}

function aggregate(events: readonly Told[]): readonly SeriesPeriod[] {
  const aggregator = new Aggregator();
  for (const event of events) tell(aggregator, event);
  return aggregator.takePeriod();
}

/** What CloudWatch makes of two publications for the same minute. */
function merge(one: readonly SeriesPeriod[], other: readonly SeriesPeriod[]) {
  const merged = new Map<string, { counts: Map<string, number>; samples: Map<MediaMetricName, number[]> }>();
  for (const { voiceConnectorId, counts, samples } of [...one, ...other]) {
    const entry = merged.get(voiceConnectorId) ?? { counts: new Map(), samples: new Map() };
    merged.set(voiceConnectorId, entry);
    for (const [name, value] of counts) entry.counts.set(name, (entry.counts.get(name) ?? 0) + value);
    for (const [name, values] of samples) {
      const sorted = [...(entry.samples.get(name) ?? []), ...values].sort((a, b) => a - b);
      entry.samples.set(name, sorted);
    }
  }
  return new Map([...merged].sort());
}

describe('aggregation', () => {
  it('does not depend on the order of events', () => {
    const shuffled = fc
      .array(told, { maxLength: 30 })
      .chain((events) =>
        fc.tuple(fc.constant(events), fc.shuffledSubarray(events, { minLength: events.length })),
      );
    fc.assert(
      fc.property(shuffled, ([events, mixed]) => {
        expect(aggregate(mixed)).toEqual(aggregate(events));
        expect(summarize(aggregate(mixed))).toEqual(summarize(aggregate(events)));
      }),
    );
  });

  it('gives the same when a period is told in two parts', () => {
    fc.assert(
      fc.property(fc.array(told, { maxLength: 30 }), fc.nat(30), (events, cut) => {
        const parts = merge(aggregate(events.slice(0, cut)), aggregate(events.slice(cut)));
        expect(parts).toEqual(merge(aggregate(events), []));
      }),
    );
  });
});
