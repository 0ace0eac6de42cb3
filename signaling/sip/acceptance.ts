import type { SipResponse } from './message.ts';
import { Retransmission } from './retransmission.ts';
import type { ServerTransaction } from './server-transaction.ts';
import type { TransactionLayer } from './transaction-layer.ts';

/**
 * A 2xx to an INVITE that waits for its ACK. Its retransmission is the user agent's on every transport, for
 * proxies may change from TCP to UDP (RFC 3261 §13.3.1.4).
 */
export class Acceptance {
  /** The INVITE's number, which the ACK repeats. */
  readonly sequenceNumber: number;
  readonly #retransmission: Retransmission;

  constructor(
    transactions: TransactionLayer,
    transaction: ServerTransaction,
    response: SipResponse,
    onGiveUp: () => void,
  ) {
    this.sequenceNumber = response.cSeq.sequenceNumber;
    transaction.respond(response);
    const { clock, timers } = transactions;
    this.#retransmission = new Retransmission(clock, timers, timers.t2Ms, {
      onRetransmit: () => transaction.respond(response),
      onGiveUp,
    });
  }

  stop(): void {
    this.#retransmission.stop();
  }
}
