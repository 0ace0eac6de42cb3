import type { MediaLeg } from '../../media/engine/media-leg.ts';
import { MediaPortsExhausted } from '../../media/engine/media-leg.ts';
import { CallFailure, type FailureReason } from '../../signaling/call-failure.ts';
import type { CallEnd, CallLegListener } from '../../signaling/call-leg.ts';
import type { TakenStream } from '../../signaling/sdp/further-streams.ts';
import type { LocalMedia } from '../../signaling/session-description.ts';
import type { IncomingCall } from '../../signaling/sip/incoming-call.ts';
import type { RecordingSession } from '../../signaling/sip/recording-session.ts';
import { answerOf } from './configured-answer.ts';
import type { ConnectorDesk } from './connector-desk.ts';
import { admitRecording } from './recording-admission.ts';
import { describeRecording, type OpenRecordingSession } from './recording-description.ts';
import type { TrunkCall } from './trunk-call.ts';
import type { VoiceConnector } from './voice-connector.ts';

/** A stream of the session and the leg that hears it. */
interface RecordedLeg {
  readonly stream: TakenStream;
  readonly leg: MediaLeg;
}

/**
 * The story of a recording session (RFC 7866): a session border controller sends a copy of somebody's call, a stream for
 * each party, and hears nothing from us. Each is written as a stream of its own.
 */
export class RecordingCall implements CallLegListener {
  readonly call: TrunkCall;
  readonly #leg: IncomingCall;
  readonly #recording: RecordingSession;
  readonly #connector: VoiceConnector;
  readonly #desk: ConnectorDesk;
  readonly #onReleased: () => void;
  #legs: readonly RecordedLeg[] = [];
  #session: OpenRecordingSession | null = null;
  #closing: Promise<void> | null = null;

  constructor(
    leg: IncomingCall,
    call: TrunkCall,
    recording: RecordingSession,
    connector: VoiceConnector,
    desk: ConnectorDesk,
    onReleased: () => void,
  ) {
    this.#leg = leg;
    this.call = call;
    this.#recording = recording;
    this.#connector = connector;
    this.#desk = desk;
    this.#onReleased = onReleased;
  }

  /** Resolves when the session was answered or refused; never rejects. */
  async take(): Promise<void> {
    const { calls, observer, settings, now } = this.#desk;
    calls.add(this.call);
    this.#leg.listen(this);
    try {
      this.#leg.takeAllStreams();
      this.call.audio = this.#leg.negotiate();
      admitRecording(this.#leg, this.call.audio, this.#connector, now());
      this.#legs = await this.#openLegs(this.#leg.streams);
      // The session may have been given up while its ports were being opened.
      if (this.#closing === null) this.#answer();
      else await this.#closeLegs();
    } catch (error) {
      if (!(error instanceof CallFailure)) observer.internalError(this.call, error);
      const failure = answerOf(error, settings);
      this.call.refuse(failure, now());
      this.#leg.reject(failure);
    }
  }

  async hangUp(reason: FailureReason, detail = ''): Promise<void> {
    this.#leg.end(reason, detail);
    await this.#closing;
  }

  /** The first of them: the others have changed too. */
  onMedia(): void {
    for (const { stream, leg } of this.#legs) {
      const current = this.#leg.streams.find(({ index }) => index === stream.index);
      if (current !== undefined) leg.update(current.audio);
    }
  }

  onConfirmed(): void {
    this.call.isConfirmed = true;
  }

  onDigit(): void {}

  onRecordingChanged({ headers, metadata }: RecordingSession): void {
    this.#session?.update({ headers, metadata: metadata ?? '' });
  }

  onEnded(end: CallEnd): void {
    this.#closing ??= this.#release(end);
  }

  #answer(): void {
    const { call } = this;
    call.state = 'answered';
    call.answeredAtMs = this.#desk.now();
    const [first, ...further] = this.#legs.map(({ leg }) => this.#localMedia(leg));
    if (first === undefined) throw new Error('a recording session without streams');
    call.localRtp = first.rtp;
    this.#leg.accept({ ...first, further });
    const { streaming } = this.#desk;
    const { streamed, parties } = describeRecording(
      call,
      this.#recording,
      this.#legs.map(({ stream, leg }) => ({ ...stream, legId: leg.legId })),
    );
    call.isStreaming = true;
    this.#session = streaming.open(streamed, parties);
  }

  #localMedia({ rtpPort, rtcpPort }: MediaLeg): LocalMedia {
    const address = this.#desk.mediaAddressFor(this.#leg.localAddress);
    return { rtp: { address, port: rtpPort }, rtcp: { address, port: rtcpPort } };
  }

  async #openLegs(streams: readonly TakenStream[]): Promise<RecordedLeg[]> {
    const legs: RecordedLeg[] = [];
    try {
      for (const stream of streams) legs.push({ stream, leg: await this.#openLeg(stream.index) });
      return legs;
    } catch (error) {
      await Promise.all(legs.map(({ leg }) => leg.close()));
      if (error instanceof MediaPortsExhausted) throw new CallFailure('no-media-port', error.message, 5);
      throw error;
    }
  }

  async #closeLegs(): Promise<void> {
    await Promise.all(this.#legs.map(({ leg }) => leg.close()));
  }

  #openLeg(index: number): Promise<MediaLeg> {
    const { media, mediaBindAddress, now } = this.#desk;
    const legId = `${this.call.id}-${index}`;
    return media.openLeg(
      {
        legId,
        mixId: this.call.id,
        bindAddress: mediaBindAddress,
        canonicalName: `${legId}@carillon`,
        openedAtMs: now(),
      },
      {
        onReport: (report) => {
          if (index === 0) this.call.measured(report);
        },
        onDigit: () => undefined,
        onSilence: () => undefined,
        onRefusedSource: () => undefined,
        onPlayed: () => undefined,
        onLost: (detail) => void this.hangUp('media-worker-lost', detail),
      },
    );
  }

  async #release(end: CallEnd): Promise<void> {
    const { calls, now } = this.#desk;
    const { call } = this;
    const endMs = now();
    if (call.answeredAtMs !== null) {
      call.state = 'ended';
      call.endedAtMs = endMs;
      call.end = end;
    } else if (call.refusal === null) {
      call.refuse(
        new CallFailure(end.reason === 'normal-clearing' ? 'caller-canceled' : end.reason, end.detail),
        endMs,
      );
    }
    calls.retire(call);
    await this.#closeLegs();
    await this.#session?.stop(endMs);
    this.#onReleased();
  }
}
