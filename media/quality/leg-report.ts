import type { RatingScale } from './codec-impairment.ts';
import type { DelayModel } from './e-model.ts';
import type { RemoteReport, VoiceQuality } from './voice-quality.ts';

/**
 * What one leg measured in one interval (a minute, or less for the last one). Cumulative values run over the
 * whole call, interval values over this report only. `null` means that nothing was measured, never zero.
 */
export interface LegReport {
  readonly legId: string;
  readonly intervalStartMs: number;
  readonly intervalEndMs: number;
  /** True for the report that `close` gives. */
  readonly isFinal: boolean;
  readonly codec: string;
  readonly clockRateHz: number;
  readonly received: ReceivedReport;
  readonly sent: SentReport;
  /** Mean of the interval, from RTCP LSR/DLSR (RFC 3550 §6.4.1). */
  readonly roundTripTimeUs: number | null;
  /** How well we hear the other side (ITU-T G.107, listening: without delay). */
  readonly mosListening: number | null;
  /** The same with delay: what AWS calls MOS. */
  readonly mosConversational: number | null;
  /** What went into the score, shown beside it. */
  readonly quality: QualityInputs | null;
}

/** What arrived from the other side. */
export interface ReceivedReport {
  /** Interval; duplicates, telephone-events and comfort noise included, as AWS counts packets on the wire. */
  readonly packets: number;
  /** Interval; RTP header + payload. */
  readonly bytes: number;
  readonly rtcpPackets: number;
  readonly rtcpBytes: number;
  /** Interval: packets the sequence numbers say were sent. */
  readonly expected: number;
  /** Interval: expected − distinct received, never below zero. */
  readonly lost: number;
  readonly lostCumulative: number;
  readonly duplicates: number;
  readonly reordered: number;
  /** Arrived too late to be played. */
  readonly late: number;
  /** Mean over the packets of the interval of the running RFC 3550 A.8 jitter. */
  readonly jitterUs: number | null;
  readonly jitterMaxUs: number | null;
  /** Observed mean burst length over that of random loss (ITU-T G.107 §3.6). */
  readonly burstRatio: number | null;
  readonly synchronizationSource: number | null;
  /** What we tell the other side, since the source began (RFC 3611 §4.7); null before its first packet. */
  readonly voipMetrics: VoiceQuality | null;
}

/** What we sent, and what the other side says of it in its RTCP reports. */
export interface SentReport {
  readonly packets: number;
  readonly bytes: number;
  readonly rtcpPackets: number;
  readonly rtcpBytes: number;
  /** From the last report block about us; null until one came. */
  readonly lostCumulative: number | null;
  readonly jitterUs: number | null;
  /** From its extended reports of the interval (RFC 3611); null where none came. */
  readonly remote: RemoteReport | null;
  readonly synchronizationSource: number;
}

export interface QualityInputs {
  readonly codec: string;
  /** Whose MOS it is: scores of the two scales do not compare (ITU-T G.107.1). */
  readonly scale: RatingScale;
  readonly delayModel: DelayModel;
  /** Equipment impairment factor Ie of the codec. */
  readonly equipmentImpairment: number;
  /** Packet-loss robustness factor Bpl of the codec. */
  readonly packetLossRobustness: number;
  readonly lossPercent: number;
  readonly burstRatio: number;
  /** One-way mouth-to-ear delay Ta: half the round-trip time plus the jitter buffer. */
  readonly delayMs: number;
  /** Transmission rating R, conversational, to 100 on both scales: G.107.1's is divided by 1.29 as its Annex A does. */
  readonly ratingConversational: number;
  readonly ratingListening: number;
}
