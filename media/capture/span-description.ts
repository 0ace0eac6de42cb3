/** The figures of a span of time, and the score they give, of what its rows counted. */
import {
  assessLegQuality,
  type LegMeasurement,
  type QualityModel,
  rateConversation,
} from '../quality/leg-quality.ts';
import { jitterPercentileUs } from '../receive/jitter-classes.ts';
import { BUFFERED_JITTERS } from '../receive/pace-constants.ts';
import { burstRatio, meanJitterUs, missing } from '../receive/stream-report.ts';
import type { BurstGapFigures, CapturedSpan } from './captured-stream.ts';
import type { IntervalRow } from './interval-row.ts';

/** Of a stream too short to tell. */
const PACKET_TIME_DEFAULT_US = 20_000;
const HIGH_SHARE = 0.95;

export function describeSpan(
  row: IntervalRow,
  beginUs: number,
  codec: string | null,
  model: QualityModel,
): CapturedSpan {
  const measurement = measure(row, codec);
  const { lost } = measurement;
  const quality = assessLegQuality(measurement, model);
  // One by one: spread together they took five times as long, for hundreds of thousands of spans.
  return {
    beginUs,
    packets: row.packets,
    bytes: row.bytes,
    expected: row.expected,
    lost,
    duplicates: row.duplicates,
    reordered: row.reordered,
    lossRuns: Math.max(0, row.lossRuns),
    burstRatio: measurement.burstRatio,
    jitterUs: meanJitterUs(row),
    jitterMaxUs: row.jitterPackets === 0 ? null : row.jitterMaxUs,
    jitterPackets: row.jitterPackets,
    late: row.late,
    jitterP95Us: describeHighJitter(row),
    deltaMaxUs: row.deltaMaxUs === 0 ? null : row.deltaMaxUs,
    skewUs: row.skewUs,
    silenceUs: row.silenceUs,
    packetTimeUs: row.packetTimeUs === 0 ? null : row.packetTimeUs,
    packetTimeChanges: row.packetTimeChanges,
    burstGap: describeBursts(row, lost),
    roundTripTimeUs: measurement.roundTripTimeUs,
    jitterBufferDelayMs: measurement.jitterBufferDelayMs,
    mosListening: quality.mosListening,
    mosConversational: quality.mosConversational,
    quality: quality.quality,
  };
}

/** `ratingConversational` alone, of all that `describeSpan` tells; null for what is not rated. */
export function rateSpan(row: IntervalRow, codec: string | null, model: QualityModel): number | null {
  return rateConversation(measure(row, codec), model);
}

function measure(row: IntervalRow, codec: string | null): LegMeasurement {
  const lost = missing(row.expected, row.distinct);
  const jitterUs = meanJitterUs(row);
  return {
    encodingName: codec ?? '',
    isConcealed: true,
    expected: row.expected,
    lost,
    late: row.late,
    burstRatio: burstRatio(row.expected, lost, row.lossRuns),
    roundTripTimeUs: row.roundTrips === 0 ? null : row.roundTripSumUs / row.roundTrips,
    // What is in a packet must be there before it can be played.
    jitterBufferDelayMs: jitterUs === null ? null : (packetTimeUs(row) + BUFFERED_JITTERS * jitterUs) / 1000,
  };
}

function packetTimeUs(row: IntervalRow): number {
  return row.packetTimeUs || PACKET_TIME_DEFAULT_US;
}

/** Classes are coarse: their share of the highest one may lie above the highest value. */
function describeHighJitter(row: IntervalRow): number | null {
  const highUs = jitterPercentileUs(row.jitterClasses, HIGH_SHARE, row.classedPackets);
  return highUs === null || row.jitterPackets === 0 ? null : Math.min(highUs, row.jitterMaxUs);
}

function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : (part / whole) * 100;
}

/** RFC 3611 §4.7.2; there is one gap more than there are bursts, before, between and behind them. */
function describeBursts(row: IntervalRow, lost: number): BurstGapFigures | null {
  const unheard = lost + row.late;
  if (unheard === 0 || row.expected <= 0) return null;
  const { bursts, burstPackets, burstUnheard } = row;
  const gapPackets = Math.max(0, row.expected - burstPackets);
  const packetUs = packetTimeUs(row);
  return {
    bursts,
    burstDensityPercent: percent(burstUnheard, burstPackets),
    burstDurationMs: ((burstPackets / Math.max(1, bursts)) * packetUs) / 1000,
    gapDensityPercent: percent(Math.max(0, unheard - burstUnheard), gapPackets),
    gapDurationMs: ((gapPackets / (Math.max(0, bursts) + 1)) * packetUs) / 1000,
  };
}
