/**
 * VoIP Metrics: how well one source is heard, since its reception began (RFC 3611 §4.7).
 *
 *    |     BT=7      |   reserved    |       block length = 8        |
 *    |                        SSRC of source                         |
 *    |   loss rate   | discard rate  | burst density |  gap density  |
 *    |       burst duration          |         gap duration          |
 *    |     round trip delay          |       end system delay        |
 *    | signal level  |  noise level  |     RERL      |     Gmin      |
 *    |   R factor    | ext. R factor |    MOS-LQ     |    MOS-CQ     |
 *    |   RX config   |   reserved    |          JB nominal           |
 *    |          JB maximum           |          JB abs max           |
 */
export const VOIP_METRICS_BLOCK = 7;
export const VOIP_METRICS_LENGTH = 36;

/** RFC 3611 §4.7.4–4.7.5: what was not measured, in each field that can be so. */
const UNAVAILABLE = 127;
/** RFC 3611 §4.7.5: a score of 1.0 to 5.0 as 10 to 50. */
const SCORE_SCALE = 10;

/** Packet loss concealment of the receiver (RFC 3611 §4.7.6), in the order of the field's values. */
export const CONCEALMENTS = ['unspecified', 'disabled', 'enhanced', 'standard'] as const;
/** Its jitter buffer, likewise. */
export const JITTER_BUFFER_KINDS = ['unknown', 'reserved', 'non-adaptive', 'adaptive'] as const;

/** Times are whole milliseconds, rates and densities 1/256; null is what its sender did not measure. */
export interface VoipMetricsBlock {
  readonly type: 'voip-metrics';
  readonly source: number;
  readonly lossRate: number;
  /** Packets that came too late or too early to be played. */
  readonly discardRate: number;
  /** Share of the packets lost or discarded, within bursts and outside of them. */
  readonly burstDensity: number;
  readonly gapDensity: number;
  readonly burstDurationMs: number;
  readonly gapDurationMs: number;
  /** 0 where it is not known. */
  readonly roundTripDelayMs: number;
  readonly endSystemDelayMs: number;
  readonly signalLevelDbm0: number | null;
  readonly noiseLevelDbm0: number | null;
  readonly residualEchoReturnLossDb: number | null;
  /** Gmin: packets in a row that end a burst. */
  readonly gapThreshold: number;
  /** R, 0 to 100. */
  readonly ratingFactor: number | null;
  /** Of a network beyond, where the reporter is a gateway. */
  readonly externalRatingFactor: number | null;
  readonly mosListening: number | null;
  readonly mosConversational: number | null;
  readonly concealment: (typeof CONCEALMENTS)[number];
  readonly jitterBufferKind: (typeof JITTER_BUFFER_KINDS)[number];
  /** 0 to 15. */
  readonly jitterBufferRate: number;
  readonly jitterBufferNominalMs: number;
  readonly jitterBufferMaximumMs: number;
  readonly jitterBufferAbsoluteMaximumMs: number;
}

export function readVoipMetrics(view: DataView, offset: number): VoipMetricsBlock {
  const byte = (at: number): number => view.getUint8(offset + at);
  const word = (at: number): number => view.getUint16(offset + at);
  const configuration = byte(28);
  return {
    type: 'voip-metrics',
    source: view.getUint32(offset + 4),
    lossRate: byte(8),
    discardRate: byte(9),
    burstDensity: byte(10),
    gapDensity: byte(11),
    burstDurationMs: word(12),
    gapDurationMs: word(14),
    roundTripDelayMs: word(16),
    endSystemDelayMs: word(18),
    signalLevelDbm0: orNull(view.getInt8(offset + 20)),
    noiseLevelDbm0: orNull(view.getInt8(offset + 21)),
    residualEchoReturnLossDb: orNull(byte(22)),
    gapThreshold: byte(23),
    ratingFactor: orNull(byte(24)),
    externalRatingFactor: orNull(byte(25)),
    mosListening: readScore(byte(26)),
    mosConversational: readScore(byte(27)),
    concealment: CONCEALMENTS[configuration >>> 6] as VoipMetricsBlock['concealment'],
    jitterBufferKind: JITTER_BUFFER_KINDS[(configuration >>> 4) & 3] as VoipMetricsBlock['jitterBufferKind'],
    jitterBufferRate: configuration & 0xf,
    jitterBufferNominalMs: word(30),
    jitterBufferMaximumMs: word(32),
    jitterBufferAbsoluteMaximumMs: word(34),
  };
}

export function writeVoipMetrics(view: DataView, offset: number, block: VoipMetricsBlock): void {
  const concealment = CONCEALMENTS.indexOf(block.concealment);
  const kind = JITTER_BUFFER_KINDS.indexOf(block.jitterBufferKind);
  view.setUint8(offset, VOIP_METRICS_BLOCK);
  view.setUint32(offset + 4, block.source);
  view.setUint8(offset + 8, block.lossRate);
  view.setUint8(offset + 9, block.discardRate);
  view.setUint8(offset + 10, block.burstDensity);
  view.setUint8(offset + 11, block.gapDensity);
  view.setUint16(offset + 12, block.burstDurationMs);
  view.setUint16(offset + 14, block.gapDurationMs);
  view.setUint16(offset + 16, block.roundTripDelayMs);
  view.setUint16(offset + 18, block.endSystemDelayMs);
  view.setInt8(offset + 20, block.signalLevelDbm0 ?? UNAVAILABLE);
  view.setInt8(offset + 21, block.noiseLevelDbm0 ?? UNAVAILABLE);
  view.setUint8(offset + 22, block.residualEchoReturnLossDb ?? UNAVAILABLE);
  view.setUint8(offset + 23, block.gapThreshold);
  view.setUint8(offset + 24, block.ratingFactor ?? UNAVAILABLE);
  view.setUint8(offset + 25, block.externalRatingFactor ?? UNAVAILABLE);
  view.setUint8(offset + 26, writeScore(block.mosListening));
  view.setUint8(offset + 27, writeScore(block.mosConversational));
  view.setUint8(offset + 28, (concealment << 6) | (kind << 4) | block.jitterBufferRate);
  view.setUint16(offset + 30, block.jitterBufferNominalMs);
  view.setUint16(offset + 32, block.jitterBufferMaximumMs);
  view.setUint16(offset + 34, block.jitterBufferAbsoluteMaximumMs);
}

function orNull(value: number): number | null {
  return value === UNAVAILABLE ? null : value;
}

function readScore(value: number): number | null {
  return value === UNAVAILABLE ? null : value / SCORE_SCALE;
}

function writeScore(score: number | null): number {
  return score === null ? UNAVAILABLE : Math.round(score * SCORE_SCALE);
}
