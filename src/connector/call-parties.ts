import type { MediaDigit } from '../../media/engine/media-leg.ts';
import { attempt, CallFailure, type FailureReason } from '../../signaling/call-failure.ts';
import type { CallEnd, PeerRequest, SignaledDigit, TransferRequest } from '../../signaling/call-leg.ts';
import type { NegotiatedAudio } from '../../signaling/session-description.ts';
import type { IncomingCall } from '../../signaling/sip/incoming-call.ts';
import { answerOf } from './configured-answer.ts';
import type { ConnectorDesk } from './connector-desk.ts';
import type { CallSide } from './connector-observer.ts';
import type { RouteHunt } from './route-hunt.ts';
import { TalkBridge } from './talk-bridge.ts';
import { Transfer, type TransferHost } from './transfer.ts';
import { planTransfer } from './transfer-plan.ts';
import type { TrunkCall } from './trunk-call.ts';
import type { TrunkMedia } from './trunk-media.ts';

/** RFC 3515 §2.4.2 allows it for any REFER. */
const DECLINE = 603;

/** The two sides of a trunk call: who stands there, what crosses between them, and who takes whose place. */
export class CallParties implements TransferHost {
  readonly #call: TrunkCall;
  readonly #leg: IncomingCall;
  readonly #desk: ConnectorDesk;
  readonly #media: TrunkMedia;
  readonly #onGone: (side: CallSide, end: CallEnd) => void;
  readonly #talk: TalkBridge;
  /** Who was found for a side; none on that of the caller until its place is taken. */
  readonly #hunts: Partial<Record<CallSide, RouteHunt>> = {};
  #transfer: Transfer | null = null;

  /** @param onGone a side is gone, and nobody takes its place */
  constructor(
    leg: IncomingCall,
    call: TrunkCall,
    desk: ConnectorDesk,
    media: TrunkMedia,
    onGone: (side: CallSide, end: CallEnd) => void,
  ) {
    this.#leg = leg;
    this.#call = call;
    this.#desk = desk;
    this.#media = media;
    this.#onGone = onGone;
    this.#talk = new TalkBridge(media, (side) => this.mediaAddressOf(side));
  }

  /** Where that side is to send its media. */
  mediaAddressOf(side: CallSide): string {
    const flow = this.#hunts[side]?.callee?.flow ?? this.#leg;
    return this.#desk.mediaAddressFor(flow.localAddress);
  }

  /** The callee is looked for. */
  seek(hunt: RouteHunt): void {
    this.#hunts[this.#call.calleeSide] = hunt;
    hunt.next();
  }

  seekFurther(): void {
    this.#hunts[this.#call.calleeSide]?.next();
  }

  /** Both have answered. */
  calleeAnswered(): void {
    const hunt = this.#hunts[this.#call.calleeSide];
    if (hunt !== undefined) this.#connect(this.#call.calleeSide, hunt);
  }

  callerAnswered(): void {
    this.#talk.connect(this.#call.callerSide, this.#leg);
  }

  agreed(side: CallSide, audio: NegotiatedAudio): void {
    this.#talk.agreed(side, audio);
  }

  carryDigit(side: CallSide, digit: SignaledDigit | MediaDigit): void {
    if (side === this.#call.callerSide) {
      this.#call.transcript.receive(digit, this.#desk.now())?.did('passed on');
    }
    this.#talk.carryDigit(side, digit);
  }

  request(side: CallSide, request: PeerRequest): void {
    if (request.kind === 'fax') this.#talk.carryFax(side, request);
    else this.#startTransfer(side, request);
  }

  /** The leg of the caller has ended; whoever asked for a transfer may go before there is an answer. */
  callerLegEnded(end: CallEnd): void {
    if (this.#hunts[this.#call.callerSide] === undefined) this.gone(this.#call.callerSide, end);
  }

  gone(side: CallSide, end: CallEnd): void {
    if (this.#transfer?.side === side) this.#transfer.isAbandoned = true;
    else this.#onGone(side, end);
  }

  /** BYE, CANCEL or refusal; without effect where that side is gone already. */
  end(side: CallSide, reason: 'normal-clearing' | FailureReason, detail = ''): void {
    const hunt = this.#hunts[side];
    if (hunt !== undefined) hunt.leave(reason);
    else if (side === this.#call.callerSide) this.#leg.end(reason, detail);
  }

  dropTransfer(): void {
    this.#transfer?.leave();
    this.#transfer = null;
  }

  onTransferred({ side }: Transfer, hunt: RouteHunt): void {
    this.#transfer = null;
    const before = this.#hunts[side];
    this.#hunts[side] = hunt;
    if (before === undefined) this.#leg.end('normal-clearing');
    else before.leave('normal-clearing');
    this.#connect(side, hunt);
  }

  onTransferFailed({ side, isAbandoned }: Transfer): void {
    this.#transfer = null;
    const detail = 'Nobody took the place of the side that transferred the call.';
    if (isAbandoned) this.#onGone(side, { by: 'remote', reason: 'normal-clearing', detail });
  }

  /** Whoever has answered there is that side from now on. */
  #connect(side: CallSide, { callee }: RouteHunt): void {
    const { call, flow } = callee ?? {};
    if (!call || !flow) return;
    const { remoteAddress, remotePort, transport } = flow;
    const { remoteCallId: sipCallId, called, dialogTags } = call;
    const { uri } = called;
    this.#call.legs[side] = { sipCallId, remoteAddress, remotePort, transport, uri, dialogTags };
    this.#talk.connect(side, call);
  }

  #startTransfer(side: CallSide, request: TransferRequest): void {
    const { settings } = this.#desk;
    const isFollowed = settings.transfers === 'connect' && !request.isAttended;
    if (!this.#talk.isUp || this.#transfer !== null || !isFollowed) {
      request.refuse(DECLINE);
      return;
    }
    const plan = attempt(() => planTransfer(this.#call, side, request.target, this.#desk));
    if (plan instanceof CallFailure) {
      request.refuse(answerOf(plan, settings).row.sipStatus);
      return;
    }
    this.#transfer = new Transfer(this.#call, plan, request.accept(), this.#desk, this.#media, this);
    this.#transfer.start();
  }
}
