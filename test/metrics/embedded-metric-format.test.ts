import { describe, expect, it } from 'vitest';
import type { SeriesPeriod } from '../../metrics/aggregator.ts';
import type { CallMetricName, MediaMetricName } from '../../metrics/catalog.ts';
import { serializeEmbeddedMetrics } from '../../metrics/embedded-metric-format.ts';

const AT_MS = Date.UTC(2026, 10, 23, 4, 0, 0);

function period(
  counts: readonly (readonly [CallMetricName, number])[],
  samples: readonly (readonly [MediaMetricName, readonly number[]])[],
): SeriesPeriod {
  return {
    voiceConnectorId: 'rooms',
    region: 'us-east-1',
    counts: new Map(counts),
    samples: new Map(samples),
  };
}

const values = (length: number) => Array.from({ length }, (_, index) => index);

describe('a line of embedded metric format', () => {
  it('is one JSON text with the directive first, then dimensions, then values', () => {
    const lines = serializeEmbeddedMetrics(
      period([['InboundCallAttempts', 2]], [['MOSBetweenVcAndCustomer', [4.3, 4.34]]]),
      AT_MS,
    );
    expect(lines).toEqual([
      '{"_aws":{"Timestamp":1795406400000,"CloudWatchMetrics":[{"Namespace":"AWS/ChimeVoiceConnector",' +
        '"Dimensions":[["VoiceConnectorId"],["Region"],[]],"Metrics":[{"Name":"InboundCallAttempts","Unit":"Count"},' +
        '{"Name":"MOSBetweenVcAndCustomer","Unit":"None"}]}]},"VoiceConnectorId":"rooms","Region":"us-east-1",' +
        '"InboundCallAttempts":2,"MOSBetweenVcAndCustomer":[4.3,4.34]}',
    ]);
  });

  it.each([
    [0, [0]],
    [1, [1]],
    [100, [100]],
    [101, [100, 1]],
    [250, [100, 100, 50]],
  ])('carries %i samples in arrays of %j', (count, expected) => {
    const jitter = values(count);
    const told = period([['Throttles', 1]], count === 0 ? [] : [['CustomerToVcJitter', jitter]]);
    const lines = serializeEmbeddedMetrics(told, AT_MS).map(
      (line) => JSON.parse(line) as { CustomerToVcJitter?: number[]; Throttles?: number },
    );
    expect(lines.map(({ CustomerToVcJitter }) => CustomerToVcJitter?.length ?? 0)).toEqual(expected);
    expect(lines.flatMap(({ CustomerToVcJitter }) => CustomerToVcJitter ?? [])).toEqual(jitter);
    expect(lines.filter(({ Throttles }) => Throttles !== undefined)).toHaveLength(1);
  });

  it('names in its directive exactly what it carries', () => {
    const samples = [
      ['CustomerToVcJitter', values(150)],
      ['RTTBetweenVcAndCustomer', values(20)],
    ] as const;
    for (const line of serializeEmbeddedMetrics(period([['Throttles', 1]], samples), AT_MS)) {
      const { _aws, VoiceConnectorId, Region, ...carried } = JSON.parse(line) as Record<string, never> & {
        _aws: { CloudWatchMetrics: { Metrics: { Name: string }[] }[] };
      };
      expect(_aws.CloudWatchMetrics[0]!.Metrics.map(({ Name }) => Name)).toEqual(Object.keys(carried));
      expect([VoiceConnectorId, Region]).toEqual(['rooms', 'us-east-1']);
    }
  });
});
