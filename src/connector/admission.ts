import { CallFailure } from '../../signaling/call-failure.ts';
import type { CallLeg, SignalingTransport } from '../../signaling/call-leg.ts';
import type { NegotiatedAudio } from '../../signaling/session-description.ts';
import { type Attempt, planInbound, planOutbound } from './call-plan.ts';
import type { ConnectorDesk } from './connector-desk.ts';
import type { ConnectorTarget } from './connector-directory.ts';
import { admitOutbound } from './termination.ts';
import type { TrunkCall } from './trunk-call.ts';
import type { VoiceConnector } from './voice-connector.ts';

/**
 * Lets a trunk call in, names its numbers, and gives the places it is to be tried at. What is refused for being
 * too much is told as throttled.
 * @throws CallFailure
 */
export function admit(
  leg: Pick<CallLeg, 'remoteAddress' | 'calling' | 'called' | 'transport'>,
  audio: NegotiatedAudio | null,
  call: TrunkCall,
  target: ConnectorTarget,
  desk: ConnectorDesk,
  activeCalls: number,
): Attempt[] {
  const { directory, settings } = desk;
  if (activeCalls >= settings.maxActiveCalls) {
    const detail = `${settings.maxActiveCalls} trunk calls are under way, as many as trunk.maxActiveCalls allows.`;
    throttle(call, desk, new CallFailure('too-many-calls', detail, 10));
  }
  if (target.kind === 'inbound') {
    call.toNumber = target.number.number;
    return planInbound(directory.connectorsOf(target.number), desk.random);
  }
  const { connector } = target;
  const admitted = admitOutbound(
    {
      sourceAddress: leg.remoteAddress,
      isEncrypted: isSecure(leg.transport) && (audio?.security?.encryption ?? null) !== null,
      caller: leg.calling.user,
      called: leg.called.user,
    },
    connector.definition,
    (number) => directory.isOurNumber(number),
  );
  call.fromNumber = admitted.callerId;
  call.toNumber = admitted.number;
  takeRate(call, connector, desk);
  return planOutbound(connector, desk.random, desk.dialer.network !== null);
}

function isSecure(transport: SignalingTransport): boolean {
  return transport === 'TLS' || transport === 'WSS';
}

/** Counts the call against the rate of its connector. @throws CallFailure */
export function takeRate(call: TrunkCall, connector: VoiceConnector, desk: ConnectorDesk): void {
  if (connector.takeCall(desk.now())) return;
  const { cpsLimit } = connector.definition.termination;
  const detail = `More than ${cpsLimit} calls in a second, as many as termination.cpsLimit allows.`;
  throttle(call, desk, new CallFailure('too-many-calls-per-second', detail, 1));
}

function throttle(call: TrunkCall, desk: ConnectorDesk, failure: CallFailure): never {
  desk.observer.callThrottled(call, desk.now());
  throw failure;
}
