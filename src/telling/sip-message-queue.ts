import type { SipMessageKind } from '../../metrics/sip-message-log.ts';
import type { CallBook } from './call-book.ts';

const URGENT_CHARACTERS = 65_536;

/** A message as it was seen, before anybody knew which call it belongs to. */
export interface SeenSipMessage {
  readonly text: string;
  readonly kind: SipMessageKind;
  /** Call-ID header, or empty where it could not be read. */
  readonly sipCallId: string;
  /** Set where it is known which connector it came to. */
  readonly voiceConnectorId: string | null;
  readonly atMs: number;
}

export type WriteSipMessage = (
  message: SeenSipMessage,
  origin: { readonly voiceConnectorId: string; readonly callId: string },
) => void;

/**
 * SIP messages between the wire and the log. They wait for the end of the event that brought them, because the
 * INVITE is seen before there is a call: afterwards it is logged under the same call_id as all that follows.
 */
export class SipMessageQueue {
  readonly #calls: CallBook;
  readonly #defaultVoiceConnectorId: string;
  readonly #write: WriteSipMessage;
  #messages: SeenSipMessage[] = [];
  #characters = 0;
  #urgent: NodeJS.Immediate | null = null;

  constructor(calls: CallBook, defaultVoiceConnectorId: string, write: WriteSipMessage) {
    this.#calls = calls;
    this.#defaultVoiceConnectorId = defaultVoiceConnectorId;
    this.#write = write;
  }

  push(message: SeenSipMessage): void {
    this.#messages.push(message);
    this.#characters += message.text.length;
    if (this.#characters >= URGENT_CHARACTERS) {
      this.#urgent ??= setImmediate(() => this.drain());
    }
  }

  /** Writes everything that waits; call it outside of the handling of a message. */
  drain(): void {
    if (this.#urgent !== null) {
      clearImmediate(this.#urgent);
      this.#urgent = null;
    }
    const messages = this.#messages;
    this.#messages = [];
    this.#characters = 0;
    for (const message of messages) {
      const call = this.#calls.bySipCallId(message.sipCallId);
      this.#write(message, {
        voiceConnectorId:
          message.voiceConnectorId ??
          call?.series.voiceConnectorId ??
          this.#calls.attributedTo(message.sipCallId) ??
          this.#defaultVoiceConnectorId,
        callId: call?.identity.callId ?? message.sipCallId,
      });
    }
  }
}
