import type { CallEnd } from '../call-leg.ts';
import type { ClientTransactionListener } from './client-transaction.ts';
import { findDialogFlow } from './dialog-flow.ts';
import type { DialogSession } from './dialog-session.ts';
import type { SipRequest, SipResponse } from './message.ts';
import { reasonOfEnd } from './reason.ts';

export interface DialogRequestListener {
  /** The final response; for a re-INVITE each further 2xx too. */
  onFinal(response: SipResponse): void;
  /** No response will come, or one that ends the dialog (RFC 3261 §12.2.1.2). The session knows already. */
  onFailed(): void;
}

/**
 * One request of ours within a dialog: finds its way, answers a challenge once, and ends the dialog when the
 * peer is gone (RFC 3261 §12.2.1.2: 481, 408, no response at all).
 */
export class DialogRequest implements ClientTransactionListener {
  readonly #session: DialogSession;
  readonly #request: SipRequest;
  readonly #listener: DialogRequestListener;

  constructor(session: DialogSession, request: SipRequest, listener: DialogRequestListener) {
    this.#session = session;
    this.#request = request;
    this.#listener = listener;
    this.#session.digest?.authorize(request);
    this.#send();
  }

  onResponse(response: SipResponse): void {
    const { statusCode } = response;
    if (statusCode < 200) {
      return;
    }
    if ((statusCode === 401 || statusCode === 407) && this.#answerChallenge(response)) {
      return;
    }
    const isGone = statusCode === 481;
    // To a PRACK it says that the provisional response needs none any more (RFC 3262 §3): a final one overtook it.
    if (statusCode === 408 || (isGone && this.#request.method !== 'PRACK')) {
      this.#fail(
        isGone ? 'remote-rejected' : 'no-response',
        `${this.#request.method} was answered with ${statusCode} ${response.reasonPhrase}`,
      );
      return;
    }
    this.#listener.onFinal(response);
  }

  onTimeout(): void {
    this.#fail('no-response', `${this.#request.method} was not answered`);
  }

  onTransportError(detail: string): void {
    this.#fail('transport-failure', `${this.#request.method} could not be sent: ${detail}`);
  }

  #send(): void {
    const { transactions } = this.#session.environment;
    findDialogFlow(
      this.#session,
      (flow) => transactions.request(this.#request, flow, this),
      (detail) => this.onTransportError(detail),
    );
  }

  /** RFC 3261 §22.2: the request once more, with credentials and a new number. */
  #answerChallenge(response: SipResponse): boolean {
    const { digest, dialog } = this.#session;
    if (digest === null || !digest.learn(response)) {
      return false;
    }
    this.#request.headers.delete('Via');
    dialog.renumber(this.#request);
    digest.authorize(this.#request);
    this.#send();
    return true;
  }

  /** §12.2.1.2: the dialog is ended by a BYE, which tells whoever on the way still holds it. */
  #fail(reason: 'no-response' | 'transport-failure' | 'remote-rejected', detail: string): void {
    // RFC 5057 §5.2: a NOTIFY that fails ends its subscription, and nothing else of the dialog.
    if (this.#request.method === 'NOTIFY') {
      this.#listener.onFailed();
      return;
    }
    const end: CallEnd = { by: 'remote', reason, detail };
    const isByeDue = this.#request.method !== 'BYE' && this.#session.dialog.state === 'confirmed';
    if (isByeDue) {
      this.#session.end(end, reasonOfEnd(end));
    } else {
      this.#session.loseDialog(end);
    }
    this.#listener.onFailed();
  }
}
