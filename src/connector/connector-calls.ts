import { ChurnMap } from '../../memory/churn-map.ts';
import type { SipFlow } from '../../signaling/sip/flow.ts';
import type { IncomingCall } from '../../signaling/sip/incoming-call.ts';
import { LoopbackFlow } from '../../signaling/sip/loopback-flow.ts';
import type { SipRequest } from '../../signaling/sip/message.ts';
import type { AuthenticationChallenge } from '../../signaling/sip/user-agent-options.ts';
import { isInBlocks } from './address-blocks.ts';
import { ConnectorCall } from './connector-call.ts';
import type { ConnectorDesk } from './connector-desk.ts';
import type { Approach, ConnectorDirectory, ConnectorTarget } from './connector-directory.ts';
import { RecordingCall } from './recording-call.ts';
import { TrunkCall, type TrunkCallInit } from './trunk-call.ts';

/** All calls of Voice Connectors under way: finds out which calls are theirs and lets each story run. */
export class ConnectorCalls {
  readonly #desk: ConnectorDesk;
  readonly #calls = new ChurnMap<string, Pick<ConnectorCall, 'hangUp'>>();

  constructor(desk: ConnectorDesk) {
    this.#desk = desk;
  }

  get directory(): ConnectorDirectory {
    return this.#desk.directory;
  }

  /** Whether the logs of a connector are kept; those of who is no connector, as the rooms, are. */
  isLogged(voiceConnectorId: string): boolean {
    return this.directory.connectors.get(voiceConnectorId)?.definition.loggingEnabled ?? true;
  }

  get activeCount(): number {
    return this.#calls.size;
  }

  /** Whether the call is for a connector; its story runs by itself then. */
  takes(leg: IncomingCall): boolean {
    const { user, host } = leg.called;
    const target = this.#desk.directory.find(this.#approach(user, host, leg.flow));
    if (target === null) return false;
    const { maxForwards } = leg;
    const call = new TrunkCall(leg, { ...this.#describe(target, leg), maxForwards });
    const onReleased = () => void this.#calls.delete(call.id);
    const { recording } = leg;
    const story =
      recording !== null && target.kind === 'outbound'
        ? new RecordingCall(leg, call, recording, target.connector, this.#desk, onReleased)
        : new ConnectorCall(leg, call, target, this.#desk, { activeCalls: this.#calls.size, onReleased });
    this.#calls.set(call.id, story);
    void story.take();
    return true;
  }

  /**
   * Asks for credentials where the connector has some; undefined where the request is for no connector. Sources
   * that may not call at all are let through to be told so. OPTIONS are noted and never challenged.
   */
  authenticate(request: SipRequest, flow: SipFlow): AuthenticationChallenge | null | undefined {
    // What we say to ourselves needs no password.
    if (flow instanceof LoopbackFlow) return null;
    const target = this.#desk.directory.find(this.#approach(request.uri.user ?? '', request.uri.host, flow));
    if (target === null) return undefined;
    if (target.kind === 'inbound') return null;
    const { connector } = target;
    this.#desk.observer.requestMet(request.headers.get('Call-ID') ?? '', connector.id);
    const nowMs = this.#desk.now();
    if (!isInBlocks(flow.remoteAddress, connector.definition.termination.cidrAllowedList)) return null;
    if (request.method !== 'OPTIONS') return connector.credentials.challenge(request, nowMs);
    connector.terminationHealth = { atMs: nowMs, source: flow.remoteAddress };
    return null;
  }

  /** Resolves when every call has given back what it held. */
  async endAll(): Promise<void> {
    await Promise.all([...this.#calls.values()].map((story) => story.hangUp('service-stopping')));
  }

  #describe(target: ConnectorTarget, leg: IncomingCall): Omit<TrunkCallInit, 'maxForwards'> {
    if (target.kind === 'inbound') {
      const [first] = this.#desk.directory.connectorsOf(target.number);
      return { voiceConnectorId: first?.id ?? '', direction: 'Inbound', sipAuthUser: null };
    }
    const { connector } = target;
    const hasCredentials = connector.credentials.userNames.length > 0;
    const sipAuthUser = hasCredentials ? leg.authorizedUser : null;
    return { voiceConnectorId: connector.id, direction: 'Outbound', sipAuthUser };
  }

  #approach(user: string, host: string, flow: SipFlow): Approach {
    const { localPort, remoteAddress: sourceAddress } = flow;
    const isFromNetwork = flow === this.#desk.dialer.network;
    return { user, host: host.toLowerCase(), localPort, sourceAddress, isFromNetwork };
  }
}
