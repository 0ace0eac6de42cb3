import { attempt, CallFailure } from '../call-failure.ts';
import type { CallEnd, PeerRequest, SignaledDigit } from '../call-leg.ts';
import type { OfferAnswer } from '../sdp/offer-answer.ts';
import type { NegotiatedAudio } from '../session-description.ts';
import type { CallEnvironment } from './call-environment.ts';
import type { Dialog } from './dialog.ts';
import { sendDialogAck } from './dialog-flow.ts';
import { DialogSession } from './dialog-session.ts';
import type { DialogSessionOwner } from './dialog-session-owner.ts';
import type { DigestClient } from './digest-client.ts';
import type { SipFlow } from './flow.ts';
import type { SipRequest, SipResponse } from './message.ts';
import type { OutgoingCallOptions } from './outgoing-call-options.ts';
import { parseRSeq, ReceivedResponses } from './reliable-provisional.ts';
import { createReply, setDescription } from './reply.ts';
import type { ServerTransaction } from './server-transaction.ts';
import { readSessionBody } from './session-body.ts';
import { sessionExpiresOf } from './session-timer.ts';

/** What one dialog of an outgoing call tells the call. */
export interface OutgoingDialogOwner {
  onDialogMedia(dialog: OutgoingDialog, audio: NegotiatedAudio): void;
  onDialogConfirmed(dialog: OutgoingDialog): void;
  onDialogDigit(dialog: OutgoingDialog, digit: SignaledDigit): void;
  onDialogRequest(dialog: OutgoingDialog, request: PeerRequest): void;
  onDialogEnded(dialog: OutgoingDialog, end: CallEnd): void;
  onDialogReleased(dialog: OutgoingDialog): void;
}

/** What a dialog of ours is made of. */
export interface OutgoingDialogInit {
  readonly environment: CallEnvironment;
  readonly dialog: Dialog;
  readonly flow: SipFlow;
  readonly ownUri: string;
  readonly offerAnswer: OfferAnswer;
  readonly options: OutgoingCallOptions;
  readonly digest: DigestClient | null;
}

/** One of the dialogs that our INVITE made: as many as answerers the request was forked to (RFC 3261 §13.2.2.4). */
export class OutgoingDialog implements DialogSessionOwner {
  readonly session: DialogSession;
  readonly #owner: OutgoingDialogOwner;
  #received: ReceivedResponses | null = null;
  /** The INVITE's number, once its 2xx is acknowledged. */
  #acknowledgedSequence: number | null = null;
  #answer: string | null = null;

  constructor(owner: OutgoingDialogOwner, init: OutgoingDialogInit) {
    const { environment, dialog, flow, ownUri, offerAnswer, options } = init;
    this.#owner = owner;
    // The same offer for each dialog of a fork, each with a state of its own.
    if (options.hasOffer !== false) {
      offerAnswer.createOffer(options.media);
    }
    this.session = new DialogSession(environment, dialog, flow, ownUri, offerAnswer, this);
    this.session.isCaller = true;
    this.session.localMedia = options.media;
    this.session.digest = init.digest;
    this.session.neighbor = { isNextHop: options.route === undefined, isBehindNat: false };
  }

  /** A 1xx with a To tag. False: a copy, or one that came too early, of which nothing is to be told. */
  receiveProvisional(response: SipResponse): boolean {
    const responseNumber = parseRSeq(response.headers.get('RSeq'));
    if (responseNumber === null || !response.require.includes('100rel')) {
      this.#preview(response);
      return true;
    }
    this.#received ??= new ReceivedResponses();
    if (this.#received.receive(responseNumber) !== 'next') {
      return false;
    }
    this.session.dialog.refreshTarget(response);
    this.#sendPrack(response, responseNumber);
    return true;
  }

  /** A 2xx, the first or a retransmission: it gets its ACK (RFC 3261 §13.2.2.4). */
  receiveSuccess(response: SipResponse): void {
    const { session } = this;
    if (this.#acknowledgedSequence !== null) {
      this.#sendAck();
      return;
    }
    this.#acknowledgedSequence = response.cSeq.sequenceNumber;
    session.dialog.confirm(response);
    session.isUpdateAllowed = response.allow.includes('UPDATE');
    const failure = this.#takeDescription(response);
    this.#sendAck();
    if (failure !== null) {
      session.end({ by: 'local', reason: failure.reason, detail: failure.message }, null);
      return;
    }
    const agreed = sessionExpiresOf(response);
    session.restartTimer(agreed?.intervalSeconds ?? null, agreed?.refresher !== 'uas');
    session.markConfirmed();
  }

  onMedia(audio: NegotiatedAudio): void {
    this.#owner.onDialogMedia(this, audio);
  }

  onConfirmed(): void {
    this.#owner.onDialogConfirmed(this);
  }

  onDigit(digit: SignaledDigit): void {
    this.#owner.onDialogDigit(this, digit);
  }

  /** We send no provisional responses on this side, so there is nothing to acknowledge. */
  onPrack(prack: SipRequest, transaction: ServerTransaction): void {
    transaction.respond(createReply(prack, 481, this.session.environment.settings));
  }

  onRequest(request: PeerRequest): void {
    this.#owner.onDialogRequest(this, request);
  }

  onSessionEnded(end: CallEnd): void {
    this.#owner.onDialogEnded(this, end);
  }

  onReleased(): void {
    this.#owner.onDialogReleased(this);
  }

  /** RFC 3261 §13.2.1: a description in an unreliable 1xx foretells the answer. */
  #preview(response: SipResponse): void {
    const body = readSessionBody(response);
    const { offerAnswer } = this.session;
    if (body.kind !== 'description' || offerAnswer.state !== 'local-offer') {
      return;
    }
    const audio = attempt(() => offerAnswer.previewAnswer(body.bytes));
    if (!(audio instanceof CallFailure)) {
      this.onMedia(audio);
    }
  }

  /** RFC 3262 §4 and §5: PRACK, with our answer where the response brought an offer. */
  #sendPrack(response: SipResponse, responseNumber: number): void {
    const { session } = this;
    const prack = session.dialog.createRequest('PRACK');
    prack.headers.append('RAck', `${responseNumber} ${response.cSeq.sequenceNumber} INVITE`);
    const body = readSessionBody(response);
    if (body.kind === 'description') {
      if (session.offerAnswer.state === 'local-offer') {
        session.receiveAnswer(response);
      } else {
        const answer = this.#answerOffer(body.bytes);
        if (typeof answer === 'string') {
          setDescription(prack, answer);
        }
      }
    }
    session.send(prack, { onFinal() {}, onFailed() {} });
  }

  /** Our answer, told to the owner too; or why there is none. */
  #answerOffer(offer: Uint8Array): string | CallFailure {
    const { offerAnswer, localMedia } = this.session;
    const audio = attempt(() => offerAnswer.receiveOffer(offer));
    if (audio instanceof CallFailure) {
      return audio;
    }
    if (localMedia === null) {
      return new CallFailure('no-media-port', 'there is no media to answer the offer with');
    }
    const answer = offerAnswer.createAnswer(localMedia);
    this.onMedia(audio);
    return answer;
  }

  /** The answer to our offer, or the offer that our ACK answers; nothing new where a reliable 1xx had it. */
  #takeDescription(response: SipResponse): CallFailure | null {
    const { offerAnswer } = this.session;
    const body = readSessionBody(response);
    const isAnswered = offerAnswer.audio !== null;
    if (body.kind !== 'description') {
      return isAnswered ? null : new CallFailure('malformed-offer', 'the 200 has no session description');
    }
    if (offerAnswer.state === 'local-offer') {
      const audio = attempt(() => offerAnswer.receiveAnswer(body.bytes));
      if (audio instanceof CallFailure) {
        return audio;
      }
      this.onMedia(audio);
      return null;
    }
    if (isAnswered) {
      return null;
    }
    const answer = this.#answerOffer(body.bytes);
    if (answer instanceof CallFailure) {
      return answer;
    }
    this.#answer = answer;
    return null;
  }

  #sendAck(): void {
    const ack = this.session.dialog.createAck(this.#acknowledgedSequence ?? 0);
    if (this.#answer !== null) {
      setDescription(ack, this.#answer);
    }
    sendDialogAck(this.session, ack);
  }
}
