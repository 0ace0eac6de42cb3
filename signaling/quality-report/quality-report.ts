/**
 * A voice quality report as telephones publish it: the body `application/vq-rtcpxr` of RFC 6035. Plain data;
 * what was not said is null, or not there.
 */

/** `alert` is sent when a threshold was crossed, `interval` meanwhile, `session` at the end or a change. */
export type QualityReportKind = 'session' | 'interval' | 'alert';

export interface QualityReport {
  readonly kind: QualityReportKind;
  /** `CallTerm`: the last one of its call. */
  readonly isFinal: boolean;
  readonly alert: QualityAlert | null;
  /** Call-ID of the call it is about. */
  readonly callId: string;
  /** The reporter, the other side, and who called: addresses as written. */
  readonly localId: string | null;
  readonly remoteId: string | null;
  readonly originId: string | null;
  readonly localGroup: string | null;
  readonly remoteGroup: string | null;
  readonly localMac: string | null;
  readonly remoteMac: string | null;
  readonly localAddress: QualityAddress | null;
  readonly remoteAddress: QualityAddress | null;
  /** Call-ID and tags, as written. */
  readonly dialogId: string | null;
  /** What the reporter heard. */
  readonly localMetrics: QualityMetrics | null;
  /** What the other side told the reporter of what it heard. */
  readonly remoteMetrics: QualityMetrics | null;
}

interface QualityAlert {
  /** The figure that crossed its threshold, such as `NLR`. */
  readonly type: string;
  readonly severity: string;
  readonly direction: string;
}

interface QualityAddress {
  readonly address: string;
  readonly port: number | null;
  /** As written: some write hexadecimal, some do not. */
  readonly synchronizationSource: string | null;
}

export interface QualityMetrics {
  readonly startMs: number | null;
  readonly endMs: number | null;
  readonly session: QualitySession | null;
  /** Those that were measured. */
  readonly figures: Readonly<Partial<Record<QualityFigure, number>>>;
  /** How the scores were come by, such as `P.564`. */
  readonly algorithm: string | null;
}

/** How the sound was packed. */
interface QualitySession {
  readonly payloadType: number | null;
  readonly encodingName: string | null;
  readonly sampleRateHz: number | null;
  readonly frameDurationMs: number | null;
  readonly frameOctets: number | null;
  readonly framesPerPacket: number | null;
  readonly packetsPerSecond: number | null;
  /** As in RTCP XR: 0 unspecified, 1 none, 2 enhanced, 3 standard. */
  readonly concealment: number | null;
  readonly hasSilenceSuppression: boolean | null;
}

interface FigureRow {
  readonly line: string;
  readonly parameter: string;
  readonly figure: string;
  /** What stands for "not measured", taken over from RTCP XR (RFC 3611 §4.7). */
  readonly unavailable?: 127;
}

/** Every figure, where it stands (RFC 6035 §4.6): delays in ms, shares in percent. */
export const FIGURES = [
  { line: 'JitterBuffer', parameter: 'JBA', figure: 'jitterBufferAdaptation' },
  { line: 'JitterBuffer', parameter: 'JBR', figure: 'jitterBufferRate' },
  { line: 'JitterBuffer', parameter: 'JBN', figure: 'jitterBufferNominalMs' },
  { line: 'JitterBuffer', parameter: 'JBM', figure: 'jitterBufferMaximumMs' },
  { line: 'JitterBuffer', parameter: 'JBX', figure: 'jitterBufferAbsoluteMaximumMs' },
  { line: 'PacketLoss', parameter: 'NLR', figure: 'lossPercent' },
  { line: 'PacketLoss', parameter: 'JDR', figure: 'discardPercent' },
  { line: 'BurstGapLoss', parameter: 'BLD', figure: 'burstLossPercent' },
  { line: 'BurstGapLoss', parameter: 'BD', figure: 'burstDurationMs' },
  { line: 'BurstGapLoss', parameter: 'GLD', figure: 'gapLossPercent' },
  { line: 'BurstGapLoss', parameter: 'GD', figure: 'gapDurationMs' },
  { line: 'BurstGapLoss', parameter: 'GMIN', figure: 'gapThreshold' },
  { line: 'Delay', parameter: 'RTD', figure: 'roundTripDelayMs' },
  { line: 'Delay', parameter: 'ESD', figure: 'endSystemDelayMs' },
  { line: 'Delay', parameter: 'OWD', figure: 'oneWayDelayMs' },
  { line: 'Delay', parameter: 'SOWD', figure: 'symmetricOneWayDelayMs' },
  { line: 'Delay', parameter: 'IAJ', figure: 'jitterMs' },
  { line: 'Delay', parameter: 'MAJ', figure: 'meanAbsoluteJitterMs' },
  { line: 'Signal', parameter: 'SL', figure: 'signalLevelDbm0', unavailable: 127 },
  { line: 'Signal', parameter: 'NL', figure: 'noiseLevelDbm0', unavailable: 127 },
  { line: 'Signal', parameter: 'RERL', figure: 'residualEchoReturnLossDb', unavailable: 127 },
  { line: 'QualityEst', parameter: 'RLQ', figure: 'ratingListening', unavailable: 127 },
  { line: 'QualityEst', parameter: 'RCQ', figure: 'ratingConversational', unavailable: 127 },
  { line: 'QualityEst', parameter: 'EXTRI', figure: 'externalRatingIn', unavailable: 127 },
  { line: 'QualityEst', parameter: 'EXTRO', figure: 'externalRatingOut', unavailable: 127 },
  { line: 'QualityEst', parameter: 'MOSLQ', figure: 'mosListening', unavailable: 127 },
  { line: 'QualityEst', parameter: 'MOSCQ', figure: 'mosConversational', unavailable: 127 },
] as const satisfies readonly FigureRow[];

export type QualityFigure = (typeof FIGURES)[number]['figure'];

/** Lines that hold one text each. */
export const TEXT_LINES = {
  LocalID: 'localId',
  RemoteID: 'remoteId',
  OrigID: 'originId',
  LocalGroup: 'localGroup',
  RemoteGroup: 'remoteGroup',
  LocalMAC: 'localMac',
  RemoteMAC: 'remoteMac',
  DialogID: 'dialogId',
} as const satisfies Record<string, keyof QualityReport>;

/** Parameters of the SessionDesc line that are numbers. */
export const SESSION_NUMBERS = {
  PT: 'payloadType',
  SR: 'sampleRateHz',
  FD: 'frameDurationMs',
  FO: 'frameOctets',
  FPP: 'framesPerPacket',
  PPS: 'packetsPerSecond',
  PLC: 'concealment',
} as const satisfies Record<string, keyof QualitySession>;
