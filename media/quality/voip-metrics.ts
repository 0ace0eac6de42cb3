/** What we tell the other side of how we hear it: the figures of a VoIP Metrics block (RFC 3611 §4.7). */

import type { HeardCounts } from '../receive/heard-packets.ts';
import { GAP_THRESHOLD } from '../receive/pace-constants.ts';
import { burstRatio } from '../receive/stream-report.ts';
import type { VoipMetricsBlock } from '../rtcp/voip-metrics-block.ts';
import { assessLegQuality, type QualityModel } from './leg-quality.ts';

/** Of one source, since its reception began. */
export interface VoipMeasurement {
  readonly source: number;
  readonly heard: HeardCounts;
  /** RFC 3551 encoding name. */
  readonly encodingName: string;
  readonly packetTimeMs: number;
  /** Null until RTCP measured it. */
  readonly roundTripTimeUs: number | null;
  /** What the jitter buffer aims at now, and the most it may come to. */
  readonly jitterBufferDelayMs: number;
  readonly jitterBufferMaximumMs: number;
  /** By the recommendation of the codec when left out. */
  readonly qualityModel?: QualityModel;
}

const WORD_MAXIMUM = 0xffff;
/** Our jitter buffer follows a step in the jitter within two frames: 2 · J · frame size (RFC 3611 §4.7.6). */
const ADJUSTMENT_RATE = 1;

export function createVoipMetrics(measurement: VoipMeasurement): VoipMetricsBlock {
  const { source, heard, packetTimeMs, roundTripTimeUs, jitterBufferDelayMs } = measurement;
  const { quality, mosListening, mosConversational } = score(measurement);
  const meanMs = (packets: number, periods: number): number =>
    periods === 0 ? 0 : toWord((packets / periods) * packetTimeMs);
  return {
    type: 'voip-metrics',
    source,
    lossRate: toShare(heard.lost, heard.expected),
    discardRate: toShare(heard.discarded, heard.expected),
    burstDensity: toShare(heard.burstUnheard, heard.burstPackets),
    gapDensity: toShare(heard.gapUnheard, heard.gapPackets),
    burstDurationMs: meanMs(heard.burstPackets, heard.bursts),
    gapDurationMs: meanMs(heard.gapPackets, heard.gaps),
    roundTripDelayMs: toWord((roundTripTimeUs ?? 0) / 1000),
    // RFC 3611 §4.7.3: what gathers before a packet is sent, and what waits before it is played.
    endSystemDelayMs: toWord(packetTimeMs + jitterBufferDelayMs),
    signalLevelDbm0: null,
    noiseLevelDbm0: null,
    residualEchoReturnLossDb: null,
    gapThreshold: GAP_THRESHOLD,
    ratingFactor: quality === null ? null : Math.round(Math.max(0, quality.ratingConversational)),
    externalRatingFactor: null,
    mosListening,
    mosConversational,
    concealment: 'standard',
    jitterBufferKind: 'adaptive',
    jitterBufferRate: ADJUSTMENT_RATE,
    jitterBufferNominalMs: toWord(jitterBufferDelayMs),
    jitterBufferMaximumMs: toWord(jitterBufferDelayMs),
    jitterBufferAbsoluteMaximumMs: toWord(measurement.jitterBufferMaximumMs),
  };
}

function score(measurement: VoipMeasurement) {
  const { heard, encodingName, roundTripTimeUs, jitterBufferDelayMs, qualityModel } = measurement;
  const { expected, lost, discarded, unheardRuns } = heard;
  const leg = {
    encodingName,
    isConcealed: true,
    expected,
    lost,
    late: discarded,
    burstRatio: burstRatio(expected, lost + discarded, unheardRuns),
    roundTripTimeUs,
    jitterBufferDelayMs,
  };
  return assessLegQuality(leg, qualityModel);
}

/** In 1/256, rounded down, and 255 for all (RFC 3611 §4.7.1). */
function toShare(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.min(255, Math.floor((part * 256) / whole));
}

function toWord(value: number): number {
  return Math.min(WORD_MAXIMUM, Math.max(0, Math.round(value)));
}
