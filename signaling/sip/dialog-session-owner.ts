import type { CallEnd, PeerRequest, SignaledDigit } from '../call-leg.ts';
import type { NegotiatedAudio } from '../session-description.ts';
import type { SipRequest } from './message.ts';
import type { ServerTransaction } from './server-transaction.ts';

/** What a session tells the call it belongs to. */
export interface DialogSessionOwner {
  onMedia(audio: NegotiatedAudio): void;
  /** The first 2xx is acknowledged. */
  onConfirmed(): void;
  onDigit(digit: SignaledDigit): void;
  onPrack(prack: SipRequest, transaction: ServerTransaction): void;
  /** A re-INVITE or UPDATE was answered with success. */
  onChanged?(request: SipRequest): void;
  /** Something that the session cannot answer by itself. */
  onRequest(request: PeerRequest): void;
  /** Last word about the session, once. A BYE may still be on its way. */
  onSessionEnded(end: CallEnd): void;
  /** Nothing of the dialog is left: it may be forgotten. */
  onReleased(): void;
}
