import type { SipFlow } from '../../signaling/sip/flow.ts';
import type { SipMessage } from '../../signaling/sip/message.ts';
import type { TransactionObserver } from '../../signaling/sip/transaction-user.ts';
import type { TransportListener } from '../../signaling/sip/transport-listener.ts';

/** Told of every SIP message, whole. */
export type SipTrace = (direction: 'received' | 'sent', text: string, flow: SipFlow) => void;

/** Hears what the SIP stack of a caller has to tell besides the call itself. */
export class CallerWatch implements TransportListener, TransactionObserver {
  readonly #onTrace: SipTrace | null;
  readonly #complaints: string[] = [];

  constructor(onTrace: SipTrace | null) {
    this.#onTrace = onTrace;
  }

  /** What was wrong with messages of the far end, and which limits it met; each once. */
  get complaints(): readonly string[] {
    return this.#complaints;
  }

  onTrace(
    direction: 'received' | 'sent',
    bytes: Uint8Array,
    _message: SipMessage | null,
    flow: SipFlow,
  ): void {
    if (this.#onTrace === null) return;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
    this.#onTrace(direction, text, flow);
  }

  onMalformed(detail: string): void {
    this.#complain(`A message of the far end was malformed: ${detail}.`);
  }

  onFlowClosed(): void {}

  onRefused(_limit: string, detail: string): void {
    this.#complain(`A limit was met: ${detail}.`);
  }

  /** A bug of ours; the command line catches it as an internal error. */
  onFault(error: unknown): void {
    throw error;
  }

  #complain(complaint: string): void {
    if (!this.#complaints.includes(complaint)) this.#complaints.push(complaint);
  }
}
