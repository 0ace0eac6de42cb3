/** What the main thread and a media worker say to each other; several at a time, in arrays. */

import type { Clips } from '../prompt/clip.ts';
import type { QualityModel } from '../quality/leg-quality.ts';
import type { LegReport } from '../quality/leg-report.ts';
import type { PlayoutDelayBounds } from '../receive/playout-delay.ts';
import type { RecordingCommand, RecordingEvent } from '../record/recording-message.ts';
import type { SrtpFailureCounts } from '../srtp/srtp-failure.ts';
import type { LegContinuation } from './leg-contract.ts';
import type {
  ExtendedReportMode,
  MediaDigit,
  MediaSession,
  OpenLegRequest,
  RelayImpairment,
  TransportAddress,
} from './media-leg.ts';
import type { PortRanges } from './port-allocator.ts';
import type { RefusedSource } from './refused-sources.ts';
import type { SeenRtcp } from './seen-rtcp.ts';
import type { SilenceChange } from './silence-watch.ts';
import type { SocketBackendChoice, SocketBackendName } from './socket-backend.ts';
import type { TickLateness } from './tick-schedule.ts';

/** What is known of a leg that goes to another worker. */
export interface HandedOver {
  readonly report: LegReport | null;
  readonly continuation: LegContinuation | null;
}

/** A leg of another worker: its port, and what was known of it there. */
export interface LentLeg {
  readonly rtpPort: number;
  readonly continuation: LegContinuation | null;
}

/** Given to a worker at its start. */
export interface MediaWorkerOptions {
  /** The worker's share of each. */
  readonly portRanges: PortRanges;
  readonly jitterBuffer: PlayoutDelayBounds;
  readonly reportPeriodMs: number;
  readonly silenceTimeoutMs: number;
  readonly isNatLearned: boolean;
  readonly clips: Clips;
  readonly extendedReports: ExtendedReportMode;
  readonly qualityModel: QualityModel;
  /** Every RTCP datagram is told to the main thread. */
  readonly isRtcpTold: boolean;
  /** Socket buffer in bytes; null for the system's own. */
  readonly receiveBufferBytes: number | null;
  readonly backend: SocketBackendChoice;
  /** What `DescriptorLedger` writes to. */
  readonly ledgerMemory: SharedArrayBuffer;
}

export type WorkerCommand =
  | RecordingCommand
  /** Lent by another worker, or with null at a port of the worker's own. */
  | { readonly type: 'open'; readonly request: OpenLegRequest; readonly lent: LentLeg | null }
  | {
      readonly type: 'update';
      readonly legId: string;
      readonly session: MediaSession;
      /** On the clock of `media-clock.ts`. */
      readonly agreedAtMs: number;
    }
  | { readonly type: 'join'; readonly legId: string }
  | { readonly type: 'leave'; readonly legId: string }
  | { readonly type: 'move'; readonly legId: string; readonly mixId: string }
  | { readonly type: 'echo'; readonly legId: string }
  | { readonly type: 'mute'; readonly legId: string; readonly isMuted: boolean }
  | {
      readonly type: 'play';
      readonly legId: string;
      readonly clips: readonly string[];
      readonly isDucking: boolean;
    }
  | { readonly type: 'stop-playing'; readonly legId: string }
  | {
      readonly type: 'press';
      readonly legId: string;
      readonly digit: string;
      readonly durationMs: number;
    }
  | { readonly type: 'play-behind'; readonly legId: string; readonly clip: string | null }
  | {
      readonly type: 'relay';
      readonly legId: string;
      readonly toLegId: string | null;
      readonly impairment: RelayImpairment;
    }
  | {
      readonly type: 'carry-datagrams';
      readonly legId: string;
      readonly remote: TransportAddress | null;
    }
  | { readonly type: 'close'; readonly legId: string }
  /** Closed, and its ports lent to another worker until they are given back. */
  | { readonly type: 'hand-over'; readonly legId: string }
  | { readonly type: 'give-back'; readonly portRangeName: string; readonly rtpPort: number }
  | { readonly type: 'stop' };

export type WorkerEvent =
  | RecordingEvent
  | { readonly type: 'ready'; readonly backend: SocketBackendName; readonly fallbackReason: string | null }
  /** There are no sockets of the kind that was asked for; the worker ends. */
  | { readonly type: 'backend-unavailable'; readonly detail: string }
  | { readonly type: 'opened'; readonly legId: string; readonly rtpPort: number }
  | { readonly type: 'ports-exhausted'; readonly legId: string }
  | { readonly type: 'open-failed'; readonly legId: string; readonly detail: string }
  | { readonly type: 'closed'; readonly legId: string; readonly report: LegReport | null }
  | ({ readonly type: 'handed-over'; readonly legId: string } & HandedOver)
  | { readonly type: 'report'; readonly legId: string; readonly report: LegReport }
  | { readonly type: 'digit'; readonly legId: string; readonly digit: MediaDigit }
  | { readonly type: 'silence'; readonly legId: string; readonly change: SilenceChange }
  | { readonly type: 'played'; readonly legId: string }
  | { readonly type: 'protection-failures'; readonly legId: string; readonly failures: SrtpFailureCounts }
  | { readonly type: 'handshake-failure'; readonly legId: string; readonly detail: string }
  | { readonly type: 'refused-source'; readonly legId: string; readonly refused: RefusedSource }
  | { readonly type: 'rtcp'; readonly seen: SeenRtcp }
  | { readonly type: 'lost'; readonly legId: string; readonly detail: string }
  | { readonly type: 'statistics'; readonly statistics: WorkerStatistics };

/** Of the last seconds for the lateness; the counts run from the worker's start. */
export interface WorkerStatistics {
  readonly lateness: TickLateness;
  readonly malformedPackets: number;
  readonly unknownPayloadPackets: number;
  readonly refusedPackets: number;
  readonly unsentPackets: number;
}
