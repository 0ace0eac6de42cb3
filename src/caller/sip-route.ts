import { isIPv6 } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '../../config/schema.ts';
import { CallFailure } from '../../signaling/call-failure.ts';
import type { CallLeg } from '../../signaling/call-leg.ts';
import type { LocalMedia } from '../../signaling/session-description.ts';
import { ConnectFailed, type SipTarget } from '../../signaling/sip/connect.ts';
import type { DigestCredentials } from '../../signaling/sip/digest-client.ts';
import { DNS_RESOLVER } from '../../signaling/sip/dns-resolver.ts';
import { formatHostPort, type SipFlow } from '../../signaling/sip/flow.ts';
import { locate } from '../../signaling/sip/locate.ts';
import { LocatedFlows } from '../../signaling/sip/located-flows.ts';
import type { OutgoingCall } from '../../signaling/sip/outgoing-call.ts';
import { createTimers } from '../../signaling/sip/timers.ts';
import type { TlsClientOptions } from '../../signaling/sip/tls-options.ts';
import { TransactionLayer } from '../../signaling/sip/transaction-layer.ts';
import { TransportLayer } from '../../signaling/sip/transport-layer.ts';
import type { SipUri } from '../../signaling/sip/uri.ts';
import { UserAgent } from '../../signaling/sip/user-agent.ts';
import type { UserAgentOptions } from '../../signaling/sip/user-agent-options.ts';
import { WheelClock } from '../../signaling/sip/wheel-clock.ts';
import { userAgentOptions } from '../service-options.ts';
import { explainConnectFailure } from './connect-failure.ts';
import type { CallRoute, OutgoingLeg, OutgoingLegListener } from './outgoing-leg.ts';
import type { CallerWatch } from './sip-caller-watch.ts';

export interface SipRouteOptions {
  readonly config: Config;
  readonly target: SipUri;
  /** As it is dialed. */
  readonly targetText: string;
  /** User part of our From; our address is the host. */
  readonly fromUser: string;
  readonly displayName: string;
  readonly credentials: DigestCredentials | null;
  /** Whether telephone-events are offered; without them keys can be heard in the sound only. */
  readonly hasEvents: boolean;
  readonly tls: TlsClientOptions;
  readonly watch: CallerWatch;
}

/** How long our BYE may take; over UDP it may have to be sent again. */
const FAREWELL_MS = 2000;
const FAREWELL_POLL_MS = 10;

/**
 * Finds the way to a SIP URI (RFC 3263) and opens it.
 * @throws CallFailure `transport-failure`
 */
export async function findSipRoute(options: SipRouteOptions): Promise<CallRoute> {
  const targets = await locate(options.target, DNS_RESOLVER, Math.random);
  const [first] = targets;
  if (first === undefined) {
    throw new CallFailure(
      'transport-failure',
      `No address is known for ${options.target.host || 'no host'}.`,
    );
  }
  const stack = new CallerStack(options, targets);
  try {
    return await stack.open();
  } catch (error) {
    await stack.close();
    if (error instanceof ConnectFailed) throw explainConnectFailure(error);
    throw error;
  }
}

/** Transports, transactions and user agent for one call that goes out. */
class CallerStack {
  readonly #options: SipRouteOptions;
  readonly #clock = new WheelClock();
  readonly #transport: TransportLayer;
  readonly #userAgent: UserAgent;
  readonly #flows: LocatedFlows;

  constructor(options: SipRouteOptions, targets: readonly SipTarget[]) {
    const { config, tls, watch } = options;
    this.#options = options;
    // Requests of the far end come on the connections that we open; UDP needs a socket of each family.
    const families = new Set(
      targets.flatMap(({ transport, address }) => (transport === 'UDP' ? isIPv6(address) : [])),
    );
    const listeners = [...families].map((isIpv6) => ({
      transport: 'UDP' as const,
      address: isIpv6 ? '::' : '0.0.0.0',
      port: 0,
    }));
    this.#transport = new TransportLayer({ listeners, clock: this.#clock, tlsClient: tls }, watch);
    const transactions = new TransactionLayer({
      transport: this.#transport,
      clock: this.#clock,
      observer: watch,
      timers: createTimers(config.sip.timers),
    });
    this.#flows = new LocatedFlows(
      async () => targets,
      (target) => this.#transport.connect(target),
    );
    this.#userAgent = new UserAgent(callerOptions(options, transactions, this.#flows), {
      onCall: refuseCall,
      onRefused: () => undefined,
    });
  }

  async open(): Promise<CallRoute> {
    await this.#transport.start();
    const flow = await this.#flows.flowTo(this.#options.target);
    return {
      protocol: 'SIP',
      transport: flow.transport,
      localAddress: flow.localAddress,
      remoteAddress: flow.remoteAddress,
      remotePort: flow.remotePort,
      place: (media) => new SipOutgoingLeg(this.#place(media, flow)),
      close: () => this.close(),
    };
  }

  async close(): Promise<void> {
    const deadlineMs = performance.now() + FAREWELL_MS;
    while (this.#userAgent.statistics.dialogs > 0 && performance.now() < deadlineMs)
      await delay(FAREWELL_POLL_MS);
    await this.#transport.stop();
    this.#clock.stop();
  }

  #place(media: LocalMedia, flow: SipFlow): OutgoingCall {
    const { targetText, fromUser, displayName, credentials } = this.#options;
    const address = `<sip:${encodeURIComponent(fromUser)}@${formatHostPort(flow.localAddress, null)}>`;
    return this.#userAgent.call(targetText, {
      from: displayName === '' ? address : `${JSON.stringify(displayName)} ${address}`,
      media,
      flow,
      ...(credentials === null ? {} : { credentials }),
    });
  }
}

function callerOptions(
  { config, hasEvents }: SipRouteOptions,
  transactions: TransactionLayer,
  flows: LocatedFlows,
): UserAgentOptions {
  const options = userAgentOptions(config, transactions, flows, { authenticate: () => null });
  const { capabilities } = options;
  const formats = capabilities.formats.filter(
    ({ encodingName }) => hasEvents || encodingName !== 'telephone-event',
  );
  return { ...options, capabilities: { ...capabilities, formats } };
}

function refuseCall(leg: CallLeg): void {
  leg.reject(new CallFailure('not-allowed', 'This is a caller; it takes no calls.'));
}

/** The user agent's call as the caller sees it. */
class SipOutgoingLeg implements OutgoingLeg {
  readonly #call: OutgoingCall;

  constructor(call: OutgoingCall) {
    this.#call = call;
  }

  get remoteCallId(): string {
    return this.#call.remoteCallId;
  }

  listen(listener: OutgoingLegListener): void {
    this.#call.listen({
      onProgress: (status, phrase) => listener.onProgress(`${status} ${phrase}`, status),
      onAnswered: () => listener.onAnswered(200),
      onRefused: ({ statusCode: status, reasonPhrase, detail }) =>
        listener.onRefused({ status, text: `${status} ${reasonPhrase}`, detail }),
      onMedia: (audio) => listener.onMedia(audio),
      onConfirmed: () => listener.onConfirmed(),
      onDigit: (digit) => listener.onDigit(digit),
      onEnded: (end) => listener.onEnded(end),
    });
  }

  pressKey(digit: string, durationMs: number, onAnswered: (status: number) => void): void {
    this.#call.sendDigit({ digit, durationMs }, onAnswered);
  }

  end(...[reason, detail]: Parameters<OutgoingLeg['end']>): void {
    this.#call.end(reason, detail);
  }
}
