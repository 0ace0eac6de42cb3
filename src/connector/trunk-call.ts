import type { CallDirection } from '../../metrics/aggregator.ts';
import type { CallLeg } from '../../signaling/call-leg.ts';
import { Call } from '../call/call.ts';
import type { CallSide, TrunkLeg } from './connector-observer.ts';

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
    };
  }

  /** Which side the call came from. */
  get callerSide(): CallSide {
    return this.direction === 'Outbound' ? 'customer' : 'remote';
  }

  get calleeSide(): CallSide {
    return this.direction === 'Outbound' ? 'remote' : 'customer';
  }
}
