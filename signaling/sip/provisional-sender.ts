import type { SipResponse } from './message.ts';
import { type Acknowledged, firstResponseNumber } from './reliable-provisional.ts';
import { Retransmission } from './retransmission.ts';
import type { ServerTransaction } from './server-transaction.ts';
import type { TransactionLayer } from './transaction-layer.ts';

interface Provisional {
  readonly response: SipResponse;
  readonly hasDescription: boolean;
}

/**
 * Sends the provisional responses of one INVITE. Reliable ones (RFC 3262 §3) go out one at a time, each
 * until its PRACK comes; the next waits its turn.
 */
export class ProvisionalSender {
  readonly #transactions: TransactionLayer;
  readonly #transaction: ServerTransaction;
  readonly #isReliable: boolean;
  readonly #onUnacknowledged: () => void;
  readonly #waiting: Provisional[] = [];
  #outstanding: Provisional | null = null;
  #retransmission: Retransmission | null = null;
  #responseNumber = firstResponseNumber(Math.random());

  constructor(
    transactions: TransactionLayer,
    transaction: ServerTransaction,
    isReliable: boolean,
    onUnacknowledged: () => void,
  ) {
    this.#transactions = transactions;
    this.#transaction = transaction;
    this.#isReliable = isReliable;
    this.#onUnacknowledged = onUnacknowledged;
  }

  get isReliable(): boolean {
    return this.#isReliable;
  }

  /** RFC 3262 §3: while this is so, no 2xx may be sent. */
  get isDescriptionOutstanding(): boolean {
    const isDescribed = (provisional: Provisional): boolean => provisional.hasDescription;
    return (this.#outstanding?.hasDescription ?? false) || this.#waiting.some(isDescribed);
  }

  send(response: SipResponse, hasDescription: boolean): void {
    if (!this.#isReliable) {
      this.#transaction.respond(response);
      return;
    }
    response.headers.append('Require', '100rel');
    this.#waiting.push({ response, hasDescription });
    if (this.#outstanding === null) {
      this.#sendNext();
    }
  }

  /** Takes a PRACK's RAck; false where it matches no response outstanding (481, RFC 3262 §3). */
  acknowledge({ responseNumber, sequenceNumber, method }: Acknowledged): boolean {
    const { response } = this.#outstanding ?? {};
    if (response === undefined || responseNumber !== this.#responseNumber || method !== 'INVITE') {
      return false;
    }
    if (sequenceNumber !== response.cSeq.sequenceNumber) {
      return false;
    }
    this.#retransmission?.stop();
    this.#retransmission = null;
    this.#outstanding = null;
    this.#responseNumber += 1;
    this.#sendNext();
    return true;
  }

  /** After a final response nothing is sent again; a PRACK still on its way is recognized (RFC 3262 §3). */
  stop(): void {
    this.#retransmission?.stop();
    this.#retransmission = null;
    this.#waiting.length = 0;
  }

  #sendNext(): void {
    const next = this.#waiting.shift();
    if (next === undefined) {
      return;
    }
    this.#outstanding = next;
    next.response.headers.append('RSeq', `${this.#responseNumber}`);
    this.#transaction.respond(next.response);
    const { clock, timers } = this.#transactions;
    this.#retransmission = new Retransmission(clock, timers, Number.POSITIVE_INFINITY, {
      onRetransmit: () => this.#transaction.respond(next.response),
      onGiveUp: this.#onUnacknowledged,
    });
  }
}
