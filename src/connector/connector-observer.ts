import type { LegReport } from '../../media/quality/leg-report.ts';
import type { FailureReason } from '../../signaling/call-failure.ts';
import type { DialogTags } from '../../signaling/call-leg.ts';
import type { MediaAddress, NegotiatedAudio } from '../../signaling/session-description.ts';
import type { TrunkCall } from './trunk-call.ts';

/** The two sides of a trunk call: the customer's telephone system, and the far end. */
export type CallSide = 'customer' | 'remote';

export const OTHER_SIDE: Readonly<Record<CallSide, CallSide>> = { customer: 'remote', remote: 'customer' };

/** A leg as signaling has it; `legs` of a {@link TrunkCall} has those of both sides, once they are known. */
export interface TrunkLeg {
  /** Call-ID header of that side. */
  readonly sipCallId: string;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly transport: string;
  /** Request-URI of the INVITE. */
  readonly uri: string;
  readonly dialogTags: DialogTags | null;
}

/** What one side measured, and on what it agreed. */
export interface HeardSide {
  readonly audio: NegotiatedAudio | null;
  /** Where it was told to send its media. */
  readonly localRtp: MediaAddress | null;
  readonly minutes: readonly LegReport[];
}

/** A route, or the telephone network, that did not take the call. */
export interface RouteFailure {
  readonly voiceConnectorId: string;
  /** `127.0.0.1:5080 UDP` */
  readonly route: string;
  /** The final response; null where none came: a timeout, or nobody to reach. */
  readonly sipStatus: number | null;
  readonly reason: FailureReason;
  readonly willTryNext: boolean;
}

/**
 * Who is told what happens to the calls of Voice Connectors. Order: `callAttempted` first; then `callAnswered`
 * and later `callEnded`, or `callRefused` alone, which is last. Reports of a side come from its media on the
 * minute and, marked final, just before `callEnded`. A throttled call is told of as refused too, just after.
 */
export interface ConnectorObserver {
  callAttempted(call: TrunkCall, nowMs: number): void;
  /** Too many at once, or a second: AWS counts `Throttles`. */
  callThrottled(call: TrunkCall, nowMs: number): void;
  /** The call was sent to a route: messages with that Call-ID are of its other side. */
  legPlaced(call: TrunkCall, sipCallId: string): void;
  /** A request for a connector came, which may be refused before there is a call. */
  requestMet(sipCallId: string, voiceConnectorId: string): void;
  callRinging(call: TrunkCall, nowMs: number): void;
  /** A 4xx, 5xx or 6xx, or nothing, from where the call was to go; it may go on elsewhere. */
  routeFailed(call: TrunkCall, failure: RouteFailure, nowMs: number): void;
  callAnswered(call: TrunkCall, nowMs: number): void;
  sideReport(call: TrunkCall, side: CallSide, report: LegReport): void;
  /** Reads `call.refusal`. A caller who hung up before the answer is among them. */
  callRefused(call: TrunkCall, nowMs: number): void;
  /** Reads `call.end`. */
  callEnded(call: TrunkCall, nowMs: number): void;
  /** Something went wrong that is our fault. */
  internalError(call: TrunkCall, error: unknown): void;
}
