import type { FailureReason } from '../../signaling/call-failure.ts';
import type { CallEnd, PeerRequest, SignaledDigit } from '../../signaling/call-leg.ts';
import type { NegotiatedAudio } from '../../signaling/session-description.ts';
import type { SipFlow } from '../../signaling/sip/flow.ts';
import type { OutgoingCall } from '../../signaling/sip/outgoing-call.ts';
import type {
  CallRefused,
  OutgoingCallListener,
  OutgoingCallOptions,
} from '../../signaling/sip/outgoing-call-options.ts';
import { parseUri } from '../../signaling/sip/uri.ts';
import type { Attempt } from './call-plan.ts';
import type { Dialer } from './connector-desk.ts';

/** What comes of asking one route. */
export interface CalleeListener {
  onRinging(): void;
  /** `isEarly`: before the answer. */
  onMedia(audio: NegotiatedAudio, isEarly: boolean): void;
  onAnswered(): void;
  onDigit(digit: SignaledDigit): void;
  onRequest(request: PeerRequest): void;
  /** A final response of 300 and above. */
  onRefused(refused: CallRefused): void;
  /** No answer at all within the time of a route, or nobody to reach. */
  onFailed(reason: FailureReason): void;
  /** The end of an answered call, or of one whose answer could not be used. */
  onEnded(end: CallEnd): void;
}

export interface CalleeSearchOptions {
  readonly target: string;
  readonly routeTimeoutMs: number;
  /** The way there, where it need not be looked for. */
  readonly flow: SipFlow | null;
  /** What the call is placed with, once the way is known. */
  optionsOn(flow: SipFlow): OutgoingCallOptions;
  /** The INVITE is out. */
  onPlaced(sipCallId: string): void;
  after(delayMs: number, action: () => void): () => void;
}

/** One route being asked: told of until it is left, and never after. */
export class CalleeSearch implements OutgoingCallListener {
  readonly attempt: Attempt;
  readonly #dialer: Dialer;
  readonly #options: CalleeSearchOptions;
  readonly #listener: CalleeListener;
  #call: OutgoingCall | null = null;
  #flow: SipFlow | null = null;
  #stopTimer: () => void;
  #isLeft = false;
  #isAnswered = false;
  #isSettled = false;

  constructor(attempt: Attempt, dialer: Dialer, options: CalleeSearchOptions, listener: CalleeListener) {
    this.attempt = attempt;
    this.#dialer = dialer;
    this.#options = options;
    this.#listener = listener;
    this.#stopTimer = options.after(options.routeTimeoutMs, () => this.#fail('no-response'));
  }

  get call(): OutgoingCall | null {
    return this.#call;
  }

  get flow(): SipFlow | null {
    return this.#flow;
  }

  /** Never rejects. */
  async start(): Promise<void> {
    const uri = parseUri(this.#options.target);
    if (uri === null) {
      this.#fail('transport-failure');
      return;
    }
    try {
      const flow = this.#options.flow ?? (await this.#dialer.flowTo(uri));
      if (this.#isLeft) return;
      this.#flow = flow;
      this.#call = this.#dialer.call(this.#options.target, { ...this.#options.optionsOn(flow), flow });
      this.#options.onPlaced(this.#call.remoteCallId);
      this.#call.listen(this);
    } catch {
      this.#fail('transport-failure');
    }
  }

  /** CANCEL, BYE, or nothing where nobody was asked yet; nothing is told any more. */
  leave(reason: 'normal-clearing' | FailureReason): void {
    this.#isLeft = true;
    this.#stopTimer();
    this.#call?.end(reason);
  }

  onTrying(): void {
    this.#stopTimer();
  }

  /** A 183 says that there is sound, not that somebody's telephone rings. */
  onProgress(statusCode: number): void {
    this.#stopTimer();
    if (statusCode !== 183) this.#tell((listener) => listener.onRinging());
  }

  onAnswered(): void {
    this.#stopTimer();
    this.#isAnswered = true;
  }

  onMedia(audio: NegotiatedAudio): void {
    this.#tell((listener) => listener.onMedia(audio, !this.#isAnswered));
  }

  /** Our ACK is out, and the answer could be used. */
  onConfirmed(): void {
    this.#tell((listener) => listener.onAnswered());
  }

  onDigit(digit: SignaledDigit): void {
    this.#tell((listener) => listener.onDigit(digit));
  }

  onRequest(request: PeerRequest): void {
    this.#tell((listener) => listener.onRequest(request));
  }

  onRefused(refused: CallRefused): void {
    this.#stopTimer();
    this.#isSettled = true;
    this.#tell((listener) => listener.onRefused(refused));
  }

  onEnded(end: CallEnd): void {
    this.#stopTimer();
    if (this.#isSettled) return;
    if (end.reason === 'transport-failure' || end.reason === 'no-response') this.#fail(end.reason);
    this.#tell((listener) => listener.onEnded(end));
  }

  #fail(reason: FailureReason): void {
    this.#tell((listener) => listener.onFailed(reason));
  }

  #tell(event: (listener: CalleeListener) => void): void {
    if (!this.#isLeft) event(this.#listener);
  }
}
