import { sendDialogAck } from './dialog-flow.ts';
import type { DialogRequestListener } from './dialog-request.ts';
import type { DialogSession } from './dialog-session.ts';
import type { SipRequest, SipResponse } from './message.ts';
import { GLARE } from './refusal.ts';
import { appendCapabilities, setDescription } from './reply.ts';
import { minimumIntervalOf, sessionExpiresOf } from './session-timer.ts';
import { WheelTimer } from './timer-wheel.ts';

/** Attempts at most: glare and 422 are answered by trying again, and a peer might always say so. */
const MOST_ATTEMPTS = 5;
/** As if it had been answered so (RFC 3261 §8.1.3.1). */
const NO_ANSWER = 408;

/** An offer of something else than sound, in a re-INVITE. */
export interface OtherProposal {
  /** The description to send. */
  describe(): string;
  onAnswered(response: SipResponse): void;
  /** Refused, or left without an answer: then 408. */
  onRefused(statusCode: number): void;
}

/** One re-INVITE or UPDATE of ours (RFC 3261 §14.1, RFC 3311 §5.1), tried again after glare or a 422. */
export class SessionChange extends WheelTimer implements DialogRequestListener {
  readonly #session: DialogSession;
  readonly #hasOffer: boolean;
  readonly #onDone: () => void;
  readonly #proposal: OtherProposal | null;
  #request: SipRequest | null = null;
  #ack: SipRequest | null = null;
  #attempts = 0;
  #isStopped = false;
  #minimumSeconds: number | null = null;

  /** `onDone` is called once, when the change is through or given up; not after `stop`. */
  constructor(
    session: DialogSession,
    hasOffer: boolean,
    onDone: () => void,
    proposal: OtherProposal | null = null,
  ) {
    super();
    this.#proposal = proposal;
    this.#session = session;
    this.#hasOffer = hasOffer;
    this.#onDone = onDone;
  }

  start(): void {
    const session = this.#session;
    this.#attempts += 1;
    // RFC 3261 §14.1: no new INVITE while another is in progress in either direction.
    if (session.isAwaitingAck || session.offerAnswer.state !== 'stable') {
      this.#retryLater();
      return;
    }
    const isUpdate = !this.#hasOffer && session.isUpdateAllowed;
    const request = session.dialog.createRequest(isUpdate ? 'UPDATE' : 'INVITE');
    this.#request = request;
    appendCapabilities(request);
    this.#appendInterval(request);
    // RFC 4028 §7.4: a re-INVITE repeats the description unchanged, which its version shows.
    if (!isUpdate && session.localMedia !== null) {
      const offer = this.#proposal?.describe() ?? session.offerAnswer.createOffer(session.localMedia);
      setDescription(request, offer);
    }
    session.send(request, this);
  }

  /** The session has ended: nothing is tried again, but a 2xx still gets its ACK. */
  stop(): void {
    this.#isStopped = true;
    this.#session.environment.transactions.clock.cancel(this);
  }

  override onTimer(): void {
    this.start();
  }

  onFinal(response: SipResponse): void {
    const { statusCode } = response;
    if (statusCode < 300) {
      this.#acknowledge(response);
      if (this.#request !== null && !this.#isStopped) {
        this.#request = null;
        this.#succeed(response);
      }
      return;
    }
    this.#request = null;
    if (this.#isStopped) {
      return;
    }
    this.#session.offerAnswer.withdrawOffer();
    if (statusCode === 491) {
      this.#retryLater();
    } else if (statusCode === 422 && this.#attempts < MOST_ATTEMPTS) {
      this.#minimumSeconds = minimumIntervalOf(response.headers);
      this.start();
    } else {
      // RFC 3261 §14.1: the session goes on as if nothing had been asked; its timer will tell.
      this.#proposal?.onRefused(statusCode);
      this.#onDone();
    }
  }

  onFailed(): void {
    this.#request = null;
    this.#proposal?.onRefused(NO_ANSWER);
  }

  /** Each 2xx to an INVITE gets an ACK, retransmissions the same one (RFC 3261 §13.2.2.4). */
  #acknowledge(response: SipResponse): void {
    const { cSeq } = response;
    if (cSeq.method !== 'INVITE') {
      return;
    }
    const { dialog } = this.#session;
    if (this.#ack === null) {
      dialog.refreshTarget(response);
      this.#ack = dialog.createAck(cSeq.sequenceNumber);
    }
    sendDialogAck(this.#session, this.#ack);
  }

  #succeed(response: SipResponse): void {
    const session = this.#session;
    session.dialog.refreshTarget(response);
    if (this.#proposal !== null) {
      this.#proposal.onAnswered(response);
    } else if (session.offerAnswer.state === 'local-offer' && !session.receiveAnswer(response)) {
      return;
    }
    const agreed = sessionExpiresOf(response);
    session.restartTimer(agreed?.intervalSeconds ?? null, agreed?.refresher !== 'uas');
    this.#onDone();
  }

  #appendInterval(request: SipRequest): void {
    const { timer } = this.#session;
    if (timer === null) {
      return;
    }
    const intervalSeconds = Math.max(timer.intervalSeconds, this.#minimumSeconds ?? 0);
    const refresher = timer.isLocalRefresher ? 'uac' : 'uas';
    request.headers.append('Session-Expires', `${intervalSeconds};refresher=${refresher}`);
    if (this.#minimumSeconds !== null) {
      request.headers.append('Min-SE', `${this.#minimumSeconds}`);
    }
  }

  /** RFC 3261 §14.1: who owns the Call-ID waits 2.1 to 4 s, the other up to 2 s, so that they miss each other. */
  #retryLater(): void {
    if (this.#attempts >= MOST_ATTEMPTS) {
      this.#proposal?.onRefused(GLARE.statusCode);
      this.#onDone();
      return;
    }
    const delayMs = this.#session.isCaller ? 2_100 + Math.random() * 1_900 : Math.random() * 2_000;
    this.#session.environment.transactions.clock.schedule(this, Math.round(delayMs / 10) * 10);
  }
}
