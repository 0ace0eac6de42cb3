import type { AudioCapabilities } from '../../signaling/session-description.ts';
import type { IncomingCall } from '../../signaling/sip/incoming-call.ts';
import type { LoopbackFlow } from '../../signaling/sip/loopback-flow.ts';
import type { OutgoingCall } from '../../signaling/sip/outgoing-call.ts';
import type { OutgoingCallOptions } from '../../signaling/sip/outgoing-call-options.ts';
import type { ConnectorDesk } from './connector-desk.ts';
import { NetworkParty } from './network-party.ts';
import { type NetworkScript, networkScript } from './network-script.ts';

export interface TelephoneNetworkDesk
  extends Pick<ConnectorDesk, 'media' | 'mediaBindAddress' | 'now' | 'after'> {
  readonly capabilities: AudioCapabilities;
  call(target: string, options: OutgoingCallOptions): OutgoingCall;
}

/** A call that the network is to place to one of our numbers. */
export interface NetworkCall {
  readonly from: string;
  readonly to: string;
  /** Hangs up so long after the answer; null leaves that to the called side. */
  readonly durationSeconds: number | null;
}

const CALLER: NetworkScript = { ...networkScript(''), ringSeconds: 0 };

/**
 * The far end where no carrier is configured: telephones that do what their number says. It speaks SIP with the
 * connectors over a loopback, and RTP over sockets, so that its side of a call is measured like any other.
 */
export class TelephoneNetwork {
  /** The connectors' end. */
  readonly trunkFlow: LoopbackFlow;
  readonly #ownFlow: LoopbackFlow;
  readonly #desk: TelephoneNetworkDesk;

  constructor([trunkFlow, ownFlow]: readonly [LoopbackFlow, LoopbackFlow], desk: TelephoneNetworkDesk) {
    this.trunkFlow = trunkFlow;
    this.#ownFlow = ownFlow;
    this.#desk = desk;
  }

  /** Whether the call came out at our end; a telephone rings then. */
  takes(leg: IncomingCall): boolean {
    if (leg.flow !== this.#ownFlow) return false;
    const party = new NetworkParty(networkScript(leg.called.user), this.#desk);
    void party.take(leg, this.#ownFlow.localAddress);
    return true;
  }

  /** Rings one of our numbers. @throws MediaPortsExhausted */
  async place({ from, to, durationSeconds }: NetworkCall): Promise<{ readonly sipCallId: string }> {
    const { capabilities, call } = this.#desk;
    const party = new NetworkParty({ ...CALLER, dropAfterSeconds: durationSeconds }, this.#desk);
    const address = this.#ownFlow.localAddress;
    const media = await party.open(address);
    const placed = call(`sip:${to}@${address}`, {
      from: `<sip:${from}@${address}>`,
      media,
      flow: this.#ownFlow,
      capabilities: { ...capabilities, encryption: 'off' },
    });
    party.follow(placed);
    return { sipCallId: placed.remoteCallId };
  }
}
