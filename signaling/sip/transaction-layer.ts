import { ChurnMap } from '../../memory/churn-map.ts';
import { BranchSource } from './branch.ts';
import {
  ClientTransaction,
  type ClientTransactionListener,
  type ClientTransactionOwner,
} from './client-transaction.ts';
import { createResponse } from './create-response.ts';
import { describeFlow, type SipFlow } from './flow.ts';
import { type SipRequest, SipResponse } from './message.ts';
import { parseMessage } from './parse.ts';
import { serializeMessage } from './serialize.ts';
import { ServerTransaction, type ServerTransactionOwner } from './server-transaction.ts';
import { createStatelessResponse } from './stateless-response.ts';
import type { TimerScheduler } from './timer-wheel.ts';
import { createTimers, type SipTimers } from './timers.ts';
import { clientTransactionKey, mergedRequestKey, serverTransactionKey } from './transaction-key.ts';
import { countByState, type TransactionStatistics } from './transaction-statistics.ts';
import type { MessageReceiver, TransactionTransport } from './transaction-transport.ts';
import type { TransactionObserver, TransactionUser } from './transaction-user.ts';

export interface TransactionLayerOptions {
  readonly transport: TransactionTransport;
  readonly clock: TimerScheduler;
  readonly observer: TransactionObserver;
  readonly timers?: SipTimers;
  /**
   * Server transactions kept at once; beyond it new requests get 503. Requests within a dialog and CANCEL,
   * which end more work than they make, are taken up to a quarter more. Default 200 000.
   */
  readonly serverTransactionLimit?: number;
  /** What the 503 tells in Retry-After. Default 5. */
  readonly retryAfterSeconds?: number;
}

const DEFAULT_SERVER_TRANSACTION_LIMIT = 200_000;
const DEFAULT_RETRY_AFTER_SECONDS = 5;
const IN_DIALOG_HEADROOM = 1.25;

const IGNORE_RESPONSES: ClientTransactionListener = {
  onResponse() {},
  onTimeout() {},
  onTransportError() {},
};

/**
 * RFC 3261 §17: matches messages to transactions, makes new ones, and hands the rest to the user. Loop
 * detection (§16.3) and Max-Forwards (a UAS ignores it, §8.2) are a proxy's; merged requests are ours.
 */
export class TransactionLayer implements MessageReceiver, ServerTransactionOwner, ClientTransactionOwner {
  readonly transport: TransactionTransport;
  readonly clock: TimerScheduler;
  readonly timers: SipTimers;
  readonly #observer: TransactionObserver;
  readonly #limit: number;
  readonly #retryAfter: string;
  readonly #branches = new BranchSource();
  readonly #servers = new ChurnMap<string, ServerTransaction>();
  readonly #clients = new ChurnMap<string, ClientTransaction>();
  /** Keys of the requests that a transaction is there for; see {@link mergedRequestKey}. */
  readonly #merged = new Set<string>();
  #user: TransactionUser | null = null;
  #retransmissionsReceived = 0;
  #retransmissionsSent = 0;
  #mergedRequests = 0;
  #overloaded = 0;
  #strayResponses = 0;

  constructor(options: TransactionLayerOptions) {
    this.transport = options.transport;
    this.clock = options.clock;
    this.timers = options.timers ?? createTimers();
    this.#observer = options.observer;
    this.#limit = options.serverTransactionLimit ?? DEFAULT_SERVER_TRANSACTION_LIMIT;
    this.#retryAfter = String(options.retryAfterSeconds ?? DEFAULT_RETRY_AFTER_SECONDS);
    options.transport.attach(this);
  }

  /** Sets the one user. Requests that come before it get 503. */
  listen(user: TransactionUser): void {
    this.#user = user;
  }

  /** Transactions of both sides that are kept now. */
  get size(): number {
    return this.#servers.size + this.#clients.size;
  }

  statistics(): TransactionStatistics {
    return {
      inviteServer: countByState(this.#servers.values(), true),
      nonInviteServer: countByState(this.#servers.values(), false),
      inviteClient: countByState(this.#clients.values(), true),
      nonInviteClient: countByState(this.#clients.values(), false),
      retransmissionsReceived: this.#retransmissionsReceived,
      retransmissionsSent: this.#retransmissionsSent,
      mergedRequests: this.#mergedRequests,
      overloaded: this.#overloaded,
      strayResponses: this.#strayResponses,
    };
  }

  /**
   * Sends a request in a new client transaction. The top Via is added here; everything else is the user's.
   * A request too large for UDP goes over a stream where the peer is known to take one (§18.1.1).
   */
  request(request: SipRequest, flow: SipFlow, listener: ClientTransactionListener): ClientTransaction {
    const branch = this.#branches.next();
    request.headers.prepend('Via', this.#via(flow, branch));
    let bytes = serializeMessage(request);
    const better = this.transport.requestFlow(flow, bytes.length);
    if (better !== flow) {
      request.headers.setFirst('Via', this.#via(better, branch));
      bytes = serializeMessage(request);
    }
    return this.#startClient(request, bytes, better, clientTransactionKey(branch, request.method), listener);
  }

  /**
   * Sends the ACK of a 2xx, which belongs to no transaction (§13.2.2.4). An ACK that has been through here
   * has its Via, and goes out again as it was.
   */
  sendAck(ack: SipRequest, flow: SipFlow): void {
    if (!ack.headers.has('Via')) ack.headers.prepend('Via', this.#via(flow, this.#branches.next()));
    flow.send(serializeMessage(ack));
  }

  onMessage(message: SipRequest | SipResponse, flow: SipFlow): void {
    if (message instanceof SipResponse) this.#onResponse(message, flow);
    else this.#onRequest(message, flow);
  }

  /**
   * A connection lost takes its client transactions along. One that TCP has ended in order does not: the peer
   * may open another to our sent-by address for the response (§18.2.2), as our server transactions would.
   */
  onFlowClosed(flow: SipFlow, error: Error | null): void {
    const isWebSocket = flow.transport === 'WS' || flow.transport === 'WSS';
    if (error === null && !isWebSocket) return;
    const detail = error?.message ?? 'the connection was closed';
    for (const client of [...this.#clients.values()]) if (client.flow === flow) client.onSendError(detail);
  }

  onRetransmissionSent(): void {
    this.#retransmissionsSent++;
  }

  onServerTerminated(transaction: ServerTransaction): void {
    this.#servers.delete(transaction.key);
    if (transaction.mergedKey !== null) this.#merged.delete(transaction.mergedKey);
  }

  onClientTerminated(transaction: ClientTransaction): void {
    this.#clients.delete(transaction.key);
  }

  passAck(ack: SipRequest, flow: SipFlow): void {
    this.#user?.onAck(ack, flow);
  }

  sendCancel(cancel: SipRequest, flow: SipFlow): void {
    const key = clientTransactionKey(cancel.topVia.branch ?? '', 'CANCEL');
    this.#startClient(cancel, serializeMessage(cancel), flow, key, IGNORE_RESPONSES);
  }

  onFault(error: unknown): void {
    this.#observer.onFault(error);
  }

  #via(flow: SipFlow, branch: string): string {
    return `SIP/2.0/${flow.transport} ${this.transport.sentBy(flow)};branch=${branch};rport`;
  }

  #startClient(
    request: SipRequest,
    bytes: Uint8Array,
    flow: SipFlow,
    key: string,
    listener: ClientTransactionListener,
  ): ClientTransaction {
    const transaction = new ClientTransaction(this, request, bytes, flow, key, listener);
    this.#clients.add(key, transaction);
    transaction.start();
    return transaction;
  }

  #onRequest(request: SipRequest, flow: SipFlow): void {
    const { method } = request;
    const key = serverTransactionKey(request, method === 'ACK' ? 'INVITE' : method);
    const known = this.#servers.get(key);
    if (method === 'ACK') {
      if (known === undefined) this.#user?.onAck(request, flow);
      else known.onAck(request, flow);
      return;
    }
    if (known !== undefined) {
      this.#retransmissionsReceived++;
      known.onRetransmission();
      return;
    }
    const mergedKey = mergedRequestKey(request);
    const isInDialog = mergedKey === null || method === 'CANCEL';
    if (this.#user === null || this.#servers.size >= this.#limit * (isInDialog ? IN_DIALOG_HEADROOM : 1)) {
      this.#refuseOverload(request, flow);
      return;
    }
    if (method === 'CANCEL') {
      this.#onCancel(request, new ServerTransaction(this, request, flow, key, null));
      return;
    }
    // RFC 3261 §8.2.2.2: the same request, come by another way.
    if (mergedKey !== null && this.#merged.has(mergedKey)) {
      this.#mergedRequests++;
      this.#answerStateless(createStatelessResponse(request, 482), request, flow);
      return;
    }
    const transaction = new ServerTransaction(this, request, flow, key, mergedKey);
    if (mergedKey === null && flow.isReliable && method !== 'INVITE') {
      // Timer J is 0: most of these are over once they are answered, before anything could look for them.
      this.#pass(request, transaction, this.#user);
      if (!transaction.isTerminated) this.#servers.add(key, transaction);
      return;
    }
    this.#servers.add(key, transaction);
    if (mergedKey !== null) this.#merged.add(mergedKey);
    this.#pass(request, transaction, this.#user);
  }

  /** A user that throws must not leave its caller without an answer, nor the transaction without an end. */
  #pass(request: SipRequest, transaction: ServerTransaction, user: TransactionUser): void {
    try {
      user.onRequest(request, transaction);
    } catch (error) {
      if (!transaction.isAnswered) transaction.respond(createResponse(request, 500));
      this.#observer.onFault(error);
    }
  }

  /** RFC 3261 §9.2. The To tag is that of the INVITE's own responses, where one has been sent. */
  #onCancel(cancel: SipRequest, transaction: ServerTransaction): void {
    this.#servers.add(transaction.key, transaction);
    const invite = this.#servers.get(serverTransactionKey(cancel, 'INVITE'));
    if (invite === undefined) {
      transaction.respond(createStatelessResponse(cancel, 481));
      return;
    }
    const bytes = invite.lastResponse;
    const sent = bytes === null ? null : parseMessage(bytes);
    const toTag = sent?.kind === 'message' ? sent.message.to.tag : null;
    transaction.respond(
      toTag === null ? createStatelessResponse(cancel, 200) : createResponse(cancel, 200, undefined, toTag),
    );
    // A CANCEL has no effect on a request already answered.
    if (!invite.isAnswered) this.#user?.onCancel(invite, cancel);
  }

  #refuseOverload(request: SipRequest, flow: SipFlow): void {
    this.#overloaded++;
    const response = createStatelessResponse(request, 503);
    response.headers.append('Retry-After', this.#retryAfter);
    this.#answerStateless(response, request, flow);
    const count = this.#servers.size;
    this.#observer.onRefused(
      'server-transactions',
      `${request.method} from ${describeFlow(flow)}: ${count} server transactions, ${this.#limit} allowed`,
    );
  }

  #answerStateless(response: SipResponse, request: SipRequest, flow: SipFlow): void {
    const bytes = serializeMessage(response);
    this.transport.sendResponse(bytes, this.transport.responseFlow(request, flow), request.topVia.port);
  }

  #onResponse(response: SipResponse, flow: SipFlow): void {
    const { method } = response.cSeq;
    const branch = response.topVia.branch ?? '';
    const transaction = this.#clients.get(clientTransactionKey(branch, method));
    // RFC 3261 §8.1.3.3: a second Via says that the response was meant for somebody else.
    const isOurs = response.vias.length === 1;
    // The key lacks the method of requests other than CANCEL: a response must name that of its request.
    if (transaction !== undefined && isOurs && transaction.isInvite === (method === 'INVITE')) {
      transaction.onResponse(response);
      return;
    }
    this.#strayResponses++;
    const isSuccess = response.statusCode >= 200 && response.statusCode < 300;
    if (method === 'INVITE' && isSuccess && isOurs) this.#user?.onStrayResponse(response, flow);
  }
}
