/** What a leg's extended reports say (RFC 3611), where they were agreed or are sent in any case. */
import { createVoipMetrics } from '../quality/voip-metrics.ts';
import type { ReportExtension } from '../rtcp/session.ts';
import type { VoipMetricsBlock } from '../rtcp/voip-metrics-block.ts';
import type { LegMediaOptions } from './leg-contract.ts';
import type { LegReceiver } from './leg-receiver.ts';
import type { ExtendedReportMode, ExtendedReportRequest, MediaSession } from './media-leg.ts';

const EVERYTHING: ExtendedReportRequest = { hasVoipMetrics: true, hasReferenceTime: true };

export function createReportExtension(
  session: MediaSession,
  receiver: LegReceiver,
  options: Pick<LegMediaOptions, 'extendedReports' | 'jitterBuffer' | 'qualityModel'>,
  roundTripTimeUs: number | null,
): ReportExtension | null {
  const wanted = wantedReports(session, options.extendedReports);
  if (wanted === null) return null;
  const { hasVoipMetrics, hasReferenceTime } = wanted;
  const voipMetrics = hasVoipMetrics ? measureVoice(session, receiver, options, roundTripTimeUs) : null;
  return { voipMetrics, hasReferenceTime };
}

/** How well the present source is heard, since it began; null before its first packet. */
export function measureVoice(
  session: MediaSession,
  receiver: LegReceiver,
  { jitterBuffer, qualityModel }: Pick<LegMediaOptions, 'jitterBuffer' | 'qualityModel'>,
  roundTripTimeUs: number | null,
): VoipMetricsBlock | null {
  const source = receiver.totals.synchronizationSource;
  if (source === null) return null;
  return createVoipMetrics({
    source,
    heard: receiver.heard,
    encodingName: session.format.encodingName,
    packetTimeMs: session.packetTimeMs,
    roundTripTimeUs,
    jitterBufferDelayMs: receiver.playout.targetDelayMs,
    jitterBufferMaximumMs: jitterBuffer.maximumMs,
    qualityModel,
  });
}

function wantedReports(session: MediaSession, mode: ExtendedReportMode): ExtendedReportRequest | null {
  if (mode === 'off') return null;
  return mode === 'always' ? EVERYTHING : (session.extendedReports ?? null);
}
