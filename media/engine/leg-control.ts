/** The RTCP of one leg (RFC 3550 §6): where it goes, from whom it is taken, when it is sent, and its counts. */
import { type RemoteReport, readVoiceQuality } from '../quality/voice-quality.ts';
import type { ReceptionCounters } from '../rtcp/reception-report.ts';
import {
  type RemoteReception,
  type ReportExtension,
  RtcpSession,
  type SenderCounters,
} from '../rtcp/session.ts';
import type { MediaSession, TransportAddress } from './media-leg.ts';
import type { RtcpWatch } from './seen-rtcp.ts';
import { toSocketForm } from './source-lock.ts';

export interface LegControlOptions {
  readonly synchronizationSource: number;
  readonly canonicalName: string;
  readonly isIpv6Socket: boolean;
  /** Uniform from 0 up to 1. */
  readonly random: () => number;
  readonly send: (bytes: Uint8Array, to: TransportAddress, isMultiplexed: boolean) => void;
  /** Protects a report; null where it must not be sent. Counted is what it was before. */
  readonly seal: (bytes: Uint8Array) => Uint8Array | null;
  /** What extended reports are to say now, null for none; `roundTripTimeUs` is the one measured last. */
  readonly extension: (roundTripTimeUs: number | null) => ReportExtension | null;
  /** Null where nobody wants to see reports. */
  readonly watch: RtcpWatch | null;
}

/** Datagrams and their bytes in one interval. */
export interface ControlCounts {
  readonly receivedPackets: number;
  readonly receivedBytes: number;
  readonly sentPackets: number;
  readonly sentBytes: number;
  readonly roundTripTimeUs: number | null;
}

export class LegControl {
  readonly #options: LegControlOptions;
  readonly #session: RtcpSession;
  #remote: TransportAddress | null = null;
  #isMultiplexed = false;
  #isLearned = false;
  #nextReportMs = Number.POSITIVE_INFINITY;
  #hasReported = false;
  #receivedPackets = 0;
  #receivedBytes = 0;
  #sentPackets = 0;
  #sentBytes = 0;

  constructor(options: LegControlOptions) {
    this.#options = options;
    this.#session = new RtcpSession(options);
  }

  get isMultiplexed(): boolean {
    return this.#isMultiplexed;
  }

  /** What the other side last said about our stream; null until it did. */
  get remoteReception(): RemoteReception | null {
    return this.#session.remoteReception;
  }

  get synchronizationSource(): number {
    return this.#options.synchronizationSource;
  }

  /** What its extended reports said since the last call; null where none came. */
  takeRemoteReport(): RemoteReport | null {
    const blocks = this.#session.takeRemoteReport();
    if (blocks === null) return null;
    const { voipMetrics } = blocks;
    return { ...blocks, voipMetrics: voipMetrics === null ? null : readVoiceQuality(voipMetrics) };
  }

  update(session: MediaSession, isLearned: boolean, nowMs: number): void {
    this.#remote = toSocketForm(session.remoteRtcp, this.#options.isIpv6Socket);
    this.#isMultiplexed = session.isRtcpMultiplexed;
    this.#isLearned = isLearned;
    if (this.#nextReportMs === Number.POSITIVE_INFINITY) this.#schedule(nowMs);
  }

  /**
   * One datagram; `media` is where the RTP comes from. Where addresses are learned, RTCP is taken from that
   * host at any port, since a NAT gives it one of its own, and answered there.
   * @returns false where it came from anybody else
   */
  receive(
    bytes: Uint8Array,
    address: string,
    port: number,
    media: TransportAddress | null,
    nowMs: number,
  ): boolean {
    if (this.#isLearned && media?.address === address) this.#remote = { address, port };
    if (this.#remote === null || this.#remote.address !== address || this.#remote.port !== port) return false;
    this.#receivedPackets++;
    this.#receivedBytes += bytes.length;
    this.#options.watch?.('received', bytes, { address, port }, this.#isMultiplexed);
    // A report that seems to come from our own SSRC is no collision worth a new one (RFC 3550 §8.2): between
    // two parties it is an echo of what we sent, as testers make it.
    this.#session.receive(bytes, Math.round(nowMs * 1000));
    return true;
  }

  /** Sends the report that is due, if any (RFC 3550 §6.3). */
  advance(nowMs: number, sender: () => SenderCounters, reception: () => ReceptionCounters | null): void {
    if (nowMs < this.#nextReportMs) return;
    this.#send(this.#session.buildReport(Math.round(nowMs * 1000), sender(), reception(), this.#extension()));
    this.#schedule(nowMs);
  }

  sendGoodbye(nowMs: number, sender: SenderCounters, reception: ReceptionCounters | null): void {
    // RFC 3550 §6.3.7: not by who never sent anything.
    if (!this.#hasReported && sender.packets === 0) return;
    this.#send(this.#session.buildGoodbye(Math.round(nowMs * 1000), sender, reception, this.#extension()));
  }

  /** The interval since the last call. */
  takeCounts(): ControlCounts {
    const counts = {
      receivedPackets: this.#receivedPackets,
      receivedBytes: this.#receivedBytes,
      sentPackets: this.#sentPackets,
      sentBytes: this.#sentBytes,
      roundTripTimeUs: this.#session.takeRoundTripTimeUs(),
    };
    this.#receivedPackets = 0;
    this.#receivedBytes = 0;
    this.#sentPackets = 0;
    this.#sentBytes = 0;
    return counts;
  }

  #extension(): ReportExtension | null {
    return this.#options.extension(this.#session.lastRoundTripTimeUs);
  }

  #schedule(nowMs: number): void {
    this.#nextReportMs = nowMs + this.#session.nextReportDelayMs();
  }

  #send(bytes: Uint8Array): void {
    const sealed = this.#remote === null ? null : this.#options.seal(bytes);
    if (this.#remote === null || sealed === null) return;
    this.#hasReported = true;
    this.#sentPackets++;
    this.#sentBytes += bytes.length;
    this.#options.watch?.('sent', bytes, this.#remote, this.#isMultiplexed);
    this.#options.send(sealed, this.#remote, this.#isMultiplexed);
  }
}
