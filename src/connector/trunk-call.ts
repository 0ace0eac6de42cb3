import type { CallDirection } from '../../metrics/aggregator.ts';
import { CallFailure } from '../../signaling/call-failure.ts';
import type { CallEnd, CallLeg } from '../../signaling/call-leg.ts';
import { Call } from '../call/call.ts';
import type { CallSide, HeardSide, TrunkLeg } from './connector-observer.ts';

/** What is known of a trunk call from its INVITE on. */
export interface TrunkCallInit {
  readonly voiceConnectorId: string;
  /** Outbound: from the customer to the far end. */
  readonly direction: CallDirection;
  readonly sipAuthUser: string | null;
  /** Hops that the caller's INVITE may still make. */
  readonly maxForwards: number;
}

/** Everything known of one call of a Voice Connector. Its `id` is AWS's TransactionId. */
export class TrunkCall extends Call {
  /** That of the route being tried: a call to a group may move on to another connector. */
  voiceConnectorId: string;
  readonly direction: CallDirection;
  readonly sipAuthUser: string | null;
  readonly maxForwards: number;
  /** As they are told: the caller ID after its rules, and the number in E.164 form. */
  fromNumber: string;
  toNumber: string;
  readonly legs: Record<CallSide, TrunkLeg | null> = { customer: null, remote: null };
  /** Known when the call is over. */
  heard: Readonly<Record<CallSide, HeardSide | null>> = { customer: null, remote: null };
  /** Call-IDs it was tried at routes under. */
  readonly placedCallIds: string[] = [];
  /** Routes that did not take the call. */
  failedRoutes = 0;
  /** Its sound is, or was, streamed. */
  isStreaming = false;

  constructor(leg: CallLeg, init: TrunkCallInit) {
    super(leg);
    this.voiceConnectorId = init.voiceConnectorId;
    this.direction = init.direction;
    this.sipAuthUser = init.sipAuthUser;
    this.fromNumber = leg.calling.user;
    this.toNumber = leg.called.user;
    this.maxForwards = init.maxForwards;
    const { remoteCallId, remoteAddress, remotePort, transport, called } = leg;
    this.legs[this.callerSide] = {
      sipCallId: remoteCallId,
      remoteAddress,
      remotePort,
      transport,
      uri: called.uri,
      dialogTags: leg.dialogTags ?? null,
    };
  }

  /** The call is over: how, or why it never was one. */
  conclude(end: CallEnd | null, nowMs: number): void {
    if (this.answeredAtMs !== null) {
      this.state = 'ended';
      this.endedAtMs = nowMs;
      this.end = end;
    } else if (this.refusal === null) {
      const reason = end === null || end.reason === 'normal-clearing' ? 'caller-canceled' : end.reason;
      this.refuse(new CallFailure(reason, end?.detail ?? ''), nowMs);
    }
  }

  /** Which side the call came from. */
  get callerSide(): CallSide {
    return this.direction === 'Outbound' ? 'customer' : 'remote';
  }

  get calleeSide(): CallSide {
    return this.direction === 'Outbound' ? 'remote' : 'customer';
  }
}
