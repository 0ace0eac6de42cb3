import type { RecordingSummary } from '../../media/record/recording-message.ts';
import type { CallEnd, CallProtocol, SignaledDigit, SignalingTransport } from '../../signaling/call-leg.ts';
import type { NegotiatedAudio } from '../../signaling/session-description.ts';
import type { CallQuality } from './call-quality.ts';
import type { KeyStep } from './key-script.ts';

/** How keys are pressed: as RFC 4733 events, as tones in the sound, or by signaling. */
export type KeyWay = 'rfc4733' | 'in-band' | SignaledDigit['source'];

/** What is to be done in a call. */
export interface CallPlan {
  readonly keys: readonly KeyStep[];
  readonly keyMs: number;
  readonly keyWay: KeyWay;
  readonly playsFile: boolean;
  readonly recordFile: string | null;
  /** From the answer to our BYE; null hangs up when all is done, or waits for the far end where there is nothing to do. */
  readonly durationMs: number | null;
  readonly answerTimeoutMs: number;
}

export interface PressedKey {
  readonly digit: string;
  readonly by: KeyWay;
  /** From the answer. */
  readonly atMs: number;
  readonly durationMs: number;
  /** What the INFO was answered with; null for the other ways, and where no answer came. */
  status: number | null;
  /** False where events were not agreed on. */
  isSent: boolean;
}

interface HeardKey {
  readonly digit: string;
  readonly source: string;
  readonly durationMs: number | null;
}

interface CallTimesSummary {
  readonly startedAtMs: number;
  /** From the start. */
  readonly ringingAfterMs: number | null;
  readonly answeredAfterMs: number | null;
  /** From the answer to the end. */
  readonly talkedMs: number | null;
}

/** Everything that became of a call. */
export interface CallOutcome extends CallTimesSummary {
  readonly protocol: CallProtocol;
  readonly transport: SignalingTransport;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly remoteCallId: string;
  /** Of the final response, with H.323 the cause of a refusal (ITU-T Q.850); null where none came. */
  readonly status: number | null;
  readonly statusText: string;
  readonly end: CallEnd;
  /** Without its keys. */
  readonly audio: Omit<NegotiatedAudio, 'security'> | null;
  /** Suite of SRTP (RFC 4568 §6.2); null where the media went in clear. */
  readonly encryption: string | null;
  readonly localRtpPort: number | null;
  readonly quality: CallQuality | null;
  readonly keysPressed: readonly PressedKey[];
  readonly keysHeard: readonly HeardKey[];
  readonly recording: ({ readonly file: string } & RecordingSummary) | null;
}

/** When what happened; Unix ms. Only the first of each counts. */
export class CallTimes {
  readonly #startedAtMs: number;
  #ringingAtMs: number | null = null;
  #answeredAtMs: number | null = null;
  #endedAtMs: number | null = null;

  constructor(startedAtMs: number) {
    this.#startedAtMs = startedAtMs;
  }

  get answeredAtMs(): number | null {
    return this.#answeredAtMs;
  }

  ring(nowMs: number): void {
    this.#ringingAtMs ??= nowMs;
  }

  answer(nowMs: number): void {
    this.#answeredAtMs ??= nowMs;
  }

  end(nowMs: number): void {
    this.#endedAtMs ??= nowMs;
  }

  get summary(): CallTimesSummary {
    const since = (atMs: number | null, fromMs: number | null): number | null =>
      atMs === null || fromMs === null ? null : atMs - fromMs;
    return {
      startedAtMs: this.#startedAtMs,
      ringingAfterMs: since(this.#ringingAtMs, this.#startedAtMs),
      answeredAfterMs: since(this.#answeredAtMs, this.#startedAtMs),
      talkedMs: since(this.#endedAtMs, this.#answeredAtMs),
    };
  }
}
