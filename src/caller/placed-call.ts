import { isIPv6 } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { MediaDigit, MediaEngine, MediaLeg, MediaLegListener } from '../../media/engine/media-leg.ts';
import type { MediaRecording } from '../../media/engine/recording-link.ts';
import type { LegReport } from '../../media/quality/leg-report.ts';
import type { RecordingSummary } from '../../media/record/recording-message.ts';
import type { CallEnd, SignaledDigit } from '../../signaling/call-leg.ts';
import type { NegotiatedAudio } from '../../signaling/session-description.ts';
import { type CallOutcome, type CallPlan, CallTimes, type PressedKey } from './call-outcome.ts';
import { sumQuality } from './call-quality.ts';
import { FILE_CLIP, keyClip } from './call-sounds.ts';
import type { KeyStep } from './key-script.ts';
import type { CallRoute, OutgoingLeg, OutgoingLegListener } from './outgoing-leg.ts';

/** Who looks on while the call lasts. */
export interface CallSpectator {
  /** `180 Ringing`, `answered`, `pressed 5`, … */
  onStep(text: string): void;
  /** What the last second was like. */
  onInterval(report: LegReport, talkedMs: number): void;
}

const LEG_ID = 'caller';
/** What was pressed or played last is on its way still when we are through with it. */
const SETTLE_MS = 500;

/** One call of ours from the INVITE to its end: media, ringing, answer, keys, sound, and the measure of it all. */
export class PlacedCall implements OutgoingLegListener, MediaLegListener {
  readonly #plan: CallPlan;
  readonly #route: CallRoute;
  readonly #spectator: CallSpectator;
  #times = new CallTimes(Date.now());
  readonly #reports: LegReport[] = [];
  readonly #pressed: PressedKey[] = [];
  readonly #heard: (MediaDigit | SignaledDigit)[] = [];
  readonly #ended = Promise.withResolvers<CallEnd>();
  readonly #over = new AbortController();
  #leg: OutgoingLeg | null = null;
  #media: MediaLeg | null = null;
  #audio: NegotiatedAudio | null = null;
  #status: number | null = null;
  #statusText = '';
  #played = Promise.withResolvers<void>();
  /** H.245 may open channels some time after the answer. */
  readonly #agreed = Promise.withResolvers<void>();

  constructor(plan: CallPlan, route: CallRoute, spectator: CallSpectator) {
    this.#plan = plan;
    this.#route = route;
    this.#spectator = spectator;
  }

  /**
   * Places the call and resolves when it is over; `stop` hangs up.
   * @throws Error where no ports are free, or where the recording cannot be opened
   */
  async run(engine: MediaEngine, stop: AbortSignal): Promise<CallOutcome> {
    const { localAddress } = this.#route;
    const openedAtMs = Date.now();
    const bindAddress = isIPv6(localAddress) ? '::' : '0.0.0.0';
    const canonicalName = `caller@${localAddress}`;
    const { portRangeName } = this.#route;
    const range = portRangeName === undefined ? {} : { portRangeName };
    const request = { legId: LEG_ID, mixId: LEG_ID, bindAddress, canonicalName, openedAtMs, ...range };
    const media = await engine.openLeg(request, this);
    this.#media = media;
    const recording = await this.#record(engine);
    const rtp = { address: localAddress, port: media.rtpPort };
    this.#times = new CallTimes(Date.now());
    const leg = this.#route.place({ rtp, rtcp: { address: localAddress, port: media.rtcpPort } });
    this.#leg = leg;
    const { answerTimeoutMs } = this.#plan;
    const timer = setTimeout(() => {
      leg.end('no-answer', `it was not answered within ${answerTimeoutMs / 1000} s`);
    }, answerTimeoutMs);
    this.#over.signal.addEventListener('abort', () => clearTimeout(timer));
    stop.addEventListener('abort', () => leg.end('normal-clearing'));
    if (stop.aborted) leg.end('normal-clearing');
    leg.listen(this);
    const end = await this.#ended.promise;
    const summary = (await recording?.stop()) ?? null;
    const report = await media.close();
    if (report !== null) this.#reports.push(report);
    return this.#outcome(end, leg.remoteCallId, summary);
  }

  onProgress(text: string, status: number | null): void {
    if (status !== 183) this.#times.ring(Date.now());
    this.#spectator.onStep(text);
  }

  onAnswered(status: number | null): void {
    this.#status = status;
    this.#statusText = 'answered';
    this.#times.answer(Date.now());
    this.#spectator.onStep('answered');
  }

  onRefused({ status, detail }: Parameters<OutgoingLegListener['onRefused']>[0]): void {
    this.#status = status;
    this.#statusText = detail;
  }

  onMedia(audio: NegotiatedAudio): void {
    this.#audio = audio;
    this.#media?.update(audio);
    this.#agreed.resolve();
  }

  onConfirmed(): void {
    this.#talk().catch((error: unknown) => {
      if (!this.#over.signal.aborted) this.#ended.reject(error);
    });
  }

  onEnded(end: CallEnd): void {
    this.#times.end(Date.now());
    this.#over.abort();
    this.#ended.resolve(end);
  }

  onDigit(digit: MediaDigit | SignaledDigit): void {
    this.#heard.push(digit);
    this.#spectator.onStep(`heard key ${digit.digit} (${digit.source})`);
  }

  onReport(report: LegReport): void {
    this.#reports.push(report);
    if (this.#times.answeredAtMs !== null) {
      this.#spectator.onInterval(report, report.intervalEndMs - this.#times.answeredAtMs);
    }
  }

  onSilence({ isSilent, silentForMs }: Parameters<MediaLegListener['onSilence']>[0]): void {
    this.#spectator.onStep(isSilent ? `no RTP for ${Math.round(silentForMs / 1000)} s` : 'RTP is back');
  }

  onRefusedSource({ address, port }: Parameters<MediaLegListener['onRefusedSource']>[0]): void {
    this.#spectator.onStep(`packets from ${address} port ${port}, which was not agreed on`);
  }

  onPlayed(): void {
    this.#played.resolve();
  }

  onLost(detail: string): void {
    this.#leg?.end('media-worker-lost', detail);
  }

  async #record(engine: MediaEngine): Promise<MediaRecording | null> {
    const { recordFile: file } = this.#plan;
    if (file === null) return null;
    const source = { kind: 'leg', legId: LEG_ID } as const;
    return engine.record(
      { recordingId: LEG_ID, source, file },
      {
        onSpoken: () => undefined,
        onBroken: (detail) => this.#spectator.onStep(`the recording broke off: ${detail}`),
      },
    );
  }

  /** Keys, then the file; then the end, unless a time was given. */
  async #talk(): Promise<void> {
    const { keys, keyMs, playsFile, durationMs } = this.#plan;
    const { signal } = this.#over;
    if (durationMs !== null) this.#hangUpAfter(durationMs);
    await this.#agreed.promise;
    for (const step of keys) {
      await delay(step.pauseMs, undefined, { signal });
      this.#press(step);
      await delay(keyMs, undefined, { signal });
    }
    if (playsFile) {
      this.#played = Promise.withResolvers<void>();
      this.#media?.play([FILE_CLIP], { ducks: false });
      this.#spectator.onStep('playing');
      await this.#played.promise;
      this.#spectator.onStep('played');
    }
    if (durationMs === null && (keys.length > 0 || playsFile)) this.#hangUpAfter(SETTLE_MS);
  }

  #hangUpAfter(durationMs: number): void {
    const timer = setTimeout(() => this.#leg?.end('normal-clearing'), durationMs);
    this.#over.signal.addEventListener('abort', () => clearTimeout(timer));
  }

  #press({ digit }: KeyStep): void {
    const { keyMs, keyWay } = this.#plan;
    const atMs = Date.now() - (this.#times.answeredAtMs ?? 0);
    const { telephoneEvent = null, sentTelephoneEvent = telephoneEvent } = this.#audio ?? {};
    const hasEvents = sentTelephoneEvent !== null;
    const key: PressedKey = { digit, by: keyWay, atMs, durationMs: keyMs, status: null, isSent: true };
    this.#pressed.push(key);
    if (keyWay === 'in-band') this.#media?.play([keyClip(digit)], { ducks: false });
    else if (keyWay !== 'rfc4733') {
      this.#leg?.pressKey(digit, keyMs, (status) => {
        key.status = status;
      });
    } else if (hasEvents) this.#media?.press(digit, keyMs);
    else key.isSent = false;
    this.#spectator.onStep(`pressed ${digit}`);
  }

  #outcome(end: CallEnd, remoteCallId: string, recorded: RecordingSummary | null): CallOutcome {
    const { protocol, transport, remoteAddress, remotePort } = this.#route;
    const { recordFile } = this.#plan;
    return {
      protocol,
      transport,
      remoteAddress,
      remotePort,
      remoteCallId,
      ...this.#times.summary,
      status: this.#status,
      statusText: this.#statusText,
      end,
      ...describeMedia(this.#audio),
      localRtpPort: this.#media?.rtpPort ?? null,
      quality: sumQuality(this.#reports),
      keysPressed: this.#pressed,
      keysHeard: this.#heard.map(({ digit, source, durationMs }) => ({ digit, source, durationMs })),
      recording: recordFile === null || recorded === null ? null : { file: recordFile, ...recorded },
    };
  }
}

/** What is printed of the media: never its keys. */
function describeMedia(negotiated: NegotiatedAudio | null): Pick<CallOutcome, 'audio' | 'encryption'> {
  if (negotiated === null) return { audio: null, encryption: null };
  const { security, ...audio } = negotiated;
  return { audio, encryption: security?.encryption?.suite ?? null };
}
