/**
 * Cuts a leg's life into intervals and writes each one's report. The cuts lie half a packet before the arrival
 * times of an even stream, counted from its beginning: so a minute of 20 ms packets has 3000 of them, and
 * jitter cannot push one across. Where no packet comes in the first second, they count from the answer.
 */
import { assessLegQuality } from '../quality/leg-quality.ts';
import type { LegReport, SentReport } from '../quality/leg-report.ts';
import { readVoiceQuality, type VoiceQuality } from '../quality/voice-quality.ts';
import type { RemoteReception } from '../rtcp/session.ts';
import type { LegMediaOptions, LegOutput } from './leg-contract.ts';
import type { ControlCounts, LegControl } from './leg-control.ts';
import type { LegReceiver } from './leg-receiver.ts';
import type { MediaSession } from './media-leg.ts';
import type { PacketSender } from './packet-sender.ts';
import { measureVoice } from './report-extension.ts';

/** The stream moves the cuts only if it begins this soon, and only with its packets of as long. */
const ALIGNMENT_PATIENCE_MS = 1000;
/** A first packet may be this late, and no more is believed: one with a wild timestamp moves nothing. */
const FIRST_LATENESS_MAXIMUM_MS = 200;

export interface LegParts {
  readonly legId: string;
  readonly receiver: LegReceiver;
  readonly sender: PacketSender;
  readonly control: LegControl;
  readonly options: Pick<LegMediaOptions, 'jitterBuffer' | 'qualityModel'>;
}

export class LegReporter {
  readonly #parts: LegParts;
  readonly #periodMs: number;
  #startMs: number;
  #nextMs = Number.POSITIVE_INFINITY;
  #isAligned = false;
  /** Of the first packet; and when it would have come had it not been delayed. */
  #firstTimestamp = 0;
  #firstArrivalMs = Number.POSITIVE_INFINITY;
  #streamStartMs = Number.POSITIVE_INFINITY;
  #sentPackets = 0;
  #sentBytes = 0;

  constructor(parts: LegParts, openedAtMs: number, periodMs: number) {
    this.#parts = parts;
    this.#periodMs = periodMs;
    this.#startMs = openedAtMs;
  }

  /** The media began. */
  begin(nowMs: number): void {
    if (this.#nextMs !== Number.POSITIVE_INFINITY) return;
    this.#startMs = nowMs;
    this.#nextMs = nowMs + this.#periodMs;
  }

  /** A packet came. The least delayed of the first ones say when the stream began. */
  align(timestamp: number, arrivalMs: number, session: MediaSession): void {
    if (!this.#isAligned) this.#align(timestamp, arrivalMs, session);
  }

  #align(timestamp: number, arrivalMs: number, { packetTimeMs, format }: MediaSession): void {
    const patienceMs = Math.min(ALIGNMENT_PATIENCE_MS, this.#periodMs / 2);
    if (arrivalMs - this.#startMs > patienceMs) {
      this.#isAligned = true;
      return;
    }
    if (this.#firstArrivalMs === Number.POSITIVE_INFINITY) {
      this.#firstArrivalMs = arrivalMs;
      this.#firstTimestamp = timestamp;
    }
    const sinceFirstMs = (((timestamp - this.#firstTimestamp) | 0) * 1000) / format.clockRateHz;
    const streamStartMs = arrivalMs - sinceFirstMs;
    if (this.#firstArrivalMs - streamStartMs > FIRST_LATENESS_MAXIMUM_MS) return;
    this.#streamStartMs = Math.min(this.#streamStartMs, streamStartMs);
    this.#nextMs = this.#streamStartMs - packetTimeMs / 2 + this.#periodMs;
  }

  /** Reports the intervals that are over at `nowMs`. Call it before the packet of that time counts. */
  tellDue(session: MediaSession, nowMs: number, output: Pick<LegOutput, 'onReport'>): void {
    while (nowMs >= this.#nextMs) {
      const endMs = this.#nextMs;
      this.#nextMs += this.#periodMs;
      output.onReport(this.#take(session, endMs, false));
    }
  }

  takeFinal(session: MediaSession, nowMs: number): LegReport {
    return this.#take(session, nowMs, true);
  }

  #take(session: MediaSession, endMs: number, isFinal: boolean): LegReport {
    const { legId, receiver, control } = this.#parts;
    const received = receiver.totals.take();
    const played = receiver.playout.takeReport();
    const counts = control.takeCounts();
    const intervalStartMs = this.#startMs;
    this.#startMs = endMs;
    return {
      legId,
      intervalStartMs,
      intervalEndMs: endMs,
      isFinal,
      codec: session.format.encodingName,
      clockRateHz: session.format.clockRateHz,
      received: {
        packets: received.packets,
        bytes: received.bytes,
        rtcpPackets: counts.receivedPackets,
        rtcpBytes: counts.receivedBytes,
        expected: received.expected,
        lost: received.lost,
        lostCumulative: received.lostCumulative,
        duplicates: received.duplicates,
        reordered: received.reordered,
        late: played.late,
        jitterUs: received.jitterUs,
        jitterMaxUs: received.jitterMaxUs,
        burstRatio: received.burstRatio,
        synchronizationSource: receiver.totals.synchronizationSource,
        voipMetrics: this.#hearing(session, counts.roundTripTimeUs),
      },
      sent: this.#takeSent(counts, session.format.clockRateHz),
      roundTripTimeUs: counts.roundTripTimeUs,
      ...assessLegQuality(
        {
          encodingName: session.format.encodingName,
          isConcealed: true,
          expected: received.expected,
          lost: received.lost,
          late: played.late,
          burstRatio: received.burstRatio,
          roundTripTimeUs: counts.roundTripTimeUs,
          jitterBufferDelayMs: played.delayMs,
        },
        this.#parts.options.qualityModel,
      ),
    };
  }

  #hearing(session: MediaSession, roundTripTimeUs: number | null): VoiceQuality | null {
    const block = measureVoice(session, this.#parts.receiver, this.#parts.options, roundTripTimeUs);
    return block === null ? null : readVoiceQuality(block);
  }

  #takeSent(counts: ControlCounts, clockRateHz: number): SentReport {
    const { sender, control } = this.#parts;
    const packets = sender.sentPackets - this.#sentPackets;
    const bytes = sender.sentBytes - this.#sentBytes;
    this.#sentPackets = sender.sentPackets;
    this.#sentBytes = sender.sentBytes;
    return {
      packets,
      bytes,
      rtcpPackets: counts.sentPackets,
      rtcpBytes: counts.sentBytes,
      ...remoteView(control.remoteReception, clockRateHz),
      remote: control.takeRemoteReport(),
      synchronizationSource: control.synchronizationSource,
    };
  }
}

function remoteView(
  reception: RemoteReception | null,
  clockRateHz: number,
): Pick<SentReport, 'lostCumulative' | 'jitterUs'> {
  if (reception === null) return { lostCumulative: null, jitterUs: null };
  return {
    // Duplicates can make the RFC's count negative; ours says what is missing.
    lostCumulative: Math.max(0, reception.lostCumulative),
    jitterUs: (reception.jitter * 1e6) / clockRateHz,
  };
}
