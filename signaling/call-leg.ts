import type { CallFailure, FailureReason } from './call-failure.ts';
import type { FaxDescription, LocalMedia, NegotiatedAudio } from './session-description.ts';

export type CallProtocol = 'SIP' | 'H.323';
export type SignalingTransport = 'UDP' | 'TCP' | 'TLS' | 'WS' | 'WSS';

/** A party of the call as signaling names it. */
export interface CallParty {
  /** User part, percent-decoded; empty when the address has none. */
  readonly user: string;
  /** Host part in lower case, without port; IPv6 without brackets. */
  readonly host: string;
  /** As written: a SIP URI or an H.323 alias. */
  readonly uri: string;
  /** Display name, or empty. */
  readonly displayName: string;
}

/** What tells a dialog from others of its Call-ID (RFC 3261 §12): the tags of From and To as the INVITE and its answer have them. */
export interface DialogTags {
  readonly from: string;
  readonly to: string;
}

/** How a call came to an end. */
export interface CallEnd {
  /** Who ended it. */
  readonly by: 'remote' | 'local';
  /** `normal-clearing`, or why it did not end well. */
  readonly reason: 'normal-clearing' | FailureReason;
  /** For a person: the Reason header's text (RFC 3326), what timed out, … */
  readonly detail: string;
  /** The cause in the far end's Release Complete (ITU-T Q.850). */
  readonly q850Cause?: number;
}

/** A key the caller pressed, told by signaling (SIP INFO, H.245 user input, Q.931 keypad). */
export interface SignaledDigit {
  readonly digit: string;
  readonly source: 'sip-info' | 'h245-alphanumeric' | 'h245-signal' | 'q931-keypad';
  readonly durationMs: number | null;
  readonly atMs: number;
}

/** The other side asks to send fax in place of sound, and waits for one of the two. */
export interface FaxRequest {
  readonly kind: 'fax';
  readonly description: FaxDescription;
  /** With where fax is to be sent to, and what was agreed about it. */
  accept(answer: FaxDescription): void;
  refuse(sipStatus: number): void;
}

/** The other side asks that somebody else take its place, and waits for one of the two. */
export interface TransferRequest {
  readonly kind: 'transfer';
  /** Who is to take it. */
  readonly target: CallParty;
  /** The target is to take the place of a call that it has already. */
  readonly isAttended: boolean;
  /** It is followed; what comes of it is to be told. */
  accept(): TransferProgress;
  refuse(sipStatus: number): void;
}

export interface TransferProgress {
  /** The status of the call to the target; one of 200 and above is the last. */
  tell(sipStatus: number): void;
}

/** What the other side may ask for in a call that is answered. */
export type PeerRequest = FaxRequest | TransferRequest;

/** What a leg tells its owner. Each may be called more than once except `onEnded`, which is last and exactly once. */
export interface CallLegListener {
  /**
   * The media agreed on: once when first known (with an offer in the INVITE: after `accept`; without: from the
   * ACK), and again after each re-INVITE or UPDATE, hold and resume included.
   */
  onMedia(audio: NegotiatedAudio): void;
  /** The ACK (SIP) or the end of call set-up (H.323) was seen. */
  onConfirmed(): void;
  onDigit(digit: SignaledDigit): void;
  /** The same key as told before, with how long it was held, where that is told apart (H.245 signalUpdate). */
  onDigitHeld?(digit: SignaledDigit): void;
  /** Without it such requests are refused. */
  onRequest?(request: PeerRequest): void;
  onEnded(end: CallEnd): void;
}

/**
 * One leg of a call, the one interface that SIP and H.323 give to the service. A leg is born when a call
 * arrives; it is answered by exactly one of `accept` and `reject`, and always ends with `onEnded`.
 */
export interface CallLeg {
  /** Ours, unique over restarts (a UUID); the `call_id` of every log. */
  readonly id: string;
  readonly protocol: CallProtocol;
  readonly transport: SignalingTransport;
  /** Call-ID header or H.225 callIdentifier. */
  readonly remoteCallId: string;
  /** Only SIP has them. */
  readonly dialogTags?: DialogTags | null;
  readonly calling: CallParty;
  /** From the Request-URI, not the To header. */
  readonly called: CallParty;
  /** Address of the peer we talk to, brackets and zone stripped. */
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** Our address on the connection the call came in by: what media is to be offered on. */
  readonly localAddress: string;
  /** User-Agent header or H.225 vendor, or null. */
  readonly userAgent: string | null;
  /** Language ranges such as `de-at` or `*`, in lower case, the most wanted first; absent where none can be told. */
  readonly acceptedLanguages?: readonly string[];
  /** When the INVITE or Setup arrived, Unix ms. */
  readonly arrivedAtMs: number;
  /**
   * The result of matching the caller's offer with our capabilities; null when the INVITE had no offer.
   * @throws CallFailure `no-common-codec`, `no-audio-offered`, `malformed-offer`, `unsupported-body`.
   */
  negotiate(): NegotiatedAudio | null;
  /** 180 Ringing or Alerting, once; reliable where the caller requires 100rel (RFC 3262). */
  ring(): void;
  /** 200 OK with our answer (or our offer), or Connect. */
  accept(media: LocalMedia): void;
  /** Refuses the call: the failure's row says with which status or cause. */
  reject(failure: CallFailure): void;
  /** BYE or ReleaseComplete with a Reason; before the answer it rejects. Safe to call in any state. */
  end(reason: 'normal-clearing' | FailureReason, detail?: string): void;
  /** Sets the one listener; events that came before are delivered at once. */
  listen(listener: CallLegListener): void;
}
