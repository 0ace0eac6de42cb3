import { CallFailure, type FailureReason } from '../../signaling/call-failure.ts';
import type { CallEnd, PeerRequest, SignaledDigit } from '../../signaling/call-leg.ts';
import type { NegotiatedAudio } from '../../signaling/session-description.ts';
import type { CallRefused } from '../../signaling/sip/outgoing-call-options.ts';
import { reasonPhraseOf } from '../../signaling/sip/reason-phrase.ts';
import type { Attempt } from './call-plan.ts';
import { CalleeSearch } from './callee-search.ts';
import { answerOf } from './configured-answer.ts';
import type { ConnectorDesk } from './connector-desk.ts';
import { outgoingOptions } from './outgoing-options.ts';
import type { Placement } from './placement.ts';
import { describeRoute } from './route-order.ts';
import type { TrunkCall } from './trunk-call.ts';
import type { TrunkMedia } from './trunk-media.ts';

/** What comes of trying the routes of a call. */
export interface RouteHuntListener {
  onRinging(): void;
  onMedia(audio: NegotiatedAudio, isEarly: boolean): void;
  onAnswered(): void;
  onDigit(digit: SignaledDigit): void;
  onRequest(request: PeerRequest): void;
  /** The callee's own word, which no other route can better. */
  onRefused(failure: CallFailure): void;
  /** `next` may be called. */
  onRouteFailed(): void;
  onExhausted(failure: CallFailure): void;
  onEnded(end: CallEnd): void;
}

/** Tries the routes of a call one after the other, until one takes it. */
export class RouteHunt {
  readonly #call: TrunkCall;
  readonly #placement: Placement;
  readonly #attempts: Attempt[];
  readonly #desk: ConnectorDesk;
  readonly #media: TrunkMedia;
  readonly #listener: RouteHuntListener;
  #callee: CalleeSearch | null = null;
  /** What the caller is told where no route is left. */
  #failure: CallFailure | null = null;

  constructor(
    call: TrunkCall,
    placement: Placement,
    attempts: readonly Attempt[],
    desk: ConnectorDesk,
    media: TrunkMedia,
    listener: RouteHuntListener,
  ) {
    this.#call = call;
    this.#placement = placement;
    this.#attempts = [...attempts];
    this.#desk = desk;
    this.#media = media;
    this.#listener = listener;
  }

  /** The one being asked, or that has answered. */
  get callee(): CalleeSearch | null {
    return this.#callee;
  }

  next(): void {
    const attempt = this.#attempts.shift();
    if (attempt === undefined) {
      const failure = this.#failure ?? new CallFailure('routes-failed', 'No route could be reached.', 10);
      this.#listener.onExhausted(answerOf(failure, this.#desk.settings));
      return;
    }
    if (this.#call.answeredAtMs === null) this.#call.voiceConnectorId = attempt.connector.id;
    const options = outgoingOptions(this.#call, this.#placement, attempt, this.#desk, this.#media);
    this.#callee = new CalleeSearch(attempt, this.#desk.dialer, options, {
      onRinging: () => this.#listener.onRinging(),
      onMedia: (audio, isEarly) => this.#listener.onMedia(audio, isEarly),
      onAnswered: () => this.#listener.onAnswered(),
      onDigit: (digit) => this.#listener.onDigit(digit),
      onRequest: (request) => this.#listener.onRequest(request),
      onRefused: (refused) => this.#onRefused(attempt, refused),
      onFailed: (reason) => {
        this.#failure = null;
        this.#onRouteFailed(attempt, null, reason);
      },
      onEnded: (end) => this.#listener.onEnded(end),
    });
    void this.#callee.start();
  }

  leave(reason: 'normal-clearing' | FailureReason): void {
    this.#callee?.leave(reason);
  }

  /** 5xx and 408 are the route's fault, a challenge is one of ours; anything else is the callee's word. */
  #onRefused(attempt: Attempt, { statusCode }: CallRefused): void {
    const isRouteFault = statusCode === 401 || statusCode === 407 || statusCode === 408;
    const isRelayed = statusCode >= 400 && !isRouteFault;
    // The registered phrase: the other side's own might say more than is ours to tell.
    const answer = { sipStatus: statusCode, text: reasonPhraseOf(statusCode) };
    const detail = `The other side answered ${statusCode}.`;
    const failure = new CallFailure('remote-rejected', detail, null, isRelayed ? answer : null);
    if (isRouteFault || (statusCode >= 500 && statusCode < 600)) {
      this.#failure = failure;
      this.#onRouteFailed(attempt, statusCode, 'remote-rejected');
      return;
    }
    this.#tell(attempt, statusCode, 'remote-rejected', false);
    this.#listener.onRefused(failure);
  }

  #onRouteFailed(attempt: Attempt, sipStatus: number | null, reason: FailureReason): void {
    this.#tell(attempt, sipStatus, reason, this.#attempts.length > 0);
    this.#listener.onRouteFailed();
  }

  #tell(attempt: Attempt, sipStatus: number | null, reason: FailureReason, willTryNext: boolean): void {
    this.#call.failedRoutes += 1;
    const failure = {
      voiceConnectorId: attempt.connector.id,
      route: describeRoute(attempt.route),
      sipStatus,
      reason,
      willTryNext,
    };
    this.#desk.observer.routeFailed(this.#call, failure, this.#desk.now());
  }
}
