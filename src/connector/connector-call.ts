import { CallFailure, type FailureReason } from '../../signaling/call-failure.ts';
import type { CallEnd, CallLegListener, PeerRequest, SignaledDigit } from '../../signaling/call-leg.ts';
import type { NegotiatedAudio } from '../../signaling/session-description.ts';
import type { IncomingCall } from '../../signaling/sip/incoming-call.ts';
import { admit } from './admission.ts';
import {
  type BridgeAction,
  type BridgeInput,
  type BridgeState,
  bridgeTransition,
} from './bridge-transition.ts';
import { CallParties } from './call-parties.ts';
import type { Attempt } from './call-plan.ts';
import { answerOf } from './configured-answer.ts';
import type { ConnectorDesk } from './connector-desk.ts';
import type { ConnectorTarget } from './connector-directory.ts';
import type { CallSide } from './connector-observer.ts';
import { placementOf } from './placement.ts';
import { RouteHunt } from './route-hunt.ts';
import type { TrunkCall } from './trunk-call.ts';
import { TrunkMedia } from './trunk-media.ts';

/** What the call is told by those who keep all calls. */
export interface ConnectorCallPlace {
  /** Trunk calls under way before this one. */
  readonly activeCalls: number;
  /** Told once, when nothing of the call is held any more. */
  onReleased(): void;
}

/**
 * The story of one trunk call: whether it may be, where it is tried, ring, answer, and the end of one side at the
 * other. A back-to-back user agent: nothing of one side's dialog is in the other's.
 */
export class ConnectorCall implements CallLegListener {
  readonly call: TrunkCall;
  readonly #leg: IncomingCall;
  readonly #target: ConnectorTarget;
  readonly #desk: ConnectorDesk;
  readonly #place: ConnectorCallPlace;
  readonly #media: TrunkMedia;
  #state: BridgeState = 'routing';
  /** What the caller is told when nothing comes of it. */
  #failure: CallFailure | null = null;
  #end: CallEnd | null = null;
  #stopAnswerTimer: () => void = () => undefined;
  #closing: Promise<void> | null = null;
  readonly #parties: CallParties;

  constructor(
    leg: IncomingCall,
    call: TrunkCall,
    target: ConnectorTarget,
    desk: ConnectorDesk,
    place: ConnectorCallPlace,
  ) {
    this.#leg = leg;
    this.call = call;
    this.#target = target;
    this.#desk = desk;
    this.#place = place;
    this.#media = new TrunkMedia(desk.media, {
      onReport: (side, report) => {
        if (side === 'customer') call.measured(report);
        if (call.answeredAtMs !== null) desk.observer.sideReport(call, side, report);
      },
      onDigit: (side, digit) => this.#parties.carryDigit(side, digit),
      onLost: (detail) => void this.hangUp('media-worker-lost', detail),
    });
    this.#parties = new CallParties(leg, call, desk, this.#media, (side, end) => this.#onGone(side, end));
  }

  /** Resolves when somebody is being asked, or the call was refused; never rejects. */
  async take(): Promise<void> {
    const { calls, observer } = this.#desk;
    calls.add(this.call);
    observer.callAttempted(this.call, this.#desk.now());
    this.#leg.listen(this);
    try {
      this.#desk.loops.check(this.#leg, this.call);
      const audio = this.#leg.negotiate();
      this.call.audio = audio;
      const attempts = admit(this.#leg, audio, this.call, this.#target, this.#desk, this.#place.activeCalls);
      const openedAtMs = this.#desk.now();
      await this.#media.open({
        callId: this.call.id,
        bindAddress: this.#desk.mediaBindAddress,
        openedAtMs,
      });
      if (this.#state === 'over') return;
      const timeoutMs = this.#desk.settings.answerTimeoutSeconds * 1000;
      this.#stopAnswerTimer = this.#desk.after(timeoutMs, () => this.#onAnswerTimeout());
      this.#parties.seek(this.#createHunt(attempts));
    } catch (error) {
      if (!(error instanceof CallFailure)) observer.internalError(this.call, error);
      this.#fail('callee-refused', answerOf(error, this.#desk.settings));
    }
  }

  /** Ends both sides; resolves when everything is given back. */
  async hangUp(reason: FailureReason, detail = ''): Promise<void> {
    const { callerSide } = this.call;
    this.#parties.dropTransfer();
    this.#parties.end(callerSide, reason, detail);
    this.#onGone(callerSide, { by: 'local', reason, detail });
    await this.#closing;
  }

  onMedia(audio: NegotiatedAudio): void {
    this.call.audio = audio;
    this.#parties.agreed(this.call.callerSide, audio);
  }

  onConfirmed(): void {
    this.call.isConfirmed = true;
  }

  onDigit(digit: SignaledDigit): void {
    this.#parties.carryDigit(this.call.callerSide, digit);
  }

  onRequest(request: PeerRequest): void {
    this.#parties.request(this.call.callerSide, request);
  }

  onEnded(end: CallEnd): void {
    this.#parties.callerLegEnded(end);
  }

  #onGone(side: CallSide, end: CallEnd): void {
    this.#end ??= end;
    this.#input(side === this.call.callerSide ? 'caller-gone' : 'callee-gone');
  }

  #createHunt(attempts: readonly Attempt[]): RouteHunt {
    return new RouteHunt(this.call, placementOf(this.call), attempts, this.#desk, this.#media, {
      onRinging: () => this.#input('callee-ringing'),
      onMedia: (audio, isEarly) => this.#onCalleeMedia(audio, isEarly),
      onAnswered: () => this.#input('callee-answered'),
      onDigit: (digit) => this.#parties.carryDigit(this.call.calleeSide, digit),
      onRequest: (request) => this.#parties.request(this.call.calleeSide, request),
      onRefused: (failure) => this.#fail('callee-refused', failure),
      onRouteFailed: () => this.#input('route-failed'),
      onExhausted: (failure) => this.#fail('routes-exhausted', failure),
      onEnded: (end) => this.#onCalleeEnded(end),
    });
  }

  #onCalleeMedia(audio: NegotiatedAudio, isEarly: boolean): void {
    this.#parties.agreed(this.call.calleeSide, audio);
    if (isEarly) this.#input('callee-early-media');
  }

  #onCalleeEnded(end: CallEnd): void {
    if (this.#state === 'up') {
      this.#parties.gone(this.call.calleeSide, end);
      return;
    }
    const reason = end.reason === 'normal-clearing' ? 'remote-rejected' : end.reason;
    this.#fail('callee-refused', new CallFailure(reason, 'The answer of the other side could not be used.'));
  }

  #onAnswerTimeout(): void {
    this.#fail('answer-timeout', new CallFailure('no-answer', 'Nobody answered in time.'));
  }

  #fail(input: BridgeInput, failure: CallFailure): void {
    this.#failure = failure;
    this.#input(input);
  }

  #input(input: BridgeInput): void {
    const next = bridgeTransition(this.#state, input);
    if (next === null) return;
    this.#state = next.state;
    for (const action of next.actions) this.#act(action);
    if (next.state === 'over') this.#closing ??= this.#release();
  }

  #act(action: BridgeAction): void {
    switch (action) {
      case 'ring-caller':
        this.#ring();
        break;
      case 'open-early-media':
        this.#leg.progress(this.#callerMedia());
        break;
      case 'answer-caller':
        this.#answer();
        break;
      case 'try-next-route':
        this.#parties.seekFurther();
        break;
      case 'refuse-caller':
        this.#refuse();
        break;
      case 'end-caller':
        this.#parties.end(this.call.callerSide, this.#end?.reason ?? 'normal-clearing');
        break;
      case 'cancel-callee':
        this.#parties.end(this.call.calleeSide, this.#end?.reason ?? 'no-answer');
        break;
      case 'end-callee':
        this.#parties.end(this.call.calleeSide, this.#end?.reason ?? 'normal-clearing');
        break;
    }
  }

  #callerMedia() {
    const { callerSide } = this.call;
    return this.#media.localMedia(callerSide, this.#parties.mediaAddressOf(callerSide));
  }

  #ring(): void {
    this.#leg.ring();
    if (this.call.ringingAtMs !== null) return;
    this.call.state = 'ringing';
    this.call.ringingAtMs = this.#desk.now();
    this.#desk.observer.callRinging(this.call, this.call.ringingAtMs);
  }

  #answer(): void {
    this.#stopAnswerTimer();
    const local = this.#callerMedia();
    this.call.state = 'answered';
    this.call.answeredAtMs = this.#desk.now();
    this.call.localRtp = local.rtp;
    this.#parties.calleeAnswered();
    this.#desk.observer.callAnswered(this.call, this.call.answeredAtMs);
    this.#leg.accept(local);
    this.#parties.callerAnswered();
  }

  #refuse(): void {
    const failure = this.#failure ?? new CallFailure('routes-failed', 'No route could be reached.');
    this.call.refuse(failure, this.#desk.now());
    this.#leg.reject(failure);
  }

  async #release(): Promise<void> {
    this.#stopAnswerTimer();
    this.#parties.dropTransfer();
    const { observer, calls } = this.#desk;
    const { call } = this;
    call.conclude(this.#end, this.#desk.now());
    calls.retire(call);
    this.#desk.loops.forget(call);
    await this.#media.close();
    call.heard = this.#media.heard;
    if (call.answeredAtMs === null) observer.callRefused(call, this.#desk.now());
    else observer.callEnded(call, this.#desk.now());
    this.#place.onReleased();
  }
}
