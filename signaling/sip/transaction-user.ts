import type { SipFlow } from './flow.ts';
import type { SipRequest, SipResponse } from './message.ts';
import type { ServerTransaction } from './server-transaction.ts';

/** The core above the transactions (RFC 3261 §5): a user agent. */
export interface TransactionUser {
  /** A new request: no ACK, no CANCEL, no retransmission. To be answered through the transaction, always. */
  onRequest(request: SipRequest, transaction: ServerTransaction): void;
  /** An ACK that no transaction absorbs: that of a 2xx. */
  onAck(ack: SipRequest, flow: SipFlow): void;
  /** A CANCEL of an INVITE not yet answered. The CANCEL has its 200; the INVITE wants its 487. */
  onCancel(transaction: ServerTransaction, cancel: SipRequest): void;
  /** A 2xx to an INVITE whose client transaction is gone. Any other response without one is dropped. */
  onStrayResponse(response: SipResponse, flow: SipFlow): void;
}

/** What the transaction layer tells those who watch and count. */
export interface TransactionObserver {
  onRefused(limit: 'server-transactions', detail: string): void;
  /** The user threw: a bug. The request at hand was answered with 500. */
  onFault(error: unknown): void;
}
