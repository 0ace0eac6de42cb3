import type { MediaDigit, MediaEngine, MediaLeg, MediaLegListener } from '../../media/engine/media-leg.ts';
import { MediaPortsExhausted } from '../../media/engine/media-leg.ts';
import type { LegReport } from '../../media/quality/leg-report.ts';
import type { SrtpFailureCounts } from '../../media/srtp/srtp-failure.ts';
import { CallFailure } from '../../signaling/call-failure.ts';
import type { CallEnd, CallLeg, CallLegListener, SignaledDigit } from '../../signaling/call-leg.ts';
import type { LocalMedia, NegotiatedAudio } from '../../signaling/session-description.ts';
import { Call } from '../call/call.ts';
import type { CallLimits } from '../call/call-limits.ts';
import type { CallRegistry } from '../call/call-registry.ts';
import { type Destination, findDestination } from './destination.ts';
import type { GuardedLookup } from './guarded-lookup.ts';
import type { Meeting } from './meeting.ts';

/** The port range of the media engine that H.323 calls take theirs from. */
export const H323_PORT_RANGE = 'h323';

/** What the story of a call needs around it. */
export interface InboundCallDesk {
  readonly lookup: GuardedLookup;
  readonly calls: CallRegistry;
  readonly limits: CallLimits;
  readonly media: MediaEngine;
  readonly observer: CallObserver;
  readonly options: InboundCallOptions;
  now(): number;
}

interface InboundCallOptions {
  /** Where media sockets are bound. */
  readonly mediaBindAddress: string;
  /** End a call that has sent no RTP for the configured time. */
  readonly endOnSilence: boolean;
  /** The address a caller reaches our media at, told to it in the answer. */
  mediaAddressFor(leg: CallLeg): string;
}

/** Packets from an address that was not negotiated. */
export interface RefusedSource {
  readonly address: string;
  readonly port: number;
  readonly packets: number;
}

/** Who is told what happens to a call; each line of the story reports here and nowhere else. */
export interface CallObserver {
  callArrived(call: Call, nowMs: number): void;
  callRinging(call: Call, nowMs: number): void;
  callAnswered(call: Call, nowMs: number): void;
  callRefused(call: Call, nowMs: number): void;
  callEnded(call: Call, nowMs: number): void;
  legReport(call: Call, report: LegReport): void;
  digitPressed(call: Call, digit: SignaledDigit | MediaDigit): void;
  mediaSilence(call: Call, isSilent: boolean, silentForMs: number, nowMs: number): void;
  sourceRefused(call: Call, source: RefusedSource, nowMs: number): void;
  /** Something went wrong that is our fault. */
  internalError(call: Call, error: unknown): void;
}

/**
 * The story of one call from its INVITE (or Setup) to its end: who is called, whether there is room, what
 * sound both sides understand, ring, answer, join. Owns everything the call holds, and gives all of it back
 * on every way out.
 */
export class InboundCall implements CallLegListener, MediaLegListener {
  readonly call: Call;
  readonly #leg: CallLeg;
  readonly #desk: InboundCallDesk;
  #meeting: Meeting | null = null;
  #media: MediaLeg | null = null;
  readonly #onReleased: () => void;
  #closing: Promise<void> | null = null;

  /** @param onReleased told once, when nothing of the call is held any more. */
  constructor(leg: CallLeg, desk: InboundCallDesk, onReleased: () => void) {
    this.#leg = leg;
    this.#desk = desk;
    this.#onReleased = onReleased;
    this.call = new Call(leg);
  }

  /** Resolves when the call was answered or refused; never rejects. */
  async take(): Promise<void> {
    const { calls, limits, observer } = this.#desk;
    calls.add(this.call);
    observer.callArrived(this.call, this.#desk.now());
    this.#leg.listen(this);
    try {
      const destination = await findDestination(this.call, this.#desk.lookup);
      if (this.call.isOver) return;
      if (destination !== null) this.#seat(destination);
      limits.admit(calls.activeCount, this.#desk.now());
      this.#leg.negotiate();
      const media = await this.#openMedia(this.#meeting?.id ?? this.call.id);
      if (this.call.isOver) return;
      this.#ring();
      this.#answer(media);
    } catch (error) {
      this.#refuse(error);
    }
  }

  /** Hangs up, as for the end of a meeting or of the service; resolves when everything is given back. */
  async hangUp(reason: Parameters<CallLeg['end']>[0], detail?: string): Promise<void> {
    if (!this.call.isOver) this.#leg.end(reason, detail);
    await this.#closing;
  }

  #seat({ meeting, invitee, isModerator }: Destination): void {
    const { calling } = this.#leg;
    const origin = {
      callId: this.call.id,
      callerName: calling.displayName || calling.user,
      invitee,
      isModerator,
    };
    meeting.admit(origin, this.#desk.now());
    this.#meeting = meeting;
    this.call.meetingId = meeting.id;
  }

  async #openMedia(mixId: string): Promise<MediaLeg> {
    const { media, options } = this.#desk;
    try {
      const opened = await media.openLeg(
        {
          legId: this.call.id,
          mixId,
          bindAddress: options.mediaBindAddress,
          ...(this.#leg.protocol === 'H.323' ? { portRangeName: H323_PORT_RANGE } : {}),
          canonicalName: `${this.call.id}@carillon`,
          openedAtMs: this.#desk.now(),
        },
        this,
      );
      // The caller may have hung up while the ports were being opened.
      if (this.call.isOver) await opened.close();
      else this.#media = opened;
      return opened;
    } catch (error) {
      if (error instanceof MediaPortsExhausted) throw new CallFailure('no-media-port', error.message, 5);
      throw error;
    }
  }

  #ring(): void {
    const nowMs = this.#desk.now();
    this.#leg.ring();
    this.call.state = 'ringing';
    this.call.ringingAtMs = nowMs;
    this.#desk.observer.callRinging(this.call, nowMs);
  }

  #answer(media: MediaLeg): void {
    const nowMs = this.#desk.now();
    const address = this.#desk.options.mediaAddressFor(this.#leg);
    const local: LocalMedia = {
      rtp: { address, port: media.rtpPort },
      rtcp: { address, port: media.rtcpPort },
    };
    this.call.state = 'answered';
    this.call.answeredAtMs = nowMs;
    this.call.localRtp = local.rtp;
    this.#leg.accept(local);
    this.#desk.observer.callAnswered(this.call, nowMs);
  }

  /** The one place where a failure becomes a response, a metric, an event and the "why refused" record. */
  #refuse(error: unknown): void {
    if (this.call.isOver) return;
    const nowMs = this.#desk.now();
    const failure =
      error instanceof CallFailure ? error : new CallFailure('internal-error', 'An internal error.');
    if (failure !== error) this.#desk.observer.internalError(this.call, error);
    this.call.refuse(failure, nowMs);
    this.#leg.reject(failure);
    this.#desk.observer.callRefused(this.call, nowMs);
    this.#release(nowMs);
  }

  onMedia(audio: NegotiatedAudio): void {
    const isFirst = this.call.audio === null;
    this.call.audio = audio;
    this.#media?.update(audio);
    if (!isFirst) return;
    if (this.#meeting === null) this.#media?.echo();
    else this.#media?.join();
    this.#meeting?.join(this.call.id, this.#desk.now());
  }

  onConfirmed(): void {
    this.call.isConfirmed = true;
  }

  onEnded(end: CallEnd): void {
    if (this.call.isOver) return;
    const nowMs = this.#desk.now();
    this.call.end = end;
    if (this.call.answeredAtMs === null) {
      const reason = end.reason === 'normal-clearing' ? 'caller-canceled' : end.reason;
      this.call.refuse(new CallFailure(reason, end.detail), nowMs);
      this.#desk.observer.callRefused(this.call, nowMs);
    } else {
      this.call.state = 'ended';
      this.call.endedAtMs = nowMs;
    }
    this.#release(nowMs);
  }

  onReport(report: LegReport): void {
    this.call.measured(report);
    this.#desk.observer.legReport(this.call, report);
  }

  onDigit(digit: SignaledDigit | MediaDigit): void {
    // Of one key that signaling and media both tell, the first telling counts.
    if (this.call.transcript.receive(digit, this.#desk.now()) === null) return;
    this.#desk.observer.digitPressed(this.call, digit);
  }

  onDigitHeld(digit: SignaledDigit): void {
    this.call.transcript.lengthen(digit);
  }

  onSilence(change: {
    readonly isSilent: boolean;
    readonly silentForMs: number;
    readonly atMs: number;
  }): void {
    this.call.silentForMs = change.isSilent ? change.silentForMs : null;
    this.#desk.observer.mediaSilence(this.call, change.isSilent, change.silentForMs, change.atMs);
    if (change.isSilent && this.#desk.options.endOnSilence) {
      this.#leg.end('no-media', `No RTP for ${Math.round(change.silentForMs / 1000)} s.`);
    }
  }

  onPlayed(): void {}

  onProtectionFailures(failures: SrtpFailureCounts): void {
    this.call.protectionFailures = failures;
  }

  onHandshakeFailure(detail: string): void {
    this.#leg.end('no-common-media-encryption', `The DTLS handshake failed: ${detail}.`);
  }

  onRefusedSource(source: RefusedSource): void {
    this.call.refusedSourcePackets += source.packets;
    this.#desk.observer.sourceRefused(this.call, source, this.#desk.now());
  }

  onLost(detail: string): void {
    this.#media = null;
    this.#leg.end('media-worker-lost', detail);
  }

  /** Seat, ports and registry entry go back; the last, partial minute is told before the end of the call. */
  #release(nowMs: number): void {
    this.#meeting?.leave(this.call.id, nowMs);
    this.#desk.calls.retire(this.call);
    this.#closing ??= this.#closeMedia();
  }

  async #closeMedia(): Promise<void> {
    const report = (await this.#media?.close()) ?? null;
    this.#media = null;
    if (this.call.answeredAtMs !== null) {
      if (report !== null) this.onReport(report);
      this.#desk.observer.callEnded(this.call, this.#desk.now());
    }
    this.#onReleased();
  }
}
