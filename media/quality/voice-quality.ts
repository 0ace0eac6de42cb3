/** How one side hears the other, in the figures of RTCP XR. */
import type { StatisticsSummaryBlock } from '../rtcp/statistics-summary-block.ts';
import type { VoipMetricsBlock } from '../rtcp/voip-metrics-block.ts';

/** From the VoIP Metrics (RFC 3611 §4.7); they cover the call so far. Null is what it did not measure. */
export interface VoiceQuality {
  readonly lossPercent: number;
  /** Came, but not in time to be played. */
  readonly discardPercent: number;
  readonly burstLossPercent: number;
  readonly gapLossPercent: number;
  readonly burstDurationMs: number;
  readonly gapDurationMs: number;
  /** Gmin: packets in a row that end a burst. */
  readonly gapThreshold: number;
  readonly roundTripDelayMs: number | null;
  readonly endSystemDelayMs: number | null;
  readonly signalLevelDbm0: number | null;
  readonly noiseLevelDbm0: number | null;
  readonly residualEchoReturnLossDb: number | null;
  readonly ratingFactor: number | null;
  readonly externalRatingFactor: number | null;
  readonly mosListening: number | null;
  readonly mosConversational: number | null;
  readonly concealment: VoipMetricsBlock['concealment'];
  readonly jitterBuffer: {
    readonly kind: VoipMetricsBlock['jitterBufferKind'];
    readonly nominalMs: number;
    readonly maximumMs: number;
    readonly absoluteMaximumMs: number;
  };
}

/** What extended reports about our stream brought in one interval. */
export interface RemoteReport {
  /** The last one; null where none came. */
  readonly voipMetrics: VoiceQuality | null;
  /** The last Statistics Summary (RFC 3611 §4.6), as it came. */
  readonly statisticsSummary: StatisticsSummaryBlock | null;
  /** Blocks of kinds that are not read. */
  readonly otherBlocks: number;
}

export function readVoiceQuality(block: VoipMetricsBlock): VoiceQuality {
  const { roundTripDelayMs, endSystemDelayMs } = block;
  return {
    lossPercent: toPercent(block.lossRate),
    discardPercent: toPercent(block.discardRate),
    burstLossPercent: toPercent(block.burstDensity),
    gapLossPercent: toPercent(block.gapDensity),
    burstDurationMs: block.burstDurationMs,
    gapDurationMs: block.gapDurationMs,
    gapThreshold: block.gapThreshold,
    // RFC 3611 §4.7.3: zero until it was measured.
    roundTripDelayMs: roundTripDelayMs === 0 ? null : roundTripDelayMs,
    endSystemDelayMs: endSystemDelayMs === 0 ? null : endSystemDelayMs,
    signalLevelDbm0: block.signalLevelDbm0,
    noiseLevelDbm0: block.noiseLevelDbm0,
    residualEchoReturnLossDb: block.residualEchoReturnLossDb,
    ratingFactor: block.ratingFactor,
    externalRatingFactor: block.externalRatingFactor,
    mosListening: block.mosListening,
    mosConversational: block.mosConversational,
    concealment: block.concealment,
    jitterBuffer: {
      kind: block.jitterBufferKind,
      nominalMs: block.jitterBufferNominalMs,
      maximumMs: block.jitterBufferMaximumMs,
      absoluteMaximumMs: block.jitterBufferAbsoluteMaximumMs,
    },
  };
}

/** From 1/256, with two decimals. */
function toPercent(share: number): number {
  return Math.round((share * 10_000) / 256) / 100;
}
