import type { LegReport } from '../../media/quality/leg-report.ts';
import type { VoiceQuality } from '../../media/quality/voice-quality.ts';
import type { QualityMetrics, QualityReport } from '../../signaling/quality-report/quality-report.ts';
import type { MediaAddress } from '../../signaling/session-description.ts';
import type { ReportedLeg } from './reported-leg.ts';

const CONCEALMENT_NUMBERS = { unspecified: 0, disabled: 1, enhanced: 2, standard: 3 } as const; // RFC 3611 §4.7.6
const ADAPTATION_NUMBERS = { unknown: 0, reserved: 1, 'non-adaptive': 2, adaptive: 3 } as const;

/** How a leg was, as a telephone in our place would publish it (RFC 6035); null where nothing was heard. */
export function createCallQualityReport(leg: ReportedLeg): QualityReport | null {
  const { audio, minutes, dialogTags } = leg;
  const last = minutes.at(-1);
  const heard = minutes.findLast(({ received }) => received.voipMetrics !== null)?.received.voipMetrics;
  if (audio === null || last === undefined || heard === undefined || heard === null) return null;
  const remote = minutes.findLast(({ sent }) => sent.remote?.voipMetrics)?.sent.remote?.voipMetrics ?? null;
  return {
    kind: 'session',
    isFinal: true,
    alert: null,
    callId: leg.callId,
    localId: `<${leg.local.uri}>`,
    remoteId: `<${leg.remote.uri}>`,
    originId: `<${leg.origin.uri}>`,
    localGroup: null,
    remoteGroup: null,
    localMac: null,
    remoteMac: null,
    localAddress: addressOf(leg.localRtp, last.sent.synchronizationSource),
    remoteAddress: addressOf(audio.remoteRtp, last.received.synchronizationSource),
    // RFC 6035 §4.6: from whose tags both sides know the dialog, whatever each calls local.
    dialogId:
      dialogTags === null ? null : `${leg.callId};to-tag=${dialogTags.to};from-tag=${dialogTags.from}`,
    localMetrics: { ...metricsOf(leg, heard), figures: localFigures(heard, minutes), algorithm: 'G.107' },
    remoteMetrics:
      remote === null ? null : { ...metricsOf(leg, remote), figures: figuresOf(remote), algorithm: null },
  };
}

function addressOf(
  rtp: MediaAddress | null,
  synchronizationSource: number | null,
): QualityReport['localAddress'] {
  if (rtp === null) return null;
  const hexadecimal = synchronizationSource?.toString(16).padStart(8, '0');
  return { ...rtp, synchronizationSource: hexadecimal === undefined ? null : `0x${hexadecimal}` };
}

function metricsOf(
  { audio, answeredAtMs, endedAtMs }: ReportedLeg,
  voice: VoiceQuality,
): Pick<QualityMetrics, 'startMs' | 'endMs' | 'session'> {
  const packetTimeMs = audio?.packetTimeMs ?? null;
  return {
    startMs: answeredAtMs,
    endMs: endedAtMs,
    session: {
      payloadType: audio?.format.payloadType ?? null,
      encodingName: audio?.format.encodingName ?? null,
      sampleRateHz: audio?.format.clockRateHz ?? null,
      frameDurationMs: packetTimeMs,
      frameOctets: null,
      framesPerPacket: 1,
      packetsPerSecond: packetTimeMs === null ? null : Math.round(1000 / packetTimeMs),
      concealment: CONCEALMENT_NUMBERS[voice.concealment],
      hasSilenceSuppression: (audio?.comfortNoise ?? null) !== null,
    },
  };
}

/** Ours are exact where RTCP XR knows only 256ths. */
function localFigures(heard: VoiceQuality, minutes: readonly LegReport[]): QualityMetrics['figures'] {
  const expected = sum(minutes, ({ received }) => received.expected);
  const weight = sum(minutes, ({ received }) => (received.jitterUs === null ? 0 : received.packets));
  const jitterUs = sum(minutes, ({ received }) => (received.jitterUs ?? 0) * received.packets);
  const trips = minutes.flatMap(({ roundTripTimeUs }) => (roundTripTimeUs === null ? [] : [roundTripTimeUs]));
  const roundTripDelayMs = trips.length === 0 ? null : sum(trips, (tripUs) => tripUs) / trips.length / 1000;
  const percent = (packets: number): number => round((100 * packets) / Math.max(1, expected), 3);
  const quality = minutes.findLast((minute) => minute.quality !== null)?.quality;
  return {
    ...figuresOf(heard),
    lossPercent: percent(minutes.at(-1)?.received.lostCumulative ?? 0),
    discardPercent: percent(sum(minutes, ({ received }) => received.late)),
    ...(weight === 0 ? {} : { jitterMs: round(jitterUs / weight / 1000, 3) }),
    ...(quality === undefined || quality === null
      ? {}
      : { ratingListening: Math.round(quality.ratingListening) }),
    ...(roundTripDelayMs === null
      ? {}
      : {
          roundTripDelayMs: Math.round(roundTripDelayMs),
          symmetricOneWayDelayMs: Math.round(roundTripDelayMs / 2 + (heard.endSystemDelayMs ?? 0)),
        }),
  };
}

function figuresOf(voice: VoiceQuality): QualityMetrics['figures'] {
  const { jitterBuffer } = voice;
  const figures = {
    jitterBufferAdaptation: ADAPTATION_NUMBERS[jitterBuffer.kind],
    jitterBufferNominalMs: jitterBuffer.nominalMs,
    jitterBufferMaximumMs: jitterBuffer.maximumMs,
    jitterBufferAbsoluteMaximumMs: jitterBuffer.absoluteMaximumMs,
    lossPercent: voice.lossPercent,
    discardPercent: voice.discardPercent,
    burstLossPercent: voice.burstLossPercent,
    burstDurationMs: voice.burstDurationMs,
    gapLossPercent: voice.gapLossPercent,
    gapDurationMs: voice.gapDurationMs,
    gapThreshold: voice.gapThreshold,
    roundTripDelayMs: voice.roundTripDelayMs,
    endSystemDelayMs: voice.endSystemDelayMs,
    signalLevelDbm0: voice.signalLevelDbm0,
    noiseLevelDbm0: voice.noiseLevelDbm0,
    residualEchoReturnLossDb: voice.residualEchoReturnLossDb,
    ratingConversational: voice.ratingFactor,
    externalRatingIn: voice.externalRatingFactor,
    mosListening: voice.mosListening,
    mosConversational: voice.mosConversational,
  };
  return Object.fromEntries(Object.entries(figures).filter(([, value]) => value !== null));
}

function sum<Value>(values: readonly Value[], pick: (value: Value) => number): number {
  return values.reduce((total, value) => total + pick(value), 0);
}

function round(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}
