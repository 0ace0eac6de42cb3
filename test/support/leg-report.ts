import type { LegReport, ReceivedReport, SentReport } from '../../media/quality/leg-report.ts';

export interface LegReportOverrides extends Partial<Omit<LegReport, 'received' | 'sent'>> {
  readonly received?: Partial<ReceivedReport>;
  readonly sent?: Partial<SentReport>;
}

/** A faultless minute of G.711 in both directions, with what a test wants to be different. */
export function createLegReport({ received, sent, ...report }: LegReportOverrides = {}): LegReport {
  return {
    legId: 'leg-1',
    intervalStartMs: Date.UTC(2026, 10, 23, 4, 0, 0),
    intervalEndMs: Date.UTC(2026, 10, 23, 4, 1, 0),
    isFinal: false,
    codec: 'PCMU',
    clockRateHz: 8000,
    roundTripTimeUs: 19_434,
    mosListening: 4.41,
    mosConversational: 4.3449,
    quality: null,
    ...report,
    received: {
      packets: 3000,
      bytes: 516_000,
      rtcpPackets: 12,
      rtcpBytes: 1008,
      expected: 3000,
      lost: 0,
      lostCumulative: 0,
      duplicates: 0,
      reordered: 0,
      late: 0,
      jitterUs: 125.4,
      jitterMaxUs: 500,
      burstRatio: null,
      synchronizationSource: 0x1234abcd,
      voipMetrics: null,
      ...received,
    },
    sent: {
      packets: 3000,
      bytes: 516_000,
      rtcpPackets: 12,
      rtcpBytes: 1008,
      lostCumulative: 2,
      jitterUs: 250,
      remote: null,
      synchronizationSource: 0x5678ef01,
      ...sent,
    },
  };
}
