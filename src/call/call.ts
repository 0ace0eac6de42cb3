import type { LegReport } from '../../media/quality/leg-report.ts';
import type { SrtpFailureCounts } from '../../media/srtp/srtp-failure.ts';
import type { CallFailure, FailureReason } from '../../signaling/call-failure.ts';
import type { CallEnd, CallLeg } from '../../signaling/call-leg.ts';
import type { QualityReport } from '../../signaling/quality-report/quality-report.ts';
import type { MediaAddress, NegotiatedAudio } from '../../signaling/session-description.ts';
import { DigitTranscript } from './digit-transcript.ts';

export type CallState = 'arrived' | 'ringing' | 'answered' | 'refused' | 'ended';

/** A quality report, and who sent it when. */
export interface ReceivedQualityReport {
  readonly atMs: number;
  readonly remoteAddress: string;
  /** From, as written. */
  readonly publisher: string;
  readonly report: QualityReport;
}

/** Why a call was refused, in the three languages it is told in. */
export interface Refusal {
  readonly reason: FailureReason;
  readonly sipStatus: number;
  readonly q850Cause: number;
  readonly detail: string;
}

/** How many minutes of one call are kept to be shown; the logs have all of them. */
export const KEPT_MINUTES = 24 * 60;
const KEPT_QUALITY_REPORTS = 50;

/** Everything known of one call, for the people who ask. Holds the leg only while the call lives. */
export class Call {
  readonly id: string;
  readonly leg: Pick<
    CallLeg,
    | 'protocol'
    | 'transport'
    | 'remoteCallId'
    | 'dialogTags'
    | 'calling'
    | 'called'
    | 'remoteAddress'
    | 'remotePort'
    | 'userAgent'
    | 'arrivedAtMs'
  >;
  state: CallState = 'arrived';
  meetingId: string | null = null;
  ringingAtMs: number | null = null;
  answeredAtMs: number | null = null;
  endedAtMs: number | null = null;
  isConfirmed = false;
  refusal: Refusal | null = null;
  end: CallEnd | null = null;
  audio: NegotiatedAudio | null = null;
  /** Where the other side was told to send its media. */
  localRtp: MediaAddress | null = null;
  /** Milliseconds without RTP when the leg was last found silent; null while it is heard. */
  silentForMs: number | null = null;
  /** RTP and RTCP packets that came from another address than the negotiated one. */
  refusedSourcePackets = 0;
  /** Packets that SRTP refused, by reason; null where none was. */
  protectionFailures: SrtpFailureCounts | null = null;
  readonly transcript = new DigitTranscript();
  readonly minutes: LegReport[] = [];
  /** What telephones published about it (RFC 6035). */
  readonly qualityReports: ReceivedQualityReport[] = [];

  constructor(leg: CallLeg) {
    this.id = leg.id;
    const { protocol, transport, remoteCallId, calling, called, remoteAddress, remotePort, userAgent } = leg;
    this.leg = {
      protocol,
      transport,
      remoteCallId,
      dialogTags: leg.dialogTags ?? null,
      calling,
      called,
      remoteAddress,
      remotePort,
      userAgent,
      arrivedAtMs: leg.arrivedAtMs,
    };
  }

  get isOver(): boolean {
    return this.state === 'refused' || this.state === 'ended';
  }

  refuse(failure: CallFailure, nowMs: number): void {
    const { sipStatus, q850Cause } = failure.row;
    this.refusal = { reason: failure.reason, sipStatus, q850Cause, detail: failure.message };
    this.state = 'refused';
    this.endedAtMs = nowMs;
  }

  reported(report: ReceivedQualityReport): void {
    if (this.qualityReports.length >= KEPT_QUALITY_REPORTS) this.qualityReports.shift();
    this.qualityReports.push(report);
  }

  measured(report: LegReport): void {
    if (this.minutes.length >= KEPT_MINUTES) this.minutes.shift();
    this.minutes.push(report);
  }
}
