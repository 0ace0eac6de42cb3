import { CallFailure } from '../call-failure.ts';
import type { LocalMedia, NegotiatedAudio } from '../session-description.ts';
import type { DialogSession } from './dialog-session.ts';
import type { SipRequest, SipResponse } from './message.ts';
import { ProvisionalSender } from './provisional-sender.ts';
import { GLARE, type Refusal, refusalOf } from './refusal.ts';
import { parseRAck } from './reliable-provisional.ts';
import { appendCapabilities, createRefusal, createReply, setDescription } from './reply.ts';
import type { ServerTransaction } from './server-transaction.ts';
import { describeSession } from './session-answer.ts';
import { readSessionBody } from './session-body.ts';
import { completeSuccess } from './session-success.ts';

/** The INVITE of a call until it is answered; let go then, for it is most of a call's memory. */
export class PendingInvite {
  readonly #session: DialogSession;
  readonly #invite: SipRequest;
  readonly #transaction: ServerTransaction;
  readonly #provisionals: ProvisionalSender;
  readonly #offer: Uint8Array | null;
  #isRinging = false;
  /** Our description, once it has gone out in a provisional response. */
  #described: string | null = null;

  constructor(
    session: DialogSession,
    invite: SipRequest,
    transaction: ServerTransaction,
    onPrackMissing: () => void,
  ) {
    this.#session = session;
    this.#invite = invite;
    this.#transaction = transaction;
    const body = readSessionBody(invite);
    this.#offer = body.kind === 'description' ? body.bytes : null;
    const { settings, transactions } = session.environment;
    const isWelcome = settings.reliableProvisional === 'supported' && invite.supported.includes('100rel');
    // RFC 3262 §5: without an offer in the INVITE the first reliable response carries ours.
    const isReliable = invite.require.includes('100rel') || (isWelcome && this.#offer !== null);
    this.#provisionals = new ProvisionalSender(transactions, transaction, isReliable, onPrackMissing);
  }

  /** RFC 3262 §3: a description of ours waits for its PRACK, and so must the 2xx. */
  get mustWaitForPrack(): boolean {
    return this.#provisionals.isDescriptionOutstanding;
  }

  /** @throws CallFailure as `CallLeg.negotiate`. */
  negotiate(): NegotiatedAudio | null {
    const { offerAnswer } = this.#session;
    if (this.#offer === null || this.#described !== null) {
      return offerAnswer.audio;
    }
    return offerAnswer.state === 'remote-offer'
      ? offerAnswer.proposed
      : offerAnswer.receiveOffer(this.#offer);
  }

  ring(): void {
    if (this.#isRinging) {
      return;
    }
    this.#isRinging = true;
    // A reliable 180 would have to carry an offer, and the media is not known yet: the 2xx will bring it.
    if (this.#provisionals.isReliable && this.#offer === null && this.#described === null) {
      return;
    }
    this.#provisionals.send(this.#reply(180), false);
  }

  /** 183 with our answer, or where it is reliable our offer. Returns what was agreed, or null. */
  progress(media: LocalMedia): NegotiatedAudio | null {
    if (this.#described !== null || (this.#offer === null && !this.#provisionals.isReliable)) {
      return null;
    }
    const response = this.#reply(183);
    const audio = this.#describe(response, media);
    this.#provisionals.send(response, true);
    return audio;
  }

  /**
   * 200 with our answer or offer. Returns what was agreed, null for an offer of ours.
   * @throws CallFailure as `negotiate`; the INVITE is still to be answered then.
   */
  accept(media: LocalMedia): NegotiatedAudio | null {
    const response = this.#reply(200);
    const audio = this.#describe(response, media);
    this.#session.localMedia = media;
    completeSuccess(this.#session, this.#invite, response);
    this.#provisionals.stop();
    this.#session.environment.releaseInvite(this.#transaction);
    this.#session.acceptInvite(this.#transaction, response);
    return audio;
  }

  refuse(refusal: Refusal): void {
    this.#provisionals.stop();
    const { environment, dialog } = this.#session;
    environment.releaseInvite(this.#transaction);
    this.#transaction.respond(createRefusal(this.#invite, refusal, environment.settings, dialog.localTag));
  }

  /** RFC 3262 §3 and §5: the acknowledgement, perhaps with the answer to our offer, or with a new offer. */
  receivePrack(prack: SipRequest, transaction: ServerTransaction): void {
    const acknowledged = parseRAck(prack.headers.get('RAck') ?? '');
    if (acknowledged === null) {
      this.#refusePrack(prack, transaction, { statusCode: 400, detail: 'the RAck is missing or malformed' });
      return;
    }
    if (!this.#provisionals.acknowledge(acknowledged)) {
      const detail = 'no provisional response waits for this PRACK';
      this.#refusePrack(prack, transaction, { statusCode: 481, detail });
      return;
    }
    const { offerAnswer, environment } = this.#session;
    const isAnswer = offerAnswer.state === 'local-offer';
    const response = createReply(prack, 200, environment.settings);
    if (!isAnswer && readSessionBody(prack).kind === 'description') {
      this.#answerOffer(prack, transaction, response);
      return;
    }
    transaction.respond(response);
    if (isAnswer) {
      this.#session.receiveAnswer(prack);
    }
  }

  #answerOffer(prack: SipRequest, transaction: ServerTransaction, response: SipResponse): void {
    const { localMedia, owner } = this.#session;
    if (localMedia === null) {
      this.#refusePrack(prack, transaction, GLARE);
      return;
    }
    try {
      const audio = describeSession(this.#session, prack, response, localMedia);
      transaction.respond(response);
      if (audio !== null) {
        owner.onMedia(audio);
      }
    } catch (error) {
      if (!(error instanceof CallFailure)) {
        throw error;
      }
      this.#refusePrack(prack, transaction, refusalOf(error));
    }
  }

  /** Puts our description into the response. Returns what is agreed by it, null where that was known before. */
  #describe(response: SipResponse, media: LocalMedia): NegotiatedAudio | null {
    if (this.#described !== null) {
      // RFC 3261 §13.2.1: an answer foretold in an unreliable 1xx is repeated in the 2xx, where it counts.
      if (!this.#provisionals.isReliable) {
        setDescription(response, this.#described);
      }
      return null;
    }
    const { offerAnswer } = this.#session;
    const audio = this.negotiate();
    this.#described = audio === null ? offerAnswer.createOffer(media) : offerAnswer.createAnswer(media);
    setDescription(response, this.#described);
    this.#session.localMedia = media;
    return audio;
  }

  #reply(statusCode: number): SipResponse {
    const { environment, dialog, contact } = this.#session;
    const response = createReply(this.#invite, statusCode, environment.settings, dialog.localTag);
    if (statusCode < 200) {
      response.headers.append('Contact', contact);
      if (this.#provisionals.isReliable) {
        appendCapabilities(response);
      }
    }
    return response;
  }

  #refusePrack(prack: SipRequest, transaction: ServerTransaction, refusal: Refusal): void {
    transaction.respond(createRefusal(prack, refusal, this.#session.environment.settings));
  }
}
