import type { CallFailure } from '../../signaling/call-failure.ts';
import type { CallEnd, PeerRequest, SignaledDigit, TransferProgress } from '../../signaling/call-leg.ts';
import type { NegotiatedAudio } from '../../signaling/session-description.ts';
import type { ConnectorDesk } from './connector-desk.ts';
import type { CallSide } from './connector-observer.ts';
import { RouteHunt } from './route-hunt.ts';
import type { TransferPlan } from './transfer-plan.ts';
import type { TrunkCall } from './trunk-call.ts';
import type { TrunkMedia } from './trunk-media.ts';

/** The call that a transfer happens in. */
export interface TransferHost {
  /** The target has answered, and takes the place of that side. */
  onTransferred(transfer: Transfer, hunt: RouteHunt): void;
  /** It has not, and whoever asked is still there or not. */
  onTransferFailed(transfer: Transfer): void;
  agreed(side: CallSide, audio: NegotiatedAudio): void;
  carryDigit(side: CallSide, digit: SignaledDigit): void;
  request(side: CallSide, request: PeerRequest): void;
  /** After its answer. */
  gone(side: CallSide, end: CallEnd): void;
}

const RINGING = 180;
const OK = 200;

/**
 * Somebody is asked to take the place of one side. Until there is an answer both sides go on talking; whoever asked may
 * hang up meanwhile, which is no end of the call.
 */
export class Transfer {
  readonly side: CallSide;
  /** Whoever asked has hung up. */
  isAbandoned = false;
  readonly #progress: TransferProgress;
  readonly #host: TransferHost;
  readonly #hunt: RouteHunt;
  readonly #stopTimer: () => void;
  #isAnswered = false;
  #isOver = false;

  constructor(
    call: TrunkCall,
    plan: TransferPlan,
    progress: TransferProgress,
    desk: ConnectorDesk,
    media: TrunkMedia,
    host: TransferHost,
  ) {
    const { side } = plan.placement;
    this.side = side;
    this.#progress = progress;
    this.#host = host;
    this.#stopTimer = desk.after(desk.settings.answerTimeoutSeconds * 1000, () => this.#fail(480));
    this.#hunt = new RouteHunt(call, plan.placement, plan.attempts, desk, media, {
      onRinging: () => progress.tell(RINGING),
      // Until the answer that side's media is still with whoever asked.
      onMedia: (audio, isEarly) => {
        if (!isEarly) host.agreed(side, audio);
      },
      onAnswered: () => this.#answer(),
      onDigit: (digit) => host.carryDigit(side, digit),
      onRequest: (request) => host.request(side, request),
      onRefused: (failure: CallFailure) => this.#fail(failure.row.sipStatus),
      onRouteFailed: () => this.#hunt.next(),
      onExhausted: (failure) => this.#fail(failure.row.sipStatus),
      onEnded: (end) => {
        if (this.#isAnswered) host.gone(side, end);
        else this.#fail(480);
      },
    });
  }

  start(): void {
    this.#hunt.next();
  }

  /** Nobody needs the target any more. */
  leave(): void {
    this.#stopTimer();
    this.#isOver = true;
    this.#hunt.leave('normal-clearing');
  }

  #answer(): void {
    this.#stopTimer();
    this.#isAnswered = true;
    this.#progress.tell(OK);
    this.#host.onTransferred(this, this.#hunt);
  }

  #fail(sipStatus: number): void {
    if (this.#isOver) return;
    this.leave();
    this.#progress.tell(sipStatus);
    this.#host.onTransferFailed(this);
  }
}
