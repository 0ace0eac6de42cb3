import type { MediaDigit, MediaEngine, MediaLeg } from '../../media/engine/media-leg.ts';
import { MediaPortsExhausted } from '../../media/engine/media-leg.ts';
import type { LegReport } from '../../media/quality/leg-report.ts';
import { CallFailure } from '../../signaling/call-failure.ts';
import type { LocalMedia, MediaAddress, NegotiatedAudio } from '../../signaling/session-description.ts';
import { KEPT_MINUTES } from '../call/call.ts';
import { type CallSide, type HeardSide, OTHER_SIDE } from './connector-observer.ts';

/** What the media of a trunk call tells. */
export interface TrunkMediaListener {
  onReport(side: CallSide, report: LegReport): void;
  onDigit(side: CallSide, digit: MediaDigit): void;
  onLost(detail: string): void;
}

export interface TrunkMediaOptions {
  readonly callId: string;
  readonly bindAddress: string;
  readonly openedAtMs: number;
}

const SIDES: readonly CallSide[] = ['customer', 'remote'];

/** The media of both sides: two legs that have nobody but each other. */
export class TrunkMedia {
  readonly #engine: MediaEngine;
  readonly #listener: TrunkMediaListener;
  readonly #legs = new Map<CallSide, MediaLeg>();
  readonly #audio = new Map<CallSide, NegotiatedAudio>();
  readonly #localRtp = new Map<CallSide, MediaAddress>();
  readonly #minutes: Record<CallSide, LegReport[]> = { customer: [], remote: [] };
  /** Null until both sides have media. */
  #isRelayed: boolean | null = null;
  #isFax = false;
  #isClosed = false;

  constructor(engine: MediaEngine, listener: TrunkMediaListener) {
    this.#engine = engine;
    this.#listener = listener;
  }

  /** @throws CallFailure `no-media-port`; what is open by then is given back by `close`. */
  async open(options: TrunkMediaOptions): Promise<void> {
    for (const side of SIDES) await this.#openSide(side, options);
  }

  /** Where that side is to send its media. */
  localMedia(side: CallSide, address: string): LocalMedia {
    const { rtpPort = 0, rtcpPort = 0 } = this.#legs.get(side) ?? {};
    const rtp = { address, port: rtpPort };
    this.#localRtp.set(side, rtp);
    return { rtp, rtcp: { address, port: rtcpPort } };
  }

  /** What both sides measured until now. */
  get heard(): Record<CallSide, HeardSide> {
    return { customer: this.#heardBy('customer'), remote: this.#heardBy('remote') };
  }

  /** What was agreed with that side, early or for good. */
  update(side: CallSide, audio: NegotiatedAudio): void {
    const leg = this.#legs.get(side);
    if (leg === undefined || this.#isClosed) return;
    if (this.#isFax) this.#endFax();
    this.#audio.set(side, audio);
    const wasRelayed = this.#isRelayed;
    // Before the update, which lets in packets that came early.
    this.#connect();
    leg.update(audio);
    if (this.#isRelayed === wasRelayed) return;
    for (const each of this.#legs.values()) {
      if (this.#isRelayed === true) each.leave();
      else each.join();
    }
  }

  /** Whether a key pressed in RFC 4733 events reaches the other side as such. */
  get areEventsRelayed(): boolean {
    return (
      this.#isRelayed === true && [...this.#audio.values()].every((audio) => audio.telephoneEvent !== null)
    );
  }

  /** Whether sound of both sides goes in clear. */
  get isInClear(): boolean {
    return [...this.#audio.values()].every(({ security }) => (security?.encryption ?? null) === null);
  }

  get isFax(): boolean {
    return this.#isFax;
  }

  /** Fax in place of sound: what comes from one side goes to the other as it is, until sound is agreed on again. */
  carryFax(remotes: Readonly<Record<CallSide, MediaAddress>>): void {
    this.#isFax = true;
    this.#isRelayed = null;
    for (const [side, leg] of this.#legs) {
      const audio = this.#audio.get(side);
      if (audio) leg.update({ ...audio, direction: 'inactive', remoteRtp: null, remoteRtcp: null });
      leg.relayTo(this.#otherLegOf(side)?.legId ?? null);
      leg.carryDatagrams(remotes[side]);
    }
  }

  #endFax(): void {
    this.#isFax = false;
    for (const leg of this.#legs.values()) leg.carryDatagrams(null);
  }

  #otherLegOf(side: CallSide): MediaLeg | undefined {
    return this.#legs.get(OTHER_SIDE[side]);
  }

  /** Presses a key in RFC 4733 events; false where that side did not agree on them. */
  press(side: CallSide, digit: string, durationMs: number): boolean {
    if (!this.#audio.get(side)?.telephoneEvent) return false;
    this.#legs.get(side)?.press(digit, durationMs);
    return true;
  }

  /** Packets cross as they are where both sides have the codec in common; else the legs hear each other decoded. */
  #connect(): void {
    const [one, other] = SIDES.map((side) => this.#audio.get(side));
    if (one === undefined || other === undefined) return;
    const isRelayed = hasCommonCodec(one, other);
    if (isRelayed === this.#isRelayed) return;
    this.#isRelayed = isRelayed;
    const [first, second] = SIDES.map((side) => this.#legs.get(side));
    first?.relayTo(isRelayed ? (second?.legId ?? null) : null);
    second?.relayTo(isRelayed ? (first?.legId ?? null) : null);
  }

  /** Gives the ports back; the last reports are told before it resolves. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const legs = [...this.#legs];
    this.#legs.clear();
    await Promise.all(
      legs.map(async ([side, leg]) => {
        const report = await leg.close();
        if (report !== null) this.#onReport(side, report);
      }),
    );
  }

  #onReport(side: CallSide, report: LegReport): void {
    const minutes = this.#minutes[side];
    if (minutes.length >= KEPT_MINUTES) minutes.shift();
    minutes.push(report);
    this.#listener.onReport(side, report);
  }

  #heardBy(side: CallSide): HeardSide {
    const [audio = null, localRtp = null] = [this.#audio.get(side), this.#localRtp.get(side)];
    return { audio, localRtp, minutes: this.#minutes[side] };
  }

  async #openSide(side: CallSide, { callId, bindAddress, openedAtMs }: TrunkMediaOptions): Promise<void> {
    const legId = `${callId}-${side}`;
    try {
      const leg = await this.#engine.openLeg(
        { legId, mixId: callId, bindAddress, canonicalName: `${legId}@carillon`, openedAtMs },
        {
          onReport: (report) => this.#onReport(side, report),
          onDigit: (digit) => this.#listener.onDigit(side, digit),
          onSilence: () => undefined,
          onRefusedSource: () => undefined,
          onPlayed: () => undefined,
          onLost: (detail) => {
            this.#legs.delete(side);
            this.#listener.onLost(detail);
          },
        },
      );
      // The caller may have hung up while the ports were being opened.
      if (this.#isClosed) await leg.close();
      else this.#legs.set(side, leg);
    } catch (error) {
      if (error instanceof MediaPortsExhausted) throw new CallFailure('no-media-port', error.message, 5);
      throw error;
    }
  }
}

function hasCommonCodec({ format: one }: NegotiatedAudio, { format: other }: NegotiatedAudio): boolean {
  return (
    one.encodingName === other.encodingName &&
    one.clockRateHz === other.clockRateHz &&
    one.channels === other.channels
  );
}
