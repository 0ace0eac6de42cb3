import type { CallMinute } from './call-minute.ts';
import {
  CALL_METRICS,
  type CallMetricName,
  DIMENSION_SETS,
  MEDIA_METRICS,
  type MediaMetricName,
  type MetricName,
} from './catalog.ts';
import type { MediaQualityRecord } from './media-quality-log.ts';

export type CallDirection = 'Inbound' | 'Outbound';

/** The finest series: one connector in one region. The other dimension sets are sums of these. */
export interface Series {
  readonly voiceConnectorId: string;
  readonly region: string;
}

/** Everything a period told about one series. */
export interface SeriesPeriod extends Series {
  /** One value a metric, zero where nothing happened. */
  readonly counts: ReadonlyMap<CallMetricName, number>;
  /** One value a call and minute, ascending; a metric nobody measured is absent. */
  readonly samples: ReadonlyMap<MediaMetricName, readonly number[]>;
}

/** CloudWatch's StatisticSet. */
interface StatisticSet {
  readonly sampleCount: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
}

export interface DimensionedStatistics {
  readonly dimensions: { readonly VoiceConnectorId?: string; readonly Region?: string };
  readonly statistics: ReadonlyMap<MetricName, StatisticSet>;
}

interface OpenSeries extends Series {
  readonly counts: Map<CallMetricName, number>;
  readonly samples: Map<MediaMetricName, number[]>;
  readonly activeCalls: Record<CallDirection, number>;
}

/** Gathers a period's counts and samples per series; what comes out does not depend on the order they came in. */
export class Aggregator {
  #series = new Map<string, OpenSeries>();
  /** Most of what is told in a row is of one series. */
  #last: OpenSeries | null = null;

  count(series: Series, name: CallMetricName, amount = 1): void {
    const { counts } = this.#touch(series);
    counts.set(name, (counts.get(name) ?? 0) + amount);
  }

  /** An answered call counts as active in every period it touches, the one it ends in included. */
  callStarted(series: Series, direction: CallDirection): void {
    this.#touch(series).activeCalls[direction]++;
    this.count(series, `${direction}CallsActive`);
  }

  callEnded(series: Series, direction: CallDirection): void {
    this.#touch(series).activeCalls[direction]--;
  }

  /**
   * One sample a metric for this call and minute. A side without media (the remote end of a room call) gives
   * none: its zeros would drag down the averages of the calls that have one.
   */
  callMinute(series: Series, minute: CallMinute, record: MediaQualityRecord): void {
    const { samples } = this.#touch(series);
    for (const { name, side, logField } of MEDIA_METRICS) {
      const value = record[logField];
      if (value === undefined || minute[side] === null) {
        continue;
      }
      const values = samples.get(name);
      if (values === undefined) {
        samples.set(name, [value]);
      } else {
        values.push(value);
      }
    }
  }

  /** Ends the period. A series without a call, of which nothing was told, is not in the answer. */
  takePeriod(): readonly SeriesPeriod[] {
    const ended = [...this.#series].sort(([one], [other]) => (one < other ? -1 : 1));
    // A series lives on only while it has calls: connectors that come and go leave nothing behind.
    const living = ended.filter(([, open]) => open.activeCalls.Inbound > 0 || open.activeCalls.Outbound > 0);
    this.#last = null;
    this.#series = new Map(living.map(([key, open]) => [key, openSeries(open, open.activeCalls)]));
    return ended.map(([, open]) => closeSeries(open));
  }

  #touch(series: Series): OpenSeries {
    const last = this.#last;
    if (last?.voiceConnectorId === series.voiceConnectorId && last.region === series.region) return last;
    const key = seriesKey(series);
    let open = this.#series.get(key);
    if (open === undefined) {
      open = openSeries(series, { Inbound: 0, Outbound: 0 });
      this.#series.set(key, open);
    }
    this.#last = open;
    return open;
  }
}

/** The statistic sets of a period in every dimension set of the catalog. */
export function summarize(periods: readonly SeriesPeriod[]): readonly DimensionedStatistics[] {
  const summaries = new Map<string, { dimensions: object; values: Map<MetricName, number[]> }>();
  for (const period of periods) {
    const all = { VoiceConnectorId: period.voiceConnectorId, Region: period.region };
    for (const names of DIMENSION_SETS) {
      const dimensions = Object.fromEntries(names.map((name) => [name, all[name]]));
      const key = JSON.stringify(dimensions);
      const summary = summaries.get(key) ?? { dimensions, values: new Map<MetricName, number[]>() };
      summaries.set(key, summary);
      collectValues(period, summary.values);
    }
  }
  return [...summaries.values()].map(({ dimensions, values }) => ({
    dimensions,
    statistics: new Map([...values].map(([name, numbers]) => [name, statisticSet(numbers)])),
  }));
}

function collectValues(period: SeriesPeriod, values: Map<MetricName, number[]>): void {
  const add = (name: MetricName, numbers: readonly number[]) => {
    values.set(name, [...(values.get(name) ?? []), ...numbers]);
  };
  for (const [name, value] of period.counts) {
    add(name, [value]);
  }
  for (const [name, numbers] of period.samples) {
    add(name, numbers);
  }
}

function statisticSet(numbers: readonly number[]): StatisticSet {
  // Floating-point sums depend on the order of their terms; ascending makes it one order.
  const ascending = [...numbers].sort((one, other) => one - other);
  return {
    sampleCount: ascending.length,
    sum: ascending.reduce((sum, value) => sum + value, 0),
    minimum: ascending.at(0) ?? 0,
    maximum: ascending.at(-1) ?? 0,
  };
}

function openSeries(
  { voiceConnectorId, region }: Series,
  activeCalls: OpenSeries['activeCalls'],
): OpenSeries {
  const counts = new Map<CallMetricName, number>(CALL_METRICS.map(({ name }) => [name, 0]));
  counts.set('InboundCallsActive', activeCalls.Inbound);
  counts.set('OutboundCallsActive', activeCalls.Outbound);
  return { voiceConnectorId, region, counts, samples: new Map(), activeCalls };
}

function closeSeries({ voiceConnectorId, region, counts, samples }: OpenSeries): SeriesPeriod {
  const inCatalogOrder = new Map<MediaMetricName, readonly number[]>();
  for (const { name } of MEDIA_METRICS) {
    const values = samples.get(name);
    if (values !== undefined) {
      inCatalogOrder.set(
        name,
        values.sort((one, other) => one - other),
      );
    }
  }
  return { voiceConnectorId, region, counts, samples: inCatalogOrder };
}

function seriesKey({ voiceConnectorId, region }: Series): string {
  return `${region}/${voiceConnectorId}`;
}
