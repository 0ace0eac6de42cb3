import { randomUUID } from 'node:crypto';
import type { FailureReason } from '../call-failure.ts';
import type { CallEnd, CallParty, DialogTags, PeerRequest, SignaledDigit } from '../call-leg.ts';
import { LocalKeys } from '../sdp/media-encryption.ts';
import { OfferAnswer } from '../sdp/offer-answer.ts';
import type { FaxDescription, NegotiatedAudio } from '../session-description.ts';
import type { CallEnvironment, DialogHolder } from './call-environment.ts';
import { partyOfUri } from './call-party.ts';
import type { ClientTransaction, ClientTransactionListener } from './client-transaction.ts';
import { createClientDialog } from './dialog.ts';
import type { DialogSession } from './dialog-session.ts';
import { DigestClient } from './digest-client.ts';
import { EventQueue } from './event-queue.ts';
import type { SipFlow } from './flow.ts';
import type { InfoDigit } from './info-digit.ts';
import type { SipRequest, SipResponse } from './message.ts';
import { parseNameAddress } from './name-address.ts';
import type { OutgoingCallListener, OutgoingCallOptions } from './outgoing-call-options.ts';
import { OutgoingDialog, type OutgoingDialogOwner } from './outgoing-dialog.ts';
import { createInvite, draftAfter, type InviteDraft } from './outgoing-invite.ts';
import { tellRequest } from './peer-request.ts';
import { reasonOfEnd } from './reason.ts';
import { describeRefused } from './refused-call.ts';
import { setDescription } from './reply.ts';
import { sendInfoDigit } from './send-info-digit.ts';
import { offerFax } from './session-fax.ts';
import { parseUri } from './uri.ts';

/** A call of ours: one INVITE, tried again where the refusal says how, and the dialogs it makes. */
export class OutgoingCall implements DialogHolder, ClientTransactionListener, OutgoingDialogOwner {
  readonly id: string = randomUUID();
  readonly protocol = 'SIP';
  readonly calling: CallParty;
  readonly called: CallParty;
  readonly remoteCallId: string;
  readonly #environment: CallEnvironment;
  readonly #options: OutgoingCallOptions;
  readonly #sessionId: string;
  /** Of the one offer that all dialogs of a fork answer. */
  readonly #keys = new LocalKeys();
  readonly #digest: DigestClient | null;
  readonly #events = new EventQueue<OutgoingCallListener>();
  readonly #dialogs = new Map<string, OutgoingDialog>();
  #draft: InviteDraft;
  #invite: SipRequest | null = null;
  #flow: SipFlow | null = null;
  #transaction: ClientTransaction | null = null;
  #answered: OutgoingDialog | null = null;
  /** The INVITE has had its final response, or never will. */
  #isFinal = false;
  #isEnded = false;

  constructor(environment: CallEnvironment, target: string, options: OutgoingCallOptions) {
    this.#environment = environment;
    this.#options = options;
    this.#sessionId = environment.createSessionId();
    const { credentials } = options;
    this.#digest = credentials ? new DigestClient(credentials, environment.randomBytes) : null;
    this.remoteCallId = environment.createTag() + environment.createTag();
    this.calling = partyOfUri(parseNameAddress(options.from)?.uri ?? options.from);
    this.called = partyOfUri(target);
    const localTag = environment.createTag();
    this.#draft = { target, callId: this.remoteCallId, localTag, sequenceNumber: 0, minimumSeconds: null };
    environment.holdDialogs(localTag, this);
  }

  /** The way the call goes; null until it is found. */
  get flow(): SipFlow | null {
    return this.#answered?.session.flow ?? this.#flow;
  }

  /** Finds the way and sends the INVITE. Failures come through `onEnded`. */
  start(): void {
    if (this.#options.flow !== undefined) {
      this.#proceed(this.#options.flow);
      return;
    }
    const [route] = this.#options.route ?? [];
    const uri = parseUri(route === undefined ? this.#draft.target : (parseNameAddress(route)?.uri ?? ''));
    if (uri === null) {
      this.#fail('transport-failure', 'the target is no SIP URI');
      return;
    }
    this.#environment.flows.flowTo(uri).then(
      (flow) => this.#proceed(flow),
      (error: unknown) =>
        this.#fail('transport-failure', error instanceof Error ? error.message : String(error)),
    );
  }

  listen(listener: OutgoingCallListener): void {
    this.#events.listen(listener);
  }

  hold(isHeld: boolean): void {
    this.#answered?.session.hold(isHeld);
  }

  /** Presses a key by INFO, in a call that is answered. */
  sendDigit(digit: InfoDigit, onAnswered: (statusCode: number) => void): void {
    if (this.#answered !== null) sendInfoDigit(this.#answered.session, digit, onAnswered);
  }

  /** Offers fax in place of sound, in a call that is answered; `onAnswered` gets the answer or the refusal's status. */
  offerFax(local: FaxDescription, onAnswered: (answer: FaxDescription | number) => void): void {
    offerFax(this.#answered?.session ?? null, local, onAnswered);
  }

  /** BYE, or before the answer CANCEL. Safe in any state. */
  end(reason: 'normal-clearing' | FailureReason, detail = ''): void {
    const end: CallEnd = { by: 'local', reason, detail };
    if (this.#answered !== null) {
      this.#answered.session.end(end, reasonOfEnd(end));
      return;
    }
    this.#transaction?.cancel();
    this.#isFinal ||= this.#transaction === null;
    this.#finish(end);
  }

  get dialogTags(): DialogTags | null {
    return this.#answered?.session.dialog.tagsAs('caller') ?? null;
  }

  findSession(callId: string, remoteTag: string | null): DialogSession | null {
    const session = this.#dialogs.get(remoteTag ?? '')?.session;
    return session?.dialog.isAddressedBy(callId, remoteTag) ? session : null;
  }

  onResponse(response: SipResponse): void {
    const { statusCode } = response;
    if (statusCode < 200) {
      this.#onProvisional(response);
    } else if (statusCode >= 200 && statusCode < 300) {
      this.#onSuccess(response);
    } else if (statusCode >= 300 && !this.#retry(response)) {
      this.#onRefused(response);
    }
  }

  onTimeout(): void {
    this.#fail('no-response', 'the INVITE was not answered');
  }

  onTransportError(detail: string): void {
    this.#fail('transport-failure', detail);
  }

  onDialogMedia(dialog: OutgoingDialog, audio: NegotiatedAudio): void {
    if (this.#answered === null || this.#answered === dialog) {
      this.#events.tell((listener) => listener.onMedia(audio));
    }
  }

  onDialogConfirmed(dialog: OutgoingDialog): void {
    if (this.#answered === dialog) this.#events.tell((listener) => listener.onConfirmed());
  }

  onDialogDigit(_dialog: OutgoingDialog, digit: SignaledDigit): void {
    this.#events.tell((listener) => listener.onDigit(digit));
  }

  onDialogRequest(_dialog: OutgoingDialog, request: PeerRequest): void {
    tellRequest(this.#events, request);
  }

  onDialogEnded(dialog: OutgoingDialog, end: CallEnd): void {
    if (this.#answered === dialog) {
      this.#finish(end);
    } else if (end.by === 'local' && !this.#isFinal) {
      // An early dialog whose answer in a reliable 1xx cannot be used ends the call.
      this.end(end.reason, end.detail);
    }
  }

  onDialogReleased(dialog: OutgoingDialog): void {
    this.#dialogs.delete(dialog.session.dialog.remoteTag);
    this.#releaseWhenDone();
  }

  #proceed(flow: SipFlow): void {
    if (this.#isEnded) {
      this.#releaseWhenDone();
      return;
    }
    this.#flow = flow;
    this.#draft = { ...this.#draft, sequenceNumber: this.#draft.sequenceNumber + 1 };
    const way = { flow, ownUri: this.calling.uri };
    const invite = createInvite(this.#draft, this.#options, this.#environment, way);
    if (this.#options.hasOffer !== false) {
      setDescription(invite, this.#createOfferAnswer().createOffer(this.#options.media));
    }
    this.#digest?.authorize(invite);
    this.#invite = invite;
    const transaction = this.#environment.transactions.request(invite, flow, this);
    this.#transaction = this.#isFinal ? null : transaction;
  }

  #createOfferAnswer(): OfferAnswer {
    const { settings } = this.#environment;
    const { capabilities = settings.capabilities } = this.#options;
    return new OfferAnswer(this.#sessionId, { ...settings, capabilities, keys: this.#keys });
  }

  #onProvisional(response: SipResponse): void {
    if (this.#isEnded) return;
    if (response.statusCode === 100) {
      this.#events.tell((listener) => listener.onTrying?.());
    } else if (response.to.tag === null || this.#dialogOf(response).receiveProvisional(response)) {
      this.#events.tell((listener) => listener.onProgress(response.statusCode, response.reasonPhrase));
    }
  }

  /** RFC 3261 §13.2.2.4: the first 2xx is the call; others, and one that our CANCEL missed, are acknowledged and ended. */
  #onSuccess(response: SipResponse): void {
    const dialog = this.#dialogOf(response);
    this.#isFinal = true;
    if (this.#answered === null && !this.#isEnded) {
      this.#answered = dialog;
      this.#events.tell((listener) => listener.onAnswered());
      dialog.receiveSuccess(response);
      this.#dropEarlyDialogs();
      return;
    }
    dialog.receiveSuccess(response);
    if (dialog !== this.#answered) {
      dialog.session.end({ by: 'local', reason: 'normal-clearing', detail: '' }, null);
    }
  }

  #retry(response: SipResponse): boolean {
    if (this.#isEnded || this.#flow === null) return false;
    const draft = draftAfter(this.#draft, response, this.#digest);
    if (draft === null) return false;
    this.#draft = draft;
    this.#dropEarlyDialogs();
    this.#proceed(this.#flow);
    return true;
  }

  #onRefused(response: SipResponse): void {
    this.#isFinal = true;
    const refused = describeRefused(response);
    if (!this.#isEnded) {
      this.#events.tell((listener) => listener.onRefused(refused));
    }
    const reason = response.statusCode === 408 ? 'no-response' : 'remote-rejected';
    this.#finish({ by: 'remote', reason, detail: refused.detail });
  }

  #dialogOf(response: SipResponse): OutgoingDialog {
    const tag = response.to.tag ?? '';
    const known = this.#dialogs.get(tag);
    if (known !== undefined) return known;
    const { flow } = this;
    if (flow === null || this.#invite === null) throw new Error('a response before the INVITE');
    const dialog = new OutgoingDialog(this, {
      environment: this.#environment,
      dialog: createClientDialog(this.#invite, response),
      flow,
      ownUri: this.calling.uri,
      offerAnswer: this.#createOfferAnswer(),
      options: this.#options,
      digest: this.#digest,
    });
    this.#dialogs.set(tag, dialog);
    return dialog;
  }

  #dropEarlyDialogs(): void {
    for (const dialog of [...this.#dialogs.values()]) {
      if (dialog !== this.#answered && dialog.session.dialog.state === 'early') {
        dialog.session.loseDialog({ by: 'remote', reason: 'remote-rejected', detail: '' });
      }
    }
  }

  #fail(reason: FailureReason, detail: string): void {
    this.#isFinal = true;
    this.#finish({ by: 'remote', reason, detail });
  }

  #finish(end: CallEnd): void {
    const wasEnded = this.#isEnded;
    this.#isEnded = true;
    this.#dropEarlyDialogs();
    if (!wasEnded) this.#events.tell((listener) => listener.onEnded(end));
    this.#releaseWhenDone();
  }

  /** Forgotten once the INVITE has its final response and no dialog is left. */
  #releaseWhenDone(): void {
    if (this.#isFinal && this.#isEnded && this.#dialogs.size === 0) {
      this.#environment.releaseDialogs(this.#draft.localTag);
    }
  }
}
