import { createCancel, createNon2xxAck } from './client-requests.ts';
import type { SendErrorListener, SipFlow } from './flow.ts';
import {
  type InviteClientAction,
  type InviteClientInput,
  type InviteClientState,
  inviteClientTransition,
} from './invite-client-transaction.ts';
import type { SipRequest, SipResponse } from './message.ts';
import {
  type NonInviteClientAction,
  type NonInviteClientInput,
  type NonInviteClientState,
  nonInviteClientTransition,
} from './non-invite-client-transaction.ts';
import { serializeMessage } from './serialize.ts';
import { type TimerScheduler, WheelTimer } from './timer-wheel.ts';
import type { SipTimers } from './timers.ts';

export type ClientTransactionState = InviteClientState | NonInviteClientState;
type Input = InviteClientInput | NonInviteClientInput;
type Action = InviteClientAction | NonInviteClientAction;

/** What comes of a request. After a timeout, a transport error or a non-2xx final nothing more is told. */
export interface ClientTransactionListener {
  /** Every provisional, the final, and for an INVITE every further 2xx until timer M ends (RFC 6026 §7.2). */
  onResponse(response: SipResponse): void;
  /** Timer B or F, or no final response within 64*T1 of our CANCEL. */
  onTimeout(): void;
  onTransportError(detail: string): void;
}

/** What a client transaction has of the layer it belongs to. */
export interface ClientTransactionOwner {
  readonly clock: TimerScheduler;
  readonly timers: SipTimers;
  onRetransmissionSent(): void;
  onClientTerminated(transaction: ClientTransaction): void;
  sendCancel(cancel: SipRequest, flow: SipFlow): void;
  /** The user threw: a bug, which must not stop the transaction. */
  onFault(error: unknown): void;
}

/** One client transaction: obeys the tables of `invite-client-transaction` and `non-invite-client-transaction`. */
export class ClientTransaction extends WheelTimer implements SendErrorListener {
  readonly flow: SipFlow;
  readonly isInvite: boolean;
  /** The layer's: what the transaction is found by. */
  readonly key: string;
  readonly #owner: ClientTransactionOwner;
  readonly #listener: ClientTransactionListener;
  #request: SipRequest | null;
  #requestBytes: Uint8Array | null;
  #ackBytes: Uint8Array | null = null;
  #state: ClientTransactionState;
  #isCancelWanted = false;
  #isCancelSent = false;
  /** The next value of timer A or E; and when timer B or F (or the wait after a CANCEL) ends. */
  #retransmitMs = 0;
  #expiresAtMs = 0;

  constructor(
    owner: ClientTransactionOwner,
    request: SipRequest,
    bytes: Uint8Array,
    flow: SipFlow,
    key: string,
    listener: ClientTransactionListener,
  ) {
    super();
    this.flow = flow;
    this.isInvite = request.method === 'INVITE';
    this.key = key;
    this.#owner = owner;
    this.#listener = listener;
    this.#request = request;
    this.#requestBytes = bytes;
    this.#state = this.isInvite ? 'calling' : 'trying';
  }

  get state(): ClientTransactionState {
    return this.#state;
  }

  get isTerminated(): boolean {
    return this.#state === 'terminated';
  }

  /** Sends the request for the first time. RFC 3261 §17.1.1.2, §17.1.2.2. */
  start(): void {
    const { timers, clock } = this.#owner;
    const timeoutMs = this.isInvite ? timers.timerBMs : timers.timerFMs;
    this.#expiresAtMs = clock.nowMs() + timeoutMs;
    this.#retransmitMs = this.isInvite ? timers.timerAMs : timers.timerEMs;
    clock.schedule(this, this.flow.isReliable ? timeoutMs : this.#retransmitMs);
    this.#send(this.#requestBytes);
  }

  /**
   * Cancels an INVITE: sends CANCEL as soon as a provisional response is here (RFC 3261 §9.1), or never if
   * a final one comes first. A 2xx may still come: the user must then end the dialog.
   */
  cancel(): void {
    if (!this.isInvite || this.#isCancelSent) return;
    if (this.#state === 'calling') this.#isCancelWanted = true;
    if (this.#state !== 'proceeding' || this.#request === null) return;
    const { clock, timers } = this.#owner;
    this.#isCancelSent = true;
    this.#expiresAtMs = clock.nowMs() + timers.timerBMs;
    clock.schedule(this, timers.timerBMs);
    this.#owner.sendCancel(createCancel(this.#request), this.flow);
  }

  onResponse(response: SipResponse): void {
    const { statusCode } = response;
    const final = this.isInvite ? (statusCode < 300 ? 'success' : 'failure') : 'final';
    this.#input(statusCode < 200 ? 'provisional' : final, response);
    if (this.#isCancelWanted && this.#state === 'proceeding') this.cancel();
  }

  onSendError(detail: string): void {
    this.#input('transport-error', null, detail);
  }

  override onTimer(nowMs: number): void {
    this.#input(this.#dueTimer(nowMs >= this.#expiresAtMs));
  }

  #dueTimer(isExpired: boolean): Input {
    switch (this.#state) {
      case 'calling':
        return isExpired ? 'timer-b' : 'timer-a';
      case 'proceeding':
        if (this.isInvite) return 'timer-cancel';
        return isExpired ? 'timer-f' : 'timer-e';
      case 'trying':
        return isExpired ? 'timer-f' : 'timer-e';
      case 'accepted':
        return 'timer-m';
      default:
        return this.isInvite ? 'timer-d' : 'timer-k';
    }
  }

  #input(input: Input, response: SipResponse | null = null, detail = ''): void {
    const next = this.isInvite
      ? inviteClientTransition(this.#state as InviteClientState, input as InviteClientInput)
      : nonInviteClientTransition(this.#state as NonInviteClientState, input as NonInviteClientInput);
    if (next === null) return;
    this.#state = next.state;
    for (const action of next.actions) {
      this.#act(action, response, detail);
      // An action that failed at once has led elsewhere: the rest of this arrow is void.
      if (this.#state !== next.state) return;
    }
    if (next.state === 'terminated') this.#terminate();
  }

  #act(action: Action, response: SipResponse | null, detail: string): void {
    const { timers, clock } = this.#owner;
    switch (action) {
      case 'send-request':
        this.#owner.onRetransmissionSent();
        this.#send(this.#requestBytes);
        break;
      case 'send-ack':
        this.#sendAck(response);
        break;
      case 'pass-response':
        this.#pass(response);
        break;
      case 'start-timer-a':
        // RFC 3261 §17.1.1.2: A doubles without bound; B ends it.
        this.#startRetransmission(2 * this.#retransmitMs);
        break;
      case 'start-timer-e':
        this.#startRetransmission(Math.min(2 * this.#retransmitMs, timers.t2Ms));
        break;
      case 'start-timer-e-at-t2':
        this.#startRetransmission(timers.t2Ms);
        break;
      case 'stop-timers':
        clock.cancel(this);
        break;
      case 'start-timer-d':
        this.#wait(this.flow.isReliable ? 0 : timers.timerDMs, 'timer-d');
        break;
      case 'start-timer-k':
        this.#wait(this.flow.isReliable ? 0 : timers.timerKMs, 'timer-k');
        break;
      case 'start-timer-m':
        this.#wait(timers.timerMMs, 'timer-m');
        break;
      case 'inform-timeout':
        this.#listener.onTimeout();
        break;
      case 'inform-transport-error':
        this.#listener.onTransportError(detail);
        break;
    }
  }

  /** On a reliable transport the one timer that runs is B or F. */
  #startRetransmission(delayMs: number): void {
    const { clock } = this.#owner;
    this.#retransmitMs = delayMs;
    clock.schedule(this, Math.max(0, Math.min(delayMs, this.#expiresAtMs - clock.nowMs())));
  }

  #wait(delayMs: number, input: Input): void {
    this.#requestBytes = null;
    this.#request = null;
    if (delayMs > 0) this.#owner.clock.schedule(this, delayMs);
    else this.#input(input);
  }

  #sendAck(response: SipResponse | null): void {
    if (this.#ackBytes === null && this.#request !== null && response !== null) {
      this.#ackBytes = serializeMessage(createNon2xxAck(this.#request, response));
    }
    this.#send(this.#ackBytes);
  }

  #pass(response: SipResponse | null): void {
    if (response === null) return;
    try {
      this.#listener.onResponse(response);
    } catch (error) {
      this.#owner.onFault(error);
    }
  }

  #send(bytes: Uint8Array | null): void {
    if (bytes !== null) this.flow.send(bytes, this);
  }

  #terminate(): void {
    this.#owner.clock.cancel(this);
    this.#owner.onClientTerminated(this);
  }
}
