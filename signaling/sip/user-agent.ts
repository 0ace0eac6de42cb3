import { randomBytes } from 'node:crypto';
import { ChurnMap } from '../../memory/churn-map.ts';
import { CallFailure } from '../call-failure.ts';
import type { CallEnvironment, CallSettings, DialogHolder, FlowProvider } from './call-environment.ts';
import type { DialogSession } from './dialog-session.ts';
import type { DigestCredentials } from './digest-client.ts';
import { IncomingCall } from './incoming-call.ts';
import type { SipMessage, SipRequest } from './message.ts';
import { createOptionsReply } from './options.ts';
import { OutgoingCall } from './outgoing-call.ts';
import type { OutgoingCallOptions } from './outgoing-call-options.ts';
import { acceptPublish, badEvent, publishReport, readPublish } from './publish.ts';
import { answerRefer } from './refer.ts';
import { type Refusal, refusalOf } from './refusal.ts';
import { contactOn, contactPrefixOf, createRefusal, describeRequest } from './reply.ts';
import { checkRequest, contactRefusal } from './request-check.ts';
import type { ServerTransaction } from './server-transaction.ts';
import { intervalRefusal } from './session-answer.ts';
import { TagSource } from './tag-source.ts';
import type { TransactionLayer } from './transaction-layer.ts';
import type { TransactionUser } from './transaction-user.ts';
import type {
  AuthenticationChallenge,
  UserAgentListener,
  UserAgentOptions,
  UserAgentStatistics,
} from './user-agent-options.ts';

/** Requests that only make sense within a dialog (RFC 3261 §12.2.2: 481 elsewhere). */
const DIALOG_METHODS = new Set(['BYE', 'PRACK', 'UPDATE', 'INFO']);

/** The core of RFC 3261 §8: calls in both directions, OPTIONS, and an honest refusal of everything else. */
export class UserAgent implements TransactionUser, CallEnvironment {
  readonly settings: CallSettings;
  readonly transactions: TransactionLayer;
  readonly flows: FlowProvider;
  readonly #options: UserAgentOptions;
  readonly #listener: UserAgentListener;
  readonly #tags = new TagSource();
  readonly #holders = new ChurnMap<string, DialogHolder>();
  readonly #unanswered = new ChurnMap<ServerTransaction, IncomingCall>();
  #sessionCount = 0;
  #refused = 0;

  constructor(options: UserAgentOptions, listener: UserAgentListener) {
    this.settings = options;
    this.transactions = options.transactions;
    this.flows = options.flows;
    this.#options = options;
    this.#listener = listener;
    options.transactions.listen(this);
  }

  get statistics(): UserAgentStatistics {
    return {
      dialogs: this.#holders.size,
      unanswered: this.#unanswered.size,
      refused: this.#refused,
    };
  }

  /** Places a call; listen before the next turn of the event loop, or what happened is told then. */
  call(target: string, options: OutgoingCallOptions): OutgoingCall {
    const call = new OutgoingCall(this, target, options);
    call.start();
    return call;
  }

  /**
   * Sends a quality report to a collector (RFC 6035); resolves with the status of the answer.
   * @throws Error whose message is for a person, where there was none
   */
  publish(collector: string, body: Uint8Array, credentials?: DigestCredentials | null): Promise<number> {
    return publishReport(this, collector, body, credentials ?? null);
  }

  onRequest(request: SipRequest, transaction: ServerTransaction): void {
    // RFC 3903 §4: a PUBLISH in a dialog is none of the dialog's.
    if (request.to.tag !== null && request.method !== 'PUBLISH') {
      this.#onDialogRequest(request, transaction);
      return;
    }
    const refusal = checkRequest(request);
    if (refusal !== null) {
      this.#refuse(request, transaction, refusal);
      return;
    }
    const challenge = this.#options.authenticate?.(request, transaction.flow) ?? null;
    if (challenge !== null) {
      this.#challenge(request, transaction, challenge);
      return;
    }
    this.#serve(request, transaction);
  }

  onAck(ack: SipRequest): void {
    this.#findSession(ack)?.receiveAck(ack);
  }

  onCancel(transaction: ServerTransaction, cancel: SipRequest): void {
    this.#unanswered.get(transaction)?.onCancel(cancel);
  }

  /** A 2xx after timer M: whoever sent it gives up by itself, having had our ACKs until then. */
  onStrayResponse(): void {}

  wallClockMs(): number {
    return this.#options.wallClockMs();
  }

  randomBytes(size: number): Uint8Array {
    return randomBytes(size);
  }

  createTag(): string {
    return this.#tags.next();
  }

  /** Seconds since 1970 and a count: unique also over restarts. */
  createSessionId(): string {
    this.#sessionCount += 1;
    return `${Math.floor(this.wallClockMs() / 1000)}${`${this.#sessionCount % 1_000_000}`.padStart(6, '0')}`;
  }

  holdDialogs(localTag: string, holder: DialogHolder): void {
    this.#holders.add(localTag, holder);
  }

  releaseDialogs(localTag: string): void {
    this.#holders.delete(localTag);
  }

  releaseInvite(transaction: ServerTransaction): void {
    this.#unanswered.delete(transaction);
  }

  #findSession(request: SipMessage): DialogSession | null {
    const holder = this.#holders.get(request.to.tag ?? '');
    return holder?.findSession(request.callId, request.from.tag) ?? null;
  }

  #onDialogRequest(request: SipRequest, transaction: ServerTransaction): void {
    const session = this.#findSession(request);
    if (session === null) {
      const detail = 'no dialog of ours has this Call-ID and these tags';
      this.#refuse(request, transaction, { statusCode: 481, detail });
    } else {
      session.receive(request, transaction);
    }
  }

  #serve(request: SipRequest, transaction: ServerTransaction): void {
    const { method } = request;
    if (method === 'INVITE') {
      this.#onInvite(request, transaction);
    } else if (method === 'OPTIONS') {
      this.#onOptions(request, transaction);
    } else if (method === 'PUBLISH') {
      this.#onPublish(request, transaction);
    } else if (DIALOG_METHODS.has(method)) {
      this.#refuse(request, transaction, { statusCode: 481, detail: `${method} outside of any dialog` });
    } else {
      this.#refuse(request, transaction, answerRefer(request));
    }
  }

  /**
   * RFC 3261 §11.2: the status an INVITE would get, as far as it is about us. Whether a meeting or number exists is
   * not said: who asks by OPTIONS would be guessing IDs.
   */
  #onOptions(request: SipRequest, transaction: ServerTransaction): void {
    const failure = this.#options.busy?.() ?? null;
    const refusal = this.#dialogRefusal() ?? (failure === null ? null : refusalOf(failure));
    if (refusal !== null) {
      this.#refuse(request, transaction, refusal);
      return;
    }
    const prefix = contactPrefixOf(request.requestUri);
    const contact = contactOn(transaction.flow, this.transactions.transport, prefix);
    const tag = this.createTag();
    transaction.respond(createOptionsReply(request, this.settings, tag, contact, transaction.flow));
  }

  #dialogRefusal(): Refusal | null {
    const { maxDialogs, retryAfterSeconds } = this.#options;
    if (this.#holders.size < maxDialogs) return null;
    const detail = `${this.#holders.size} dialogs of ${maxDialogs} allowed are in use`;
    return { statusCode: 503, detail, headers: [['Retry-After', `${retryAfterSeconds}`]] };
  }

  #onInvite(invite: SipRequest, transaction: ServerTransaction): void {
    const full = this.#dialogRefusal();
    if (full !== null) {
      this.#refuse(invite, transaction, full, 'dialogs');
      return;
    }
    const refusal = intervalRefusal(invite, this.settings) ?? contactRefusal(invite);
    if (refusal !== null) {
      this.#refuse(invite, transaction, refusal);
      return;
    }
    const call = new IncomingCall(this, invite, transaction);
    this.#unanswered.add(transaction, call);
    try {
      this.#listener.onCall(call);
    } catch (error) {
      // The owner's fault must not leave a call that nobody answers; the transaction layer tells of it.
      call.reject(new CallFailure('internal-error', 'the call could not be handled'));
      throw error;
    }
  }

  #onPublish(request: SipRequest, transaction: ServerTransaction): void {
    const { remoteAddress } = transaction.flow;
    const read =
      this.#listener.onQualityReport === undefined ? badEvent('none is collected') : readPublish(request);
    if ('statusCode' in read) {
      this.#refuse(request, transaction, read);
      return;
    }
    transaction.respond(acceptPublish(request, this));
    const publisher = request.headers.get('From') ?? '';
    this.#listener.onQualityReport?.({ report: read, remoteAddress, publisher });
  }

  #challenge(request: SipRequest, transaction: ServerTransaction, challenge: AuthenticationChallenge): void {
    const { statusCode, header } = challenge;
    const headers = challenge.challenges.map((value) => [header, value] as const);
    transaction.respond(
      createRefusal(
        request,
        { statusCode, detail: 'credentials are needed', headers },
        this.settings,
        this.createTag(),
      ),
    );
  }

  #refuse(
    request: SipRequest,
    transaction: ServerTransaction,
    refusal: Refusal,
    limit: 'dialogs' | null = null,
  ): void {
    this.#refused += 1;
    const { flow } = transaction;
    transaction.respond(createRefusal(request, refusal, this.settings, this.createTag()));
    this.#listener.onRefused({
      method: request.method,
      statusCode: refusal.statusCode,
      detail: `${describeRequest(request, flow)}: ${refusal.detail}`,
      remoteAddress: flow.remoteAddress,
      callId: request.callId,
      limit,
    });
  }
}
