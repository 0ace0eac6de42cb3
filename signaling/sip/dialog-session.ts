import { CallFailure } from '../call-failure.ts';
import type { CallEnd } from '../call-leg.ts';
import type { OfferAnswer } from '../sdp/offer-answer.ts';
import type { LocalMedia } from '../session-description.ts';
import { Acceptance } from './acceptance.ts';
import type { CallEnvironment } from './call-environment.ts';
import type { Dialog } from './dialog.ts';
import { DialogRequest, type DialogRequestListener } from './dialog-request.ts';
import type { DialogSessionOwner } from './dialog-session-owner.ts';
import type { DigestClient } from './digest-client.ts';
import type { SipFlow } from './flow.ts';
import { answerInDialog } from './in-dialog-request.ts';
import type { SipRequest, SipResponse } from './message.ts';
import { NEXT_HOP, type Neighbor } from './next-hop.ts';
import { type Reason, serializeReason } from './reason.ts';
import { GLARE } from './refusal.ts';
import { contactOn, contactPrefixOf } from './reply.ts';
import type { ServerTransaction } from './server-transaction.ts';
import { readSessionBody } from './session-body.ts';
import { type OtherProposal, SessionChange } from './session-change.ts';
import { SessionTimer, type SessionTimerListener } from './session-timer.ts';

/** RFC 3326: the reason of the BYE that follows a 2xx nobody acknowledged. */
const ACK_TIMEOUT: Reason = { protocol: 'SIP', cause: 200, text: 'ACK timeout' };
const SESSION_EXPIRED: Reason = { protocol: 'SIP', cause: 408, text: 'Session Timer Expired' };

/**
 * One dialog of an INVITE and the session in it, the same for both sides of a call: requests in both
 * directions, the 2xx that waits for its ACK, offer/answer, session timer, the BYE.
 */
export class DialogSession implements SessionTimerListener {
  readonly environment: CallEnvironment;
  readonly dialog: Dialog;
  readonly offerAnswer: OfferAnswer;
  readonly owner: DialogSessionOwner;
  /** The way requests go while it is open. */
  flow: SipFlow;
  /** Who is at the other end of the flow. */
  neighbor: Neighbor = NEXT_HOP;
  /** Where the other side is to send media; null until the call is answered, or early media begins. */
  localMedia: LocalMedia | null = null;
  /** For challenges to our requests; null without credentials. */
  digest: DigestClient | null = null;
  /** Feature tags of our Contact (RFC 3840), each with its semicolon. */
  contactFeatures = '';
  /** Whether we sent the INVITE that made the dialog. */
  isCaller = false;
  /** Whether the peer's Allow names UPDATE: then refreshes need no re-INVITE (RFC 4028 §7.4). */
  isUpdateAllowed = false;
  /** Scheme and user of the address we are reached by, which our Contact has too. */
  readonly #contactPrefix: string;
  #acceptance: Acceptance | null = null;
  #change: SessionChange | null = null;
  #timer: SessionTimer | null = null;
  /** Refuses a request of the other side that still waits for our answer. */
  refuseOpenRequest: ((statusCode: number) => void) | null = null;
  /** Another change was asked for while one was under way. */
  #isOfferDue = false;
  #isConfirmed = false;
  #isEnded = false;
  /** A BYE that must wait for the ACK (RFC 3261 §15). */
  #deferredBye: { readonly reason: Reason | null } | null = null;

  constructor(
    environment: CallEnvironment,
    dialog: Dialog,
    flow: SipFlow,
    ownUri: string,
    offerAnswer: OfferAnswer,
    owner: DialogSessionOwner,
  ) {
    this.environment = environment;
    this.dialog = dialog;
    this.flow = flow;
    this.#contactPrefix = contactPrefixOf(ownUri);
    this.offerAnswer = offerAnswer;
    this.owner = owner;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  get isAwaitingAck(): boolean {
    return this.#acceptance !== null;
  }

  get contact(): string {
    const contact = contactOn(this.flow, this.environment.transactions.transport, this.#contactPrefix);
    return `${contact}${this.contactFeatures}`;
  }

  /** A request of the other side within this dialog. */
  receive(request: SipRequest, transaction: ServerTransaction): void {
    this.flow = transaction.flow;
    answerInDialog(this, request, transaction);
  }

  /** Sends a request of ours; Contact where the method refreshes the target (RFC 3261 §12.2.1.1). */
  send(request: SipRequest, listener: DialogRequestListener): DialogRequest {
    if (request.method !== 'BYE' && request.method !== 'PRACK') {
      request.headers.append('Contact', this.contact);
    }
    request.headers.append('User-Agent', this.environment.settings.softwareName);
    return new DialogRequest(this, request, listener);
  }

  /** Answers an INVITE or re-INVITE with 2xx and waits for the ACK. */
  acceptInvite(transaction: ServerTransaction, response: SipResponse): void {
    // A 2xx not yet acknowledged: whoever sends a new INVITE in the dialog has it.
    this.#acceptance?.stop();
    const acceptance: Acceptance = new Acceptance(this.environment.transactions, transaction, response, () =>
      this.#onAckMissing(),
    );
    this.#acceptance = acceptance;
    this.dialog.state = 'confirmed';
  }

  receiveAck(ack: SipRequest): void {
    if (this.#acceptance === null || ack.cSeq.sequenceNumber !== this.#acceptance.sequenceNumber) {
      return;
    }
    this.#acceptance.stop();
    this.#acceptance = null;
    if (this.#deferredBye !== null) {
      this.#sendBye(this.#deferredBye.reason);
      return;
    }
    if (this.offerAnswer.state === 'local-offer' && !this.receiveAnswer(ack)) {
      return;
    }
    this.markConfirmed();
  }

  /** The dialog is up on both sides. */
  markConfirmed(): void {
    if (!this.#isConfirmed && !this.#isEnded) {
      this.#isConfirmed = true;
      this.owner.onConfirmed();
    }
  }

  /** Takes the answer to our offer out of an ACK, 2xx or PRACK; where it cannot be used the call ends. */
  receiveAnswer(message: SipRequest | SipResponse): boolean {
    const body = readSessionBody(message);
    try {
      if (body.kind !== 'description') {
        throw new CallFailure('malformed-offer', 'our offer was left without an answer');
      }
      const audio = this.offerAnswer.receiveAnswer(body.bytes);
      this.owner.onMedia(audio);
      return true;
    } catch (error) {
      if (!(error instanceof CallFailure)) {
        throw error;
      }
      this.offerAnswer.withdrawOffer();
      const { sipStatus: cause } = error.row;
      this.end(
        { by: 'local', reason: error.reason, detail: error.message },
        { protocol: 'SIP', cause, text: error.message },
      );
      return false;
    }
  }

  /** Starts or restarts the session's clock; null for no timer (RFC 4028 §10). */
  restartTimer(intervalSeconds: number | null, isLocalRefresher: boolean): void {
    this.#timer?.stop();
    this.#timer =
      intervalSeconds === null || this.#isEnded
        ? null
        : new SessionTimer(this.environment.transactions.clock, intervalSeconds, isLocalRefresher, this);
  }

  get timer(): SessionTimer | null {
    return this.#timer;
  }

  onRefreshDue(): void {
    this.change(false);
  }

  onSessionExpired(): void {
    const detail = `the session was not refreshed for ${this.#timer?.intervalSeconds ?? 0} s`;
    this.end({ by: 'local', reason: 'session-expired', detail }, SESSION_EXPIRED);
  }

  /**
   * Renews the session, with a new description of ours where `hasOffer`, or a proposal of something else. One at a
   * time: an offer asked for meanwhile follows, a proposal is refused as by glare, a mere renewal is left out.
   */
  change(hasOffer: boolean, proposal: OtherProposal | null = null): void {
    if (this.#isEnded || this.#change !== null) {
      this.#isOfferDue ||= hasOffer && proposal === null;
      proposal?.onRefused(GLARE.statusCode);
      return;
    }
    this.#change = new SessionChange(this, hasOffer, () => this.#onChanged(), proposal);
    this.#change.start();
  }

  #onChanged(): void {
    this.#change = null;
    if (this.#isOfferDue) {
      this.#isOfferDue = false;
      this.change(true);
    }
  }

  /** Holds or resumes by a new offer of ours (RFC 3264 §8.4); a call not yet answered has nothing to hold. */
  hold(isHeld: boolean): void {
    if (this.dialog.state !== 'confirmed') {
      return;
    }
    this.offerAnswer.willingDirection = isHeld ? 'sendonly' : 'sendrecv';
    this.change(true);
  }

  /** Ends the session and says BYE, as soon as that is allowed. */
  end(end: CallEnd, reason: Reason | null): void {
    if (this.#isEnded) {
      return;
    }
    this.#close();
    // RFC 3261 §15: the callee sends no BYE in an early dialog, nor before the ACK came or its time is over.
    if (this.dialog.state === 'early' && !this.isCaller) {
      this.#release();
    } else if (this.#acceptance !== null) {
      this.#deferredBye = { reason };
    } else {
      this.#sendBye(reason);
    }
    this.owner.onSessionEnded(end);
  }

  /** The other side said BYE, or is gone: nothing more is sent. */
  loseDialog(end: CallEnd): void {
    const wasEnded = this.#isEnded;
    this.#close();
    this.#release();
    if (!wasEnded) {
      this.owner.onSessionEnded(end);
    }
  }

  #onAckMissing(): void {
    this.#acceptance = null;
    const deferred = this.#deferredBye;
    if (deferred !== null) {
      this.#sendBye(deferred.reason);
      return;
    }
    const detail = 'the ACK for our 200 did not arrive within 64*T1';
    this.end({ by: 'local', reason: 'no-acknowledgement', detail }, ACK_TIMEOUT);
  }

  #sendBye(reason: Reason | null): void {
    const bye = this.dialog.createRequest('BYE');
    if (reason !== null) {
      bye.headers.append('Reason', serializeReason(reason));
    }
    this.send(bye, { onFinal: () => this.#release(), onFailed: () => this.#release() });
  }

  #close(): void {
    this.#isEnded = true;
    // RFC 3261 §15.1.2: requests still open are answered with 487.
    this.refuseOpenRequest?.(487);
    this.#timer?.stop();
    this.#timer = null;
    this.#change?.stop();
    this.#change = null;
  }

  #release(): void {
    if (this.dialog.state !== 'terminated') {
      this.dialog.state = 'terminated';
      this.#acceptance?.stop();
      this.#acceptance = null;
      this.owner.onReleased();
    }
  }
}
