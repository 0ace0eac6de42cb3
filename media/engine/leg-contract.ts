/** What the media of a leg needs, and what comes out of it. */
import type { Clips } from '../prompt/clip.ts';
import type { QualityModel } from '../quality/leg-quality.ts';
import type { PlayoutDelayBounds } from '../receive/playout-delay.ts';
import type { ReceiveStreams } from '../receive/receive-stream.ts';
import type { SrtpFailureCounts } from '../srtp/srtp-failure.ts';
import type { ReceiverState } from './leg-receiver.ts';
import type { SecurityState } from './leg-security.ts';
import type { ExtendedReportMode, MediaLegListener, OpenLegRequest, TransportAddress } from './media-leg.ts';
import type { RtcpWatch } from './seen-rtcp.ts';
import type { SourceLockState } from './source-lock.ts';

/**
 * What a worker has learned of a leg, for the one that goes on with it; survives structured cloning. What we send goes on
 * from another synchronization source: of that, it has but what our keys have sealed already.
 */
export interface LegContinuation {
  readonly source: SourceLockState;
  readonly security: SecurityState;
  readonly receiver: ReceiverState;
}

export interface LegMediaOptions {
  readonly request: OpenLegRequest;
  /** Null at the beginning of the leg. */
  readonly continuation: LegContinuation | null;
  readonly isIpv6Socket: boolean;
  readonly streams: ReceiveStreams;
  readonly jitterBuffer: PlayoutDelayBounds;
  readonly reportPeriodMs: number;
  readonly silenceTimeoutMs: number;
  /** Addresses are learned even where the other side does not ask for it. */
  readonly isNatLearned: boolean;
  /** What can be played, by name. */
  readonly clips: Clips;
  readonly extendedReports: ExtendedReportMode;
  readonly qualityModel: QualityModel;
  /** Uniform from 0 up to 1. */
  readonly random: () => number;
}

export interface LegOutput
  extends Omit<MediaLegListener, 'onLost' | 'onProtectionFailures' | 'onHandshakeFailure'> {
  onHandshakeFailure(detail: string): void;
  onProtectionFailures(failures: SrtpFailureCounts): void;
  sendRtp(packet: Uint8Array, to: TransportAddress): void;
  sendRtcp(packet: Uint8Array, to: TransportAddress, isMultiplexed: boolean): void;
  /** Null where nobody wants to see reports. */
  readonly onRtcp: RtcpWatch | null;
}

/** RTP from which nothing can be read, and RTP of payload types that were not agreed; both cumulative. */
export interface DiscardCounts {
  readonly malformedPackets: number;
  readonly unknownPayloadPackets: number;
  readonly refusedPackets: number;
}
