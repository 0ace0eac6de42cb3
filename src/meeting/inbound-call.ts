import type { MediaDigit, MediaLeg, MediaLegListener } from '../../media/engine/media-leg.ts';
import type { Phrase } from '../../media/prompt/phrases.ts';
import type { LegReport } from '../../media/quality/leg-report.ts';
import type { SrtpFailureCounts } from '../../media/srtp/srtp-failure.ts';
import { CallFailure } from '../../signaling/call-failure.ts';
import type { CallEnd, CallLeg, CallLegListener, SignaledDigit } from '../../signaling/call-leg.ts';
import type { NegotiatedAudio } from '../../signaling/session-description.ts';
import { Call } from '../call/call.ts';
import type { InboundCallDesk, RefusedSource } from './call-desk.ts';
import type { CallStage, StageHost } from './call-stage.ts';
import { CallVoice } from './call-voice.ts';
import { type Destination, findDestination } from './destination.ts';
import { EchoStage } from './echo-stage.ts';
import { FarewellStage } from './farewell-stage.ts';
import { languageOf } from './language.ts';
import { MeetingStage } from './meeting-stage.ts';
import { localMediaOf, openMedia } from './open-media.ts';
import { WelcomeStage } from './welcome-stage.ts';

/**
 * The story of one call from its INVITE (or Setup) to its end: who is called, whether there is room, what
 * sound both sides understand, ring, answer, and then one stage after the other: the welcome screen, a meeting,
 * the farewell. Owns everything the call holds, and gives all of it back on every way out.
 */
export class InboundCall implements CallLegListener, MediaLegListener, StageHost {
  readonly call: Call;
  readonly leg: CallLeg;
  readonly voice: CallVoice;
  readonly #desk: InboundCallDesk;
  readonly #onReleased: () => void;
  #stage: CallStage | null = null;
  #media: MediaLeg | null = null;
  #cancelTimer: () => void = () => {};
  readonly #ended = Promise.withResolvers<void>();
  #closing: Promise<void> | null = null;

  /** @param onReleased told once, when nothing of the call is held any more. */
  constructor(leg: CallLeg, desk: InboundCallDesk, onReleased: () => void) {
    this.leg = leg;
    this.#desk = desk;
    this.#onReleased = onReleased;
    this.call = new Call(leg);
    this.voice = new CallVoice(languageOf(leg, desk.rules.language));
  }

  /** Resolves when the call was answered or refused; never rejects. */
  async take(): Promise<void> {
    const { calls, limits, observer } = this.#desk;
    calls.add(this.call);
    observer.callArrived(this.call, this.#desk.now());
    this.leg.listen(this);
    try {
      const destination = await findDestination(this.call, this.#desk.lookup);
      // The caller may have hung up while it waited for its turn, or while the ports are being opened.
      if (this.call.isOver) return;
      const stage = this.#firstStage(destination);
      this.#stage = stage;
      limits.admit(calls.activeCount, this.#desk.now());
      this.leg.negotiate();
      const media = await openMedia(this.#desk, this.leg, stage.mixId, this);
      if (this.call.isOver) await media.close();
      else this.#ringAndAnswer(media);
    } catch (error) {
      this.#refuse(error);
    }
  }

  /** Resolves when nothing of the call is held any more. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** Hangs up, as for the end of the service; resolves when everything is given back. */
  async hangUp(reason: Parameters<CallLeg['end']>[0], detail?: string): Promise<void> {
    if (!this.call.isOver) this.leg.end(reason, detail);
    await this.#closing;
  }

  /** Where it leads; a seat in a meeting is held from now on. */
  #firstStage(destination: Destination): CallStage {
    switch (destination.kind) {
      case 'echo':
        return new EchoStage(this.call, () => this.#media);
      case 'welcome':
        return new WelcomeStage(this, this.#desk, destination.reason);
      case 'meeting':
        try {
          return MeetingStage.admit(
            this,
            this.#desk,
            destination.entry,
            destination.entry.isPasscodeRight === false ? 'wrong-passcode' : null,
          );
        } catch (error) {
          // Answered all the same: an invitee's ID, which can be keyed, leads in.
          if (!(error instanceof CallFailure) || error.reason !== 'meeting-locked') throw error;
          return new WelcomeStage(this, this.#desk, 'locked-out');
        }
    }
  }

  #ringAndAnswer(media: MediaLeg): void {
    const { observer } = this.#desk;
    this.#media = media;
    this.voice.attach(media);
    const nowMs = this.#desk.now();
    this.leg.ring();
    this.call.state = 'ringing';
    this.call.ringingAtMs = nowMs;
    observer.callRinging(this.call, nowMs);
    const local = {
      ...localMediaOf(media, this.#desk.options.mediaAddressFor(this.leg)),
      isMirror: this.#stage instanceof EchoStage,
    };
    this.call.state = 'answered';
    this.call.answeredAtMs = nowMs;
    this.call.localRtp = local.rtp;
    this.leg.accept(local);
    observer.callAnswered(this.call, nowMs);
  }

  /** The one place where a failure becomes a response, a metric, an event and the "why refused" record. */
  #refuse(error: unknown): void {
    if (this.call.isOver) return;
    const nowMs = this.#desk.now();
    const failure =
      error instanceof CallFailure ? error : new CallFailure('internal-error', 'An internal error.');
    if (failure !== error) this.#desk.observer.internalError(this.call, error);
    this.call.refuse(failure, nowMs);
    this.leg.reject(failure);
    this.#desk.observer.callRefused(this.call, nowMs);
    this.#release(nowMs);
  }

  onMedia(audio: NegotiatedAudio): void {
    const isFirst = this.call.audio === null;
    this.call.audio = audio;
    this.#media?.update(audio);
    if (isFirst) this.#inStage((stage, nowMs) => stage.begin(nowMs));
  }

  enter(next: CallStage): void {
    const isSameMix = this.#stage?.mixId === next.mixId;
    this.#stage = next;
    void this.#begin(next, isSameMix);
  }

  farewell(lastWords: readonly Phrase[], detail: string): void {
    const mixId = this.#stage?.mixId ?? this.call.id;
    // Who cannot hear anything yet is told by signaling alone.
    if (this.call.audio === null) this.leg.end('meeting-ended', detail);
    else this.enter(new FarewellStage(this, mixId, lastWords, detail));
  }

  reschedule(): void {
    this.#cancelTimer();
    const dueAtMs = this.call.isOver ? null : (this.#stage?.dueAtMs ?? null);
    if (dueAtMs === null) return;
    const delayMs = Math.max(0, dueAtMs - this.#desk.now());
    this.#cancelTimer = this.#desk.after(delayMs, () =>
      this.#inStage((stage, nowMs) => stage.advance(nowMs)),
    );
  }

  fail(error: unknown): void {
    this.#desk.observer.internalError(this.call, error);
    this.leg.end('internal-error');
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
    const record = this.call.transcript.receive(digit, this.#desk.now());
    if (record === null) return;
    this.#desk.observer.digitPressed(this.call, digit);
    if (this.call.isOver) return;
    this.voice.interrupt();
    this.#inStage((stage, nowMs) => stage.press(digit.digit, record, nowMs));
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
      this.leg.end('no-media', `No RTP for ${Math.round(change.silentForMs / 1000)} s.`);
    }
  }

  onPlayed(): void {
    this.voice.played();
    this.#inStage((stage, nowMs) => stage.played(nowMs));
  }

  onProtectionFailures(failures: SrtpFailureCounts): void {
    // None is left where all that was refused was of a key that the media was told later.
    this.call.protectionFailures = Object.values(failures).some((count) => count > 0) ? failures : null;
  }

  onHandshakeFailure(detail: string): void {
    this.leg.end('no-common-media-encryption', `The DTLS handshake failed: ${detail}.`);
  }

  onRefusedSource(source: RefusedSource): void {
    this.call.refusedSourcePackets += source.packets;
    this.#desk.observer.sourceRefused(this.call, source, this.#desk.now());
  }

  onLost(detail: string): void {
    this.#media = null;
    this.voice.attach(null);
    this.leg.end('media-worker-lost', detail);
  }

  /** The leg goes where the stage is; the caller may be gone, or further, by then. */
  async #begin(stage: CallStage, isThere: boolean): Promise<void> {
    try {
      if (!isThere) await this.#media?.moveTo(stage.mixId);
      if (this.#stage === stage) this.#inStage((current, nowMs) => current.begin(nowMs));
    } catch (error) {
      this.fail(error);
    }
  }

  /** Something happens to the present stage; when it wants to be woken may have changed. */
  #inStage(happens: (stage: CallStage, nowMs: number) => void): void {
    if (this.call.isOver || this.#stage === null) return;
    happens(this.#stage, this.#desk.now());
    this.reschedule();
  }

  /** Seat, ports and registry entry go back; the last, partial minute is told before the end of the call. */
  #release(nowMs: number): void {
    this.#cancelTimer();
    this.#stage?.leave(nowMs);
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
    this.#ended.resolve();
  }
}
