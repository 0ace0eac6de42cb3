import type { MediaDigit } from '../../media/engine/media-leg.ts';
import type { FaxRequest, SignaledDigit } from '../../signaling/call-leg.ts';
import type { FaxDescription, NegotiatedAudio } from '../../signaling/session-description.ts';
import type { InfoDigit } from '../../signaling/sip/info-digit.ts';
import { type CallSide, OTHER_SIDE } from './connector-observer.ts';
import type { TrunkMedia } from './trunk-media.ts';

/** One side of a call that is answered, as signaling gives it. */
export interface TalkLeg {
  hold(isHeld: boolean): void;
  sendDigit(digit: InfoDigit, onAnswered: (statusCode: number) => void): void;
  offerFax(local: FaxDescription, onAnswered: (answer: FaxDescription | number) => void): void;
}

/** Of a key whose length was not told. */
const DEFAULT_PRESS_MS = 160;
const NOT_ACCEPTABLE_HERE = 488;

/** Carries across what happens while both sides talk: hold, keys, fax. */
export class TalkBridge {
  readonly #media: TrunkMedia;
  readonly #addressOf: (side: CallSide) => string;
  readonly #legs = new Map<CallSide, TalkLeg>();
  readonly #isHolding: Record<CallSide, boolean> = { customer: false, remote: false };

  /** @param addressOf where that side is to send its media */
  constructor(media: TrunkMedia, addressOf: (side: CallSide) => string) {
    this.#media = media;
    this.#addressOf = addressOf;
  }

  /** That side has answered; both must, or nothing crosses. */
  connect(side: CallSide, leg: TalkLeg): void {
    this.#legs.set(side, leg);
  }

  /** Whether both sides have answered. */
  get isUp(): boolean {
    return this.#legs.size === 2;
  }

  /** Where media of that side was agreed on, anew or for the first time. */
  agreed(side: CallSide, audio: NegotiatedAudio): void {
    const wasFax = this.#media.isFax;
    this.#media.update(side, audio);
    // The other side asks us only to listen, or for nothing: it holds.
    const isHolding = audio.direction === 'recvonly' || audio.direction === 'inactive';
    const isChanged = isHolding !== this.#isHolding[side];
    this.#isHolding[side] = isHolding;
    // Sound in place of fax: the other side is asked for sound again, in the same way.
    if (this.isUp && (isChanged || wasFax)) this.#legs.get(OTHER_SIDE[side])?.hold(isHolding);
  }

  carryDigit(side: CallSide, { digit, source, durationMs }: SignaledDigit | MediaDigit): void {
    const hasCrossed = source === 'in-band' || (source === 'rfc4733' && this.#media.areEventsRelayed);
    if (hasCrossed || !this.isUp) return;
    const toSide = OTHER_SIDE[side];
    const isInfo = source === 'sip-info';
    if (!isInfo && this.#media.press(toSide, digit, durationMs ?? DEFAULT_PRESS_MS)) return;
    this.#legs.get(toSide)?.sendDigit({ digit, durationMs }, () => undefined);
  }

  /** Fax is offered to the other side; what that answers is the answer. Only in clear: UDPTL knows no SRTP. */
  carryFax(side: CallSide, { description, accept, refuse }: FaxRequest): void {
    const otherSide = OTHER_SIDE[side];
    const other = this.#legs.get(otherSide);
    if (other === undefined || !this.isUp || !this.#media.isInClear) {
      refuse(NOT_ACCEPTABLE_HERE);
      return;
    }
    other.offerFax(this.#local(otherSide, description), (answer) => {
      if (typeof answer === 'number') {
        refuse(answer);
        return;
      }
      const remotes = { [side]: description.remote, [otherSide]: answer.remote };
      this.#media.carryFax(remotes as Record<CallSide, FaxDescription['remote']>);
      accept(this.#local(side, answer));
    });
  }

  /** The same fax, to be sent to us. */
  #local(side: CallSide, { parameters }: FaxDescription): FaxDescription {
    return { remote: this.#media.localMedia(side, this.#addressOf(side)).rtp, parameters };
  }
}
