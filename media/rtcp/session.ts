/**
 * RTCP of one leg: what we report, what the other side reports about us, and when. Pure state: the caller has
 * the socket and the clock. Times are microseconds since the Unix epoch on a clock that does not jump (the
 * time origin plus a monotonic clock).
 */
import { parseCompound, type RtcpDefect, type RtcpPacket, serializeCompound } from './compound.ts';
import type { ExtendedReport } from './extended-report.ts';
import { middleOfNtpTimestamp, type NtpTimestamp, toNtpTimestamp, usToShortUnits } from './ntp.ts';
import { deriveReportBlock, type LastSenderReport, type ReceptionCounters } from './reception-report.ts';
import { RemoteMetrics } from './remote-metrics.ts';
import type { ReportBlock } from './report-block.ts';
import { reportIntervalMs } from './report-interval.ts';
import { RoundTrips } from './round-trips.ts';
import { CNAME_ITEM } from './source-description.ts';
import type { VoipMetricsBlock } from './voip-metrics-block.ts';

export interface RtcpSessionOptions {
  readonly synchronizationSource: number;
  /** CNAME we present (RFC 3550 §6.5.1). */
  readonly canonicalName: string;
  /** Uniform from 0 up to 1; spreads the reports of many legs. */
  readonly random: () => number;
  /** Of the RTP both ways; 5 % of it may be RTCP. */
  readonly sessionBitsPerSecond?: number;
}

/** What we have sent up to now, cumulative. */
export interface SenderCounters {
  readonly packets: number;
  /** Payload only (RFC 3550 §6.4.1). */
  readonly octets: number;
  /** The media clock at the moment of the report. */
  readonly rtpTimestamp: number;
}

/** What an extended report says besides (RFC 3611). */
export interface ReportExtension {
  readonly voipMetrics: VoipMetricsBlock | null;
  /** Our time, so that the other side may measure the round trip though we send it nothing (§4.4). */
  readonly hasReferenceTime: boolean;
}

/** What the other side last said about our stream. */
export interface RemoteReception {
  readonly fractionLost: number;
  readonly lostCumulative: number;
  /** In timestamp units. */
  readonly jitter: number;
  readonly extendedHighestSequenceNumber: number;
  readonly atUs: number;
}

export type RtcpReception =
  | { readonly isValid: false; readonly defect: RtcpDefect; readonly offset: number }
  | {
      readonly isValid: true;
      readonly packets: readonly RtcpPacket[];
      /** From this compound; null where it does not answer a report of ours. */
      readonly roundTripTimeUs: number | null;
      /** Sources that said BYE. */
      readonly goodbyes: readonly number[];
      /** Somebody else uses our SSRC (RFC 3550 §8.2): say BYE and choose another. */
      readonly isCollision: boolean;
    };

const SESSION_BITS_PER_SECOND = 160_000; // G.711 at 20 ms with its headers, both ways
const RTCP_BANDWIDTH_SHARE = 0.05; // RFC 3550 §6.2
const LOWER_LAYER_BYTES = 28; // IPv4 and UDP headers, counted by RFC 3550 §6.3.3

export class RtcpSession {
  readonly #options: RtcpSessionOptions;
  readonly #trips = new RoundTrips();
  readonly #remoteMetrics = new RemoteMetrics();
  #heardReport: { readonly source: number; readonly middle: number; readonly atUs: number } | null = null;
  #previousReception: ReceptionCounters | null = null;
  #remoteReception: RemoteReception | null = null;
  /** Packets sent as of the last two reports: nothing new since the older one makes us a receiver. */
  #sentBefore: readonly [number, number] = [0, 0];
  #reportsSent = 0;
  #averageRtcpBytes = 128;

  constructor(options: RtcpSessionOptions) {
    this.#options = options;
  }

  /** What the other side last said about us; null until it did. */
  get remoteReception(): RemoteReception | null {
    return this.#remoteReception;
  }

  /** The one measured last; null until one was. */
  get lastRoundTripTimeUs(): number | null {
    return this.#trips.lastUs;
  }

  /** What extended reports said about us since the last call; null where none did. */
  takeRemoteReport(): ReturnType<RemoteMetrics['take']> {
    return this.#remoteMetrics.take();
  }

  /** SR or RR, then SDES with our CNAME, then XR. `reception` is null while nothing was received. */
  buildReport(
    nowUs: number,
    sender: SenderCounters,
    reception: ReceptionCounters | null,
    extension: ReportExtension | null = null,
  ): Uint8Array {
    return this.#finish(serializeCompound(this.#report(nowUs, sender, reception, extension)));
  }

  /** A last report with BYE behind it (RFC 3550 §6.1: BYE last). */
  buildGoodbye(
    nowUs: number,
    sender: SenderCounters,
    reception: ReceptionCounters | null,
    extension: ReportExtension | null = null,
  ): Uint8Array {
    const sources = [this.#options.synchronizationSource];
    const packets = [
      ...this.#report(nowUs, sender, reception, extension),
      { type: 'goodbye', sources, reason: null } as const,
    ];
    return this.#finish(serializeCompound(packets));
  }

  /** Takes in one datagram from the other side; a malformed one changes nothing. */
  receive(bytes: Uint8Array, arrivalUs: number): RtcpReception {
    const compound = parseCompound(bytes);
    if (!compound.isValid) return compound;
    this.#averageIn(bytes.length);
    const goodbyes: number[] = [];
    let roundTripTimeUs: number | null = null;
    let isCollision = false;
    for (const packet of compound.packets) {
      if (packet.type === 'goodbye') goodbyes.push(...packet.sources);
      if (packet.type === 'extended-report') {
        const echo = this.#remoteMetrics.receive(packet, this.#options.synchronizationSource, arrivalUs);
        if (echo !== null) {
          roundTripTimeUs =
            this.#trips.measure(echo.lastReferenceTime, echo.delay, arrivalUs) ?? roundTripTimeUs;
        }
      }
      if (packet.type !== 'sender-report' && packet.type !== 'receiver-report') continue;
      if (packet.synchronizationSource === this.#options.synchronizationSource) isCollision = true;
      if (packet.type === 'sender-report') {
        const middle = middleOfNtpTimestamp(packet.ntpTimestamp);
        this.#heardReport = { source: packet.synchronizationSource, middle, atUs: arrivalUs };
      }
      const about = packet.reportBlocks.find(
        (block) => block.synchronizationSource === this.#options.synchronizationSource,
      );
      if (about !== undefined) roundTripTimeUs = this.#hearAboutUs(about, arrivalUs) ?? roundTripTimeUs;
    }
    return { isValid: true, packets: compound.packets, roundTripTimeUs, goodbyes, isCollision };
  }

  /** Mean since the last call; null where no report block answered one of ours. */
  takeRoundTripTimeUs(): number | null {
    return this.#trips.takeMeanUs();
  }

  /** Milliseconds until the next report is due; draws a random number each time. */
  nextReportDelayMs(): number {
    const bitsPerSecond = this.#options.sessionBitsPerSecond ?? SESSION_BITS_PER_SECOND;
    return reportIntervalMs({
      members: 2,
      senders: 2,
      rtcpBytesPerSecond: (bitsPerSecond * RTCP_BANDWIDTH_SHARE) / 8,
      hasSent: this.#sentBefore[1] > this.#sentBefore[0],
      averageRtcpBytes: this.#averageRtcpBytes,
      isInitial: this.#reportsSent === 0,
      random: this.#options.random(),
    });
  }

  #report(
    nowUs: number,
    sender: SenderCounters,
    reception: ReceptionCounters | null,
    extension: ReportExtension | null,
  ): RtcpPacket[] {
    const synchronizationSource = this.#options.synchronizationSource;
    const common = {
      synchronizationSource,
      reportBlocks: reception === null ? [] : [this.#reportOn(reception, nowUs)],
      profileExtension: new Uint8Array(0),
    };
    // RFC 3550 §6.4: a sender report only by who sent data since the last report or the one before.
    const isSender = sender.packets > this.#sentBefore[0];
    this.#sentBefore = [this.#sentBefore[1], sender.packets];
    const ntpTimestamp = toNtpTimestamp(nowUs);
    if (isSender || extension?.hasReferenceTime === true)
      this.#trips.remember(middleOfNtpTimestamp(ntpTimestamp), nowUs);
    const items = [{ itemType: CNAME_ITEM, text: this.#options.canonicalName }];
    return [
      isSender
        ? {
            type: 'sender-report',
            ...common,
            ntpTimestamp,
            rtpTimestamp: sender.rtpTimestamp >>> 0,
            packetCount: sender.packets >>> 0,
            octetCount: sender.octets >>> 0,
          }
        : { type: 'receiver-report', ...common },
      { type: 'source-description', chunks: [{ source: synchronizationSource, items }] },
      ...(extension === null ? [] : this.#extendedReport(ntpTimestamp, nowUs, extension)),
    ];
  }

  /** Nothing where there is nothing to say. */
  #extendedReport(
    ntpTimestamp: NtpTimestamp,
    nowUs: number,
    { hasReferenceTime, voipMetrics }: ReportExtension,
  ): ExtendedReport[] {
    const heard = this.#remoteMetrics.answerReferenceTime(nowUs);
    const blocks = [
      ...(hasReferenceTime ? [{ type: 'reference-time', ntpTimestamp } as const] : []),
      ...(heard === null ? [] : [heard]),
      ...(voipMetrics === null ? [] : [voipMetrics]),
    ];
    const { synchronizationSource } = this.#options;
    return blocks.length === 0 ? [] : [{ type: 'extended-report', synchronizationSource, blocks }];
  }

  #reportOn(reception: ReceptionCounters, nowUs: number): ReportBlock {
    const source = reception.synchronizationSource;
    const previous =
      this.#previousReception?.synchronizationSource === source ? this.#previousReception : null;
    this.#previousReception = reception;
    return deriveReportBlock(reception, previous, this.#lastSenderReport(source, nowUs));
  }

  #lastSenderReport(source: number, nowUs: number): LastSenderReport {
    const heard = this.#heardReport;
    if (heard?.source !== source) return { lastSenderReport: 0, delaySinceLastSenderReport: 0 };
    return {
      lastSenderReport: heard.middle,
      delaySinceLastSenderReport: usToShortUnits(nowUs - heard.atUs),
    };
  }

  /** @returns the round-trip time where the block answers a report that we did send (RFC 3550 §6.4.1). */
  #hearAboutUs(block: ReportBlock, arrivalUs: number): number | null {
    this.#remoteReception = {
      fractionLost: block.fractionLost,
      lostCumulative: block.cumulativeLost,
      jitter: block.jitter,
      extendedHighestSequenceNumber: block.extendedHighestSequenceNumber,
      atUs: arrivalUs,
    };
    return this.#trips.measure(block.lastSenderReport, block.delaySinceLastSenderReport, arrivalUs);
  }

  #finish(bytes: Uint8Array): Uint8Array {
    this.#reportsSent++;
    this.#averageIn(bytes.length);
    return bytes;
  }

  // RFC 3550 §6.3.3
  #averageIn(length: number): void {
    this.#averageRtcpBytes += (length + LOWER_LAYER_BYTES - this.#averageRtcpBytes) / 16;
  }
}
