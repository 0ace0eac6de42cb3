import { randomUUID } from 'node:crypto';
import { CallFailure, type FailureReason } from '../call-failure.ts';
import type {
  CallEnd,
  CallLeg,
  CallLegListener,
  CallParty,
  DialogTags,
  PeerRequest,
  SignaledDigit,
  SignalingTransport,
} from '../call-leg.ts';
import { detachTexts } from '../detached-text.ts';
import type { TakenStream } from '../sdp/further-streams.ts';
import { OfferAnswer } from '../sdp/offer-answer.ts';
import type { FaxDescription, LocalMedia, NegotiatedAudio } from '../session-description.ts';
import { parseAcceptLanguage } from './accept-language.ts';
import { type CallEnvironment, type DialogHolder, settingsFor } from './call-environment.ts';
import { partyOfAddress, partyOfUri } from './call-party.ts';
import { createServerDialog } from './dialog.ts';
import { DialogSession } from './dialog-session.ts';
import type { DialogSessionOwner } from './dialog-session-owner.ts';
import { parseAuthenticationHeader } from './digest-header.ts';
import { EventQueue } from './event-queue.ts';
import type { SipFlow } from './flow.ts';
import type { InfoDigit } from './info-digit.ts';
import { DEFAULT_MAX_FORWARDS, type SipRequest } from './message.ts';
import { NameAddress, parseNameAddress } from './name-address.ts';
import { neighborOf } from './next-hop.ts';
import { tellRequest } from './peer-request.ts';
import { PendingInvite } from './pending-invite.ts';
import { describeReasons, reasonOfEnd } from './reason.ts';
import { type RecordingSession, readRecordingSession } from './recording-session.ts';
import { type Refusal, refusalOf } from './refusal.ts';
import { createReply } from './reply.ts';
import { sendInfoDigit } from './send-info-digit.ts';
import type { ServerTransaction } from './server-transaction.ts';
import { offerFax } from './session-fax.ts';

/** Never needed: a message with such a From is not let through. */
const ANONYMOUS = new NameAddress('', 'sip:anonymous@anonymous.invalid');

/** What an INVITE's call tells its owner. */
export interface IncomingCallListener extends CallLegListener {
  /** Whoever has a call recorded tells something new of it. */
  onRecordingChanged?(recording: RecordingSession): void;
}

/** A call that came in: the {@link CallLeg} of an INVITE. */
export class IncomingCall implements CallLeg, DialogHolder, DialogSessionOwner {
  readonly id: string = randomUUID();
  readonly protocol = 'SIP';
  readonly userAgent: string | null;
  readonly acceptedLanguages: readonly string[];
  readonly arrivedAtMs: number;
  /** User name of the Authorization header, which whoever asked for one has verified; else null. */
  readonly authorizedUser: string | null;
  /** Hops the INVITE may still make; 70 where it did not say (RFC 3261 §16.6 step 3). */
  readonly maxForwards: number;
  /** Where the call is no call but the copy of one, to be recorded. */
  readonly recording: RecordingSession | null;
  readonly #requestUri: string;
  #calling: CallParty | null = null;
  #called: CallParty | null = null;
  readonly #session: DialogSession;
  readonly #events = new EventQueue<IncomingCallListener>();
  #pending: PendingInvite | null;
  /** Media given to `accept` while a reliable provisional with a description is not yet acknowledged. */
  #deferredMedia: LocalMedia | null = null;

  constructor(environment: CallEnvironment, invite: SipRequest, transaction: ServerTransaction) {
    const { settings } = environment;
    const [requestUri = '', userAgent = '', acceptLanguage = ''] = detachTexts([
      invite.requestUri,
      invite.headers.get('User-Agent') ?? '',
      invite.headers.get('Accept-Language') ?? '',
    ]);
    this.#requestUri = requestUri;
    this.userAgent = userAgent === '' ? null : userAgent;
    this.acceptedLanguages = parseAcceptLanguage(acceptLanguage);
    this.arrivedAtMs = environment.wallClockMs();
    this.maxForwards = invite.maxForwards ?? DEFAULT_MAX_FORWARDS;
    this.recording = readRecordingSession(invite);
    const authorization = parseAuthenticationHeader(invite.headers.get('Authorization') ?? '');
    this.authorizedUser = authorization?.parameters.get('username') ?? null;
    const localTag = environment.createTag();
    const dialog = createServerDialog(invite, localTag);
    this.#session = new DialogSession(
      environment,
      dialog,
      transaction.flow,
      requestUri,
      new OfferAnswer(environment.createSessionId(), settingsFor(settings, transaction.flow.transport)),
      this,
    );
    this.#session.neighbor = neighborOf(invite, transaction.flow);
    this.#pending = new PendingInvite(this.#session, invite, transaction, () => this.#onPrackMissing());
    environment.holdDialogs(localTag, this);
  }

  /** Both parties are asked for by all who tell of the call: read once. */
  get calling(): CallParty {
    this.#calling ??= partyOfAddress(parseNameAddress(this.#session.dialog.remoteHeader) ?? ANONYMOUS);
    return this.#calling;
  }

  get called(): CallParty {
    this.#called ??= partyOfUri(this.#requestUri);
    return this.#called;
  }

  get transport(): SignalingTransport {
    return this.flow.transport;
  }

  get remoteCallId(): string {
    return this.#session.dialog.callId;
  }

  get dialogTags(): DialogTags {
    return this.#session.dialog.tagsAs('callee');
  }

  get remoteAddress(): string {
    return this.flow.remoteAddress;
  }

  get remotePort(): number {
    return this.flow.remotePort;
  }

  get localAddress(): string {
    return this.flow.localAddress;
  }

  /** The port of ours that the call came in by. */
  get localPort(): number {
    return this.flow.localPort;
  }

  /** The way the call came. */
  get flow(): SipFlow {
    return this.#session.flow;
  }

  negotiate(): NegotiatedAudio | null {
    return this.#pending === null ? this.#session.offerAnswer.audio : this.#pending.negotiate();
  }

  /** Takes every audio stream and sends nothing, as a recorder does (RFC 7866 §7.2); to be said before `negotiate`. */
  takeAllStreams(): void {
    this.#session.contactFeatures = ';+sip.srs'; // RFC 7866 §6.2.2
    this.#session.offerAnswer.takesFurther = true;
    this.#session.offerAnswer.willingDirection = 'recvonly';
  }

  /** The streams taken, in the order of the offer. */
  get streams(): readonly TakenStream[] {
    return this.#session.offerAnswer.taken;
  }

  ring(): void {
    this.#pending?.ring();
  }

  /**
   * 183 with our description, so that media may flow before the answer. Without an offer in the INVITE this
   * needs a caller that takes reliable provisional responses; with others nothing is sent.
   * @throws CallFailure as `negotiate`.
   */
  progress(media: LocalMedia): void {
    const audio = this.#pending?.progress(media) ?? null;
    if (audio !== null) {
      this.onMedia(audio);
    }
  }

  accept(media: LocalMedia): void {
    const pending = this.#pending;
    if (pending === null) {
      return;
    }
    if (pending.mustWaitForPrack) {
      this.#deferredMedia = media;
      return;
    }
    const audio = pending.accept(media);
    this.#pending = null;
    if (audio !== null) {
      this.onMedia(audio);
    }
  }

  reject(failure: CallFailure): void {
    this.#end({ by: 'local', reason: failure.reason, detail: failure.message }, refusalOf(failure));
  }

  end(reason: 'normal-clearing' | FailureReason, detail = ''): void {
    const refusal =
      reason === 'normal-clearing'
        ? { statusCode: 480, detail: detail === '' ? 'the call was ended before its answer' : detail }
        : refusalOf(new CallFailure(reason, detail));
    this.#end({ by: 'local', reason, detail }, refusal);
  }

  listen(listener: IncomingCallListener): void {
    this.#events.listen(listener);
  }

  /** Asks the other side to hold, or takes that back (RFC 3264 §8.4), by a re-INVITE. */
  hold(isHeld: boolean): void {
    this.#session.hold(isHeld);
  }

  /** Presses a key by INFO, in a call that is answered. */
  sendDigit(digit: InfoDigit, onAnswered: (statusCode: number) => void): void {
    if (this.#session.dialog.state === 'confirmed') sendInfoDigit(this.#session, digit, onAnswered);
  }

  /** Offers fax in place of sound, in a call that is answered; `onAnswered` gets the answer or the refusal's status. */
  offerFax(local: FaxDescription, onAnswered: (answer: FaxDescription | number) => void): void {
    offerFax(this.#session.dialog.state === 'confirmed' ? this.#session : null, local, onAnswered);
  }

  findSession(callId: string, remoteTag: string | null): DialogSession | null {
    return this.#session.dialog.isAddressedBy(callId, remoteTag) ? this.#session : null;
  }

  /** RFC 3261 §9.2: the INVITE is answered with 487. */
  onCancel(cancel: SipRequest): void {
    const detail = describeReasons(cancel.headers.getAll('Reason'));
    this.#pending?.refuse(refusalOf(new CallFailure('caller-canceled', 'the caller canceled')));
    this.#pending = null;
    this.#session.loseDialog({ by: 'remote', reason: 'caller-canceled', detail });
  }

  onMedia(audio: NegotiatedAudio): void {
    this.#events.tell((listener) => listener.onMedia(audio));
  }

  onConfirmed(): void {
    this.#events.tell((listener) => listener.onConfirmed());
  }

  onDigit(digit: SignaledDigit): void {
    this.#events.tell((listener) => listener.onDigit(digit));
  }

  onChanged(request: SipRequest): void {
    const changed = this.recording === null ? null : readRecordingSession(request);
    if (changed !== null) this.#events.tell((listener) => listener.onRecordingChanged?.(changed));
  }

  onRequest(request: PeerRequest): void {
    tellRequest(this.#events, request);
  }

  onPrack(prack: SipRequest, transaction: ServerTransaction): void {
    const pending = this.#pending;
    if (pending === null) {
      // RFC 3262 §3: outstanding ones are recognized after the final response too; all of them are by then.
      transaction.respond(
        createReply(prack, this.#session.isAwaitingAck ? 200 : 481, this.#session.environment.settings),
      );
      return;
    }
    pending.receivePrack(prack, transaction);
    const media = this.#deferredMedia;
    if (media !== null && !pending.mustWaitForPrack) {
      this.#deferredMedia = null;
      this.accept(media);
    }
  }

  onSessionEnded(end: CallEnd): void {
    // Ended by the peer's BYE, or by us, before the INVITE was answered (RFC 3261 §15.1.2).
    const reason = end.reason === 'normal-clearing' ? 'caller-canceled' : end.reason;
    this.#pending?.refuse(refusalOf(new CallFailure(reason, end.detail)));
    this.#pending = null;
    this.#events.tell((listener) => listener.onEnded(end));
  }

  onReleased(): void {
    this.#session.environment.releaseDialogs(this.#session.dialog.localTag);
  }

  #end(end: CallEnd, refusal: Refusal): void {
    this.#pending?.refuse(refusal);
    this.#pending = null;
    this.#session.end(end, reasonOfEnd(end));
  }

  #onPrackMissing(): void {
    const detail = 'the PRACK for our provisional response did not arrive within 64*T1';
    // RFC 3262 §3 wants a 5xx.
    this.#pending?.refuse({ statusCode: 504, detail });
    this.#pending = null;
    this.#session.loseDialog({ by: 'local', reason: 'no-acknowledgement', detail });
  }
}
