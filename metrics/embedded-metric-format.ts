import type { SeriesPeriod } from './aggregator.ts';
import { CATALOG, DIMENSION_SETS, METRIC_NAMESPACE, type MetricName } from './catalog.ts';

const MAX_VALUES_PER_METRIC = 100; // CloudWatch embedded metric format: values of one array
const UNITS = new Map(CATALOG.map(({ name, unit }) => [name, unit]));

/**
 * One period of one series as CloudWatch embedded metric format, one JSON text a line. The first line holds
 * every count (zeros included: the connector was in use) and the first hundred samples of each media metric;
 * further lines hold further samples. Each line names all dimension sets, and CloudWatch adds the lines up.
 */
export function serializeEmbeddedMetrics(period: SeriesPeriod, timestampMs: number): readonly string[] {
  const longest = Math.max(0, ...[...period.samples.values()].map((values) => values.length));
  const lines: string[] = [];
  let offset = 0;
  do {
    const values = new Map<MetricName, number | readonly number[]>(offset === 0 ? period.counts : []);
    for (const [name, samples] of period.samples) {
      const part = samples.slice(offset, offset + MAX_VALUES_PER_METRIC);
      if (part.length > 0) {
        values.set(name, part);
      }
    }
    lines.push(serializeLine(period, values, timestampMs));
    offset += MAX_VALUES_PER_METRIC;
  } while (offset < longest);
  return lines;
}

/** All 43 names fit one directive, which may hold a hundred. */
function serializeLine(
  period: SeriesPeriod,
  values: ReadonlyMap<MetricName, number | readonly number[]>,
  timestampMs: number,
): string {
  const metrics = [...values.keys()].map((name) => ({ Name: name, Unit: UNITS.get(name) }));
  return JSON.stringify({
    _aws: {
      Timestamp: timestampMs,
      CloudWatchMetrics: [{ Namespace: METRIC_NAMESPACE, Dimensions: DIMENSION_SETS, Metrics: metrics }],
    },
    VoiceConnectorId: period.voiceConnectorId,
    Region: period.region,
    ...Object.fromEntries(values),
  });
}
