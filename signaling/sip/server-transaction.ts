import { createResponse } from './create-response.ts';
import type { SendErrorListener, SipFlow } from './flow.ts';
import {
  type InviteServerAction,
  type InviteServerInput,
  type InviteServerState,
  inviteServerTransition,
} from './invite-server-transaction.ts';
import type { SipRequest, SipResponse } from './message.ts';
import {
  type NonInviteServerAction,
  type NonInviteServerInput,
  type NonInviteServerState,
  nonInviteServerTransition,
} from './non-invite-server-transaction.ts';
import { serializeMessage } from './serialize.ts';
import { type TimerScheduler, WheelTimer } from './timer-wheel.ts';
import type { SipTimers } from './timers.ts';
import type { TransactionTransport } from './transaction-transport.ts';

export type ServerTransactionState = InviteServerState | NonInviteServerState;
type Input = InviteServerInput | NonInviteServerInput;
type Action = InviteServerAction | NonInviteServerAction;

/** What becomes of a server transaction, for the user that answers it. */
export interface ServerTransactionListener {
  /** A response could not be sent. An INVITE transaction lives on (RFC 6026 §7.1), others have ended. */
  onTransportError(detail: string): void;
  /** Timer H: no ACK came for our 300–699 response. */
  onAckTimeout(): void;
  /** Last of all. */
  onTerminated(): void;
}

/** What a server transaction has of the layer it belongs to. */
export interface ServerTransactionOwner {
  readonly transport: TransactionTransport;
  readonly clock: TimerScheduler;
  readonly timers: SipTimers;
  onRetransmissionSent(): void;
  onServerTerminated(transaction: ServerTransaction): void;
  passAck(ack: SipRequest, flow: SipFlow): void;
}

/**
 * One server transaction: obeys the tables of `invite-server-transaction` and `non-invite-server-transaction`.
 * Thousands wait out timers J and L at any time, so that what is not needed then is let go with the final
 * response, and the response is kept as a string of Latin-1 bytes: half the size of a small Buffer.
 */
export class ServerTransaction extends WheelTimer implements SendErrorListener {
  /** The flow the request came by. */
  readonly flow: SipFlow;
  readonly isInvite: boolean;
  /** The layer's: what the transaction is found by. */
  readonly key: string;
  readonly mergedKey: string | null;
  listener: ServerTransactionListener | null = null;
  readonly #owner: ServerTransactionOwner;
  readonly #responseFlow: SipFlow;
  /** Where a closed connection is opened anew for the response; nothing of UDP's. */
  readonly #sentByPort: number | null;
  #request: SipRequest | null;
  #state: ServerTransactionState;
  #lastResponse: Buffer | string | null = null;
  /** Timer G's next value; and when timer H fires. */
  #retransmitMs = 0;
  #expiresAtMs = 0;

  constructor(
    owner: ServerTransactionOwner,
    request: SipRequest,
    flow: SipFlow,
    key: string,
    mergedKey: string | null,
  ) {
    super();
    this.flow = flow;
    this.isInvite = request.method === 'INVITE';
    this.key = key;
    this.mergedKey = mergedKey;
    this.#owner = owner;
    this.#responseFlow = owner.transport.responseFlow(request, flow);
    this.#sentByPort = flow.isReliable ? request.topVia.port : null;
    this.#request = request;
    this.#state = this.isInvite ? 'proceeding' : 'trying';
    // RFC 3261 §17.2.1: a 100 is due unless the user answers within 200 ms.
    if (this.isInvite) owner.clock.schedule(this, owner.timers.tryingDelayMs);
  }

  get state(): ServerTransactionState {
    return this.#state;
  }

  get isTerminated(): boolean {
    return this.#state === 'terminated';
  }

  /** Whether a final response has been given. */
  get isAnswered(): boolean {
    return this.#request === null;
  }

  /** The request, until it is answered: the final response lets it go. Throws a TypeError after that. */
  get request(): SipRequest {
    if (this.#request === null) throw new TypeError('the request of an answered transaction has been let go');
    return this.#request;
  }

  /** The last response sent, or null; a transaction answered with 2xx to an INVITE keeps none. */
  get lastResponse(): Uint8Array | null {
    return typeof this.#lastResponse === 'string'
      ? Buffer.from(this.#lastResponse, 'latin1')
      : this.#lastResponse;
  }

  /** Sends a response. After a final one only a 2xx to an INVITE is sent again; others are ignored. */
  respond(response: SipResponse): void {
    const { statusCode } = response;
    const final = this.isInvite ? (statusCode < 300 ? 'success' : 'failure') : 'final';
    this.#input(statusCode < 200 ? 'provisional' : final, response);
  }

  onRetransmission(): void {
    this.#input('request');
  }

  onAck(ack: SipRequest, flow: SipFlow): void {
    const next = inviteServerTransition(this.#state as InviteServerState, 'ack');
    if (next === null) return;
    if (next.actions.includes('pass-ack')) this.#owner.passAck(ack, flow);
    else this.#input('ack');
  }

  onSendError(detail: string): void {
    this.#input('transport-error', null, detail);
  }

  override onTimer(nowMs: number): void {
    this.#input(this.#dueTimer(nowMs));
  }

  #dueTimer(nowMs: number): Input {
    if (!this.isInvite) return 'timer-j';
    switch (this.#state) {
      case 'proceeding':
        return 'timer-trying';
      case 'completed':
        return nowMs >= this.#expiresAtMs ? 'timer-h' : 'timer-g';
      case 'confirmed':
        return 'timer-i';
      default:
        return 'timer-l';
    }
  }

  #input(input: Input, response: SipResponse | null = null, detail = ''): void {
    const next = this.isInvite
      ? inviteServerTransition(this.#state as InviteServerState, input as InviteServerInput)
      : nonInviteServerTransition(this.#state as NonInviteServerState, input as NonInviteServerInput);
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
    const { timers } = this.#owner;
    switch (action) {
      case 'send-trying':
        // Whatever was sent already says more than a 100.
        if (this.#lastResponse === null) this.#send(createResponse(this.request, 100));
        break;
      case 'send-response':
        if (response !== null) this.#send(response);
        break;
      case 'send-last-response':
        this.#sendAgain();
        break;
      case 'start-timer-g':
        this.#startTimerG();
        break;
      case 'start-timer-h':
        this.#expiresAtMs = this.#owner.clock.nowMs() + timers.timerHMs;
        this.#owner.clock.schedule(this, timers.timerHMs);
        break;
      case 'start-timer-i':
        this.#lastResponse = null;
        this.#wait(this.flow.isReliable ? 0 : timers.timerIMs, 'timer-i');
        break;
      case 'start-timer-j':
        this.#wait(this.flow.isReliable ? 0 : timers.timerJMs, 'timer-j');
        break;
      case 'start-timer-l':
        this.#wait(timers.timerLMs, 'timer-l');
        break;
      case 'inform-ack-timeout':
        this.listener?.onAckTimeout();
        break;
      case 'inform-transport-error':
        this.listener?.onTransportError(detail);
    }
  }

  #wait(delayMs: number, input: Input): void {
    if (delayMs > 0) this.#owner.clock.schedule(this, delayMs);
    else this.#input(input);
  }

  /** G doubles up to T2, and yields to H where that comes first. RFC 3261 §17.2.1. */
  #startTimerG(): void {
    const { timers, clock } = this.#owner;
    if (this.flow.isReliable) return;
    const isFirst = this.#retransmitMs === 0;
    this.#retransmitMs = isFirst ? timers.timerGMs : Math.min(2 * this.#retransmitMs, timers.t2Ms);
    const untilHMs = isFirst ? timers.timerHMs : this.#expiresAtMs - clock.nowMs();
    clock.schedule(this, Math.min(this.#retransmitMs, untilHMs));
  }

  #send(response: SipResponse): void {
    const bytes = serializeMessage(response);
    if (response.statusCode < 200) this.#lastResponse = bytes;
    else {
      this.#request = null;
      const isKept = !this.flow.isReliable && this.#state === 'completed';
      this.#lastResponse = isKept ? bytes.toString('latin1') : null;
    }
    this.#owner.transport.sendResponse(bytes, this.#responseFlow, this.#sentByPort, this);
  }

  #sendAgain(): void {
    const bytes = this.lastResponse;
    if (bytes === null) return;
    this.#owner.onRetransmissionSent();
    this.#owner.transport.sendResponse(bytes, this.#responseFlow, this.#sentByPort, this);
  }

  #terminate(): void {
    this.#owner.clock.cancel(this);
    this.#request = null;
    this.#lastResponse = null;
    this.#owner.onServerTerminated(this);
    const { listener } = this;
    this.listener = null;
    listener?.onTerminated();
  }
}
