import type { Config } from '../config/schema.ts';
import type { CallLeg } from '../signaling/call-leg.ts';
import { DNS_RESOLVER } from '../signaling/sip/dns-resolver.ts';
import { locate } from '../signaling/sip/locate.ts';
import { LocatedFlows } from '../signaling/sip/located-flows.ts';
import { createTimers } from '../signaling/sip/timers.ts';
import { TransactionLayer } from '../signaling/sip/transaction-layer.ts';
import { TransportLayer } from '../signaling/sip/transport-layer.ts';
import { UserAgent } from '../signaling/sip/user-agent.ts';
import { WheelClock } from '../signaling/sip/wheel-clock.ts';
import type { TlsIdentity } from './certificate.ts';
import { transportOptions, userAgentOptions } from './service-options.ts';
import type { SipWatch } from './sip-watch.ts';

/** Transports, transactions and user agent, put together. */
export class SipStack {
  readonly clock = new WheelClock();
  readonly transport: TransportLayer;
  readonly transactions: TransactionLayer;
  readonly userAgent: UserAgent;

  constructor(config: Config, identity: TlsIdentity | null, watch: SipWatch, onCall: (leg: CallLeg) => void) {
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
    this.userAgent = new UserAgent(userAgentOptions(config, this.transactions, flows), {
      onCall,
      onRefused: (refused) => watch.onRequestRefused(refused),
    });
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
