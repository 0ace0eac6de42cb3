import type { Config } from '../config/schema.ts';
import type { CallFailure } from '../signaling/call-failure.ts';
import { DNS_RESOLVER } from '../signaling/sip/dns-resolver.ts';
import type { IncomingCall } from '../signaling/sip/incoming-call.ts';
import { locate } from '../signaling/sip/locate.ts';
import { LocatedFlows } from '../signaling/sip/located-flows.ts';
import type { PublishedReport } from '../signaling/sip/publish.ts';
import { createTimers } from '../signaling/sip/timers.ts';
import { TransactionLayer } from '../signaling/sip/transaction-layer.ts';
import { TransportLayer } from '../signaling/sip/transport-layer.ts';
import { UserAgent } from '../signaling/sip/user-agent.ts';
import { WheelClock } from '../signaling/sip/wheel-clock.ts';
import type { TlsIdentity } from './certificate.ts';
import { transportOptions, userAgentOptions } from './service-options.ts';
import type { ConnectorAuthentication } from './sip-authentication.ts';
import type { SipWatch } from './sip-watch.ts';

/** Who takes calls, and says which requests of connectors must authenticate themselves. */
export interface SipDesk extends ConnectorAuthentication {
  onCall(leg: IncomingCall): void;
  /** Why no further call would be taken now; null where one would. */
  busy(): CallFailure | null;
  onQualityReport(published: PublishedReport): void;
}

/** Transports, transactions and user agent, put together. */
export class SipStack {
  readonly clock = new WheelClock();
  readonly transport: TransportLayer;
  readonly transactions: TransactionLayer;
  readonly userAgent: UserAgent;

  constructor(config: Config, identity: TlsIdentity | null, watch: SipWatch, desk: SipDesk) {
    this.transport = new TransportLayer(transportOptions(config, this.clock, identity), watch);
    this.transactions = new TransactionLayer({
      transport: this.transport,
      clock: this.clock,
      observer: watch,
      timers: createTimers(config.sip.timers),
      serverTransactionLimit: config.sip.maxTransactions,
    });
    const flows = new LocatedFlows(
      (uri) => locate(uri, DNS_RESOLVER, Math.random),
      (target) => this.transport.connect(target),
    );
    const options = userAgentOptions(config, this.transactions, flows, desk);
    const capabilities = { ...options.capabilities, ...(identity === null ? {} : { identity }) };
    this.userAgent = new UserAgent(
      { ...options, capabilities, busy: () => desk.busy() },
      {
        onCall: (leg) => desk.onCall(leg),
        onQualityReport: (published) => desk.onQualityReport(published),
        onRefused: (refused) => watch.onRequestRefused(refused),
      },
    );
  }

  /** @throws ListenFailed */
  async start(): Promise<void> {
    await this.transport.start();
  }

  /** Resolves when the last socket is closed; what is under way is dropped. */
  async stop(): Promise<void> {
    await this.transport.stop();
    this.clock.stop();
  }
}
