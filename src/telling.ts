import type { MediaDigit } from '../media/engine/media-leg.ts';
import type { LegReport } from '../media/quality/leg-report.ts';
import { createCallMinute, type SideReports } from '../metrics/call-minute.ts';
import { createMediaQualityRecord } from '../metrics/media-quality-log.ts';
import type { FamilyDescription, LabeledValue } from '../metrics/prometheus.ts';
import type { Destination, Sink } from '../metrics/sink/sink.ts';
import type { SignaledDigit } from '../signaling/call-leg.ts';
import type { QualityReportKind } from '../signaling/quality-report/quality-report.ts';
import { callSummary } from './call/call-view.ts';
import type { LiveEvent } from './http/service-view.ts';
import type { CallObserver } from './meeting/call-desk.ts';
import type { Meeting } from './meeting/meeting.ts';
import type { MeetingChange, MeetingListener, ParticipantChange } from './meeting/meeting-listener.ts';
import { meetingSummary, participantView } from './meeting/meeting-view.ts';
import type { Participant } from './meeting/participant.ts';
import { CallBook } from './telling/call-book.ts';
import { CallCounts } from './telling/call-counts.ts';
import { LiveEvents } from './telling/live-events.ts';
import { MetricPeriods } from './telling/metric-periods.ts';
import { ServiceMetrics } from './telling/service-metrics.ts';
import { SipTelling } from './telling/sip-telling.ts';
import type { ToldCall } from './telling/told-call.ts';

const TICK_MS = 250;

export interface TellingOptions {
  readonly region: string;
  /** Calls into meetings, and SIP messages of no call, are told as those of this connector. */
  readonly roomsConnectorId: string;
  /** Length of a metrics period; periods begin at its multiples since the epoch. */
  readonly periodSeconds: number;
  readonly sinks: readonly Sink[];
  /** Whether a connector's SIP messages and call minutes are logged; metrics are told in any case. */
  readonly isLogged?: (voiceConnectorId: string) => boolean;
}

/** Whom the service tells what happens. What is told here reaches logs, metrics, Prometheus and live events. */
export class Telling implements CallObserver, MeetingListener {
  readonly #options: TellingOptions;
  readonly #calls: CallBook;
  readonly #sip: SipTelling;
  readonly #periods: MetricPeriods;
  readonly #metrics = new ServiceMetrics();
  readonly #counts: CallCounts;
  readonly #events = new LiveEvents();
  #timer: NodeJS.Timeout | null = null;

  constructor(options: TellingOptions, nowMs: number) {
    const { roomsConnectorId, region } = options;
    this.#options = options;
    this.#calls = new CallBook({ voiceConnectorId: roomsConnectorId, region });
    this.#periods = new MetricPeriods(options.periodSeconds, nowMs, (line, periodStartMs) =>
      this.write({ kind: 'metrics' }, line, periodStartMs),
    );
    this.#metrics.addSinks(options.sinks);
    this.#counts = new CallCounts(this.#calls, this.#periods, this.#metrics, region);
    this.#sip = new SipTelling({
      region,
      roomsConnectorId,
      calls: this.#calls,
      periods: this.#periods,
      metrics: this.#metrics,
      write: (voiceConnectorId, json, atMs) =>
        this.write({ kind: 'sip-message-log', voiceConnectorId }, json, atMs),
    });
  }

  /** Begins to write four times a second, and a period's metrics at its end. */
  start(): void {
    this.#timer ??= setInterval(() => void this.tick(Date.now()), TICK_MS).unref();
  }

  /** What the timer does; resolves when what was told has been written, and never rejects. */
  async tick(nowMs: number): Promise<void> {
    this.#sip.drain();
    this.#calls.sweep(nowMs);
    this.#periods.at(nowMs);
    await Promise.all(this.#options.sinks.map((sink) => sink.flush()));
  }

  /** Writes everything, the metrics of the period under way included. */
  async stop(nowMs: number): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.#sip.drain();
    this.#periods.at(nowMs);
    this.#periods.end();
    await Promise.all(this.#options.sinks.map((sink) => sink.stop()));
  }

  callArrived(call: ToldCall, nowMs: number): void {
    const { series } = this.#calls.open(call);
    this.#counts.attempted(call, series.voiceConnectorId, nowMs);
    this.#metrics.callsArrived.add(1, series.voiceConnectorId, call.leg.protocol, call.leg.transport);
    this.#tellCall('call-arrived', call, nowMs);
  }

  callRinging(call: ToldCall, nowMs: number): void {
    this.#tellCall('call-ringing', call, nowMs);
  }

  callAnswered(call: ToldCall, nowMs: number): void {
    const booked = this.#calls.update(call);
    const { series, direction } = booked;
    booked.isActive = true;
    this.#counts.attempted(call, series.voiceConnectorId, nowMs);
    this.#periods.at(nowMs).count(series, `${direction}CallsAnswered`);
    this.#periods.at(nowMs).callStarted(series, direction);
    this.#metrics.changeActiveCalls(series.voiceConnectorId, 1);
    this.#metrics.callsAnswered.add(1, series.voiceConnectorId, call.leg.protocol);
    this.#metrics.callSetup.observe(Math.max(0, nowMs - call.leg.arrivedAtMs) / 1000);
    this.#tellCall('call-answered', call, nowMs);
  }

  /** Reads `call.refusal`. A caller who hangs up before the answer counts as a failure too: AWS sees a 487. */
  callRefused(call: ToldCall, nowMs: number): void {
    this.#counts.refused(call, this.#calls.update(call).series.voiceConnectorId, nowMs);
    this.#calls.close(call, nowMs);
    this.#tellCall('call-refused', call, nowMs);
  }

  /** Reads `call.end`. */
  callEnded(call: ToldCall, nowMs: number): void {
    const booked = this.#calls.get(call);
    if (booked.isActive) {
      booked.isActive = false;
      this.#periods.at(nowMs).callEnded(booked.series, booked.direction);
      this.#metrics.changeActiveCalls(booked.series.voiceConnectorId, -1);
    }
    const reason = call.end?.reason ?? 'normal-clearing';
    this.#metrics.callsEnded.add(1, booked.series.voiceConnectorId, reason);
    this.#metrics.callDuration.observe(Math.max(0, nowMs - (call.answeredAtMs ?? nowMs)) / 1000);
    this.#calls.close(call, nowMs);
    this.#tellCall('call-ended', call, nowMs);
  }

  legReport(call: ToldCall, report: LegReport): void {
    this.callMinute(call, { customer: report, remote: null });
  }

  /** A minute of a call as its sides measured it; live and for Prometheus the customer's stands for both. */
  callMinute(call: ToldCall, sides: SideReports): void {
    const booked = this.#calls.get(call);
    const { identity, series } = booked;
    const minute = createCallMinute(identity, sides);
    const record = createMediaQualityRecord(minute);
    this.#periods.at(minute.timestampMs).callMinute(series, minute, record);
    const { voiceConnectorId } = series;
    this.write({ kind: 'media-quality-log', voiceConnectorId }, JSON.stringify(record), minute.timestampMs);
    const report = sides.customer;
    if (report === null) return;
    const sentLost = Math.max(booked.sentLostCumulative, report.sent.lostCumulative ?? 0);
    this.#metrics.legReport(report, sentLost - booked.sentLostCumulative);
    booked.sentLostCumulative = sentLost;
    this.event({ type: 'leg-report', atMs: report.intervalEndMs, callId: call.id, report });
  }

  digitPressed(call: ToldCall, { digit, source, durationMs, atMs }: SignaledDigit | MediaDigit): void {
    this.#metrics.digits.add(1, source);
    this.event({ type: 'digit', atMs, callId: call.id, digit: { digit, source, durationMs, atMs } });
  }

  mediaSilence(call: ToldCall, isSilent: boolean, silentForMs: number, nowMs: number): void {
    if (isSilent) this.#metrics.silences.add(1);
    const type = isSilent ? 'media-silent' : 'media-heard';
    this.event({ type, atMs: nowMs, callId: call.id, silentForMs });
  }

  sourceRefused(
    call: ToldCall,
    source: { readonly address: string; readonly port: number; readonly packets: number },
    nowMs: number,
  ): void {
    this.#metrics.refusedPackets.add(source.packets);
    this.event({ type: 'media-source-refused', atMs: nowMs, callId: call.id, ...source });
  }

  qualityReport(result: 'received' | 'sent' | 'failed', kind: QualityReportKind): void {
    this.#metrics.qualityReports.add(1, result, kind);
  }

  internalError(): void {
    this.#metrics.internalErrors.add(1);
  }

  meetingChanged(type: MeetingChange, meeting: Meeting, atMs: number): void {
    this.event({ type, atMs, meeting: meetingSummary(meeting) });
  }

  participantChanged(
    type: ParticipantChange,
    meeting: Meeting,
    participant: Participant,
    atMs: number,
  ): void {
    if (!this.#events.hasListeners) return;
    this.event({
      type,
      atMs,
      meeting: meetingSummary(meeting),
      participant: participantView(meeting, participant),
    });
  }

  /**
   * A message on the wire, retransmissions included: counted by method or status class, and logged.
   * `bytes` may be used again by the caller afterwards; a null `callIdHeader` is read from the message.
   */
  sipMessage(
    direction: 'received' | 'sent',
    bytes: Uint8Array,
    callIdHeader: string | null,
    atMs: number,
    voiceConnectorId: string | null = null,
  ): void {
    this.#sip.message(direction, bytes, callIdHeader, atMs, voiceConnectorId);
  }

  /** Messages with that Call-ID belong to the other side of the call. */
  legPlaced(call: ToldCall, sipCallId: string): void {
    this.#calls.addCallId(call, sipCallId);
  }

  /** A request came to that connector, and may never become a call. */
  requestMet(sipCallId: string, voiceConnectorId: string): void {
    this.#calls.attribute(sipCallId, voiceConnectorId);
  }

  /** AWS counts a call that saw a refusal as failed, also where it was taken elsewhere. */
  routeFailed(call: ToldCall, voiceConnectorId: string, nowMs: number): void {
    this.#counts.failed(call, voiceConnectorId, nowMs);
  }

  /** A limit said no before there was a call; `name` is its configuration key. */
  limitHit(name: string, detail: string, nowMs: number, remoteAddress = ''): void {
    this.#metrics.limitsHit.add(1, name);
    this.event({ type: 'request-refused', atMs: nowMs, reason: name, detail, remoteAddress });
  }

  /** How often the limit of that name said no. */
  limitHits(name: string): number {
    return this.#metrics.limitsHit.value(name);
  }

  /** `reason`: one of a few words, since it becomes a label; `detail` may say anything. */
  malformed(reason: string, detail: string, nowMs: number, remoteAddress = ''): void {
    this.#metrics.malformed.add(1, reason);
    this.event({ type: 'request-refused', atMs: nowMs, reason, detail, remoteAddress });
  }

  workerLateness(latenessMs: number): void {
    this.#metrics.workerLateness.observe(latenessMs / 1000);
  }

  /** Publishes a value that somebody else keeps, such as the number of SIP transactions. */
  addGauge(
    description: FamilyDescription,
    read: () => number | readonly LabeledValue[],
    type: 'gauge' | 'counter' = 'gauge',
  ): void {
    this.#metrics.addGauge(description, read, type);
  }

  event(event: LiveEvent): void {
    this.#events.tell(event);
  }

  subscribe(listener: (event: LiveEvent) => void): () => void {
    return this.#events.subscribe(listener);
  }

  prometheusText(): string {
    return this.#metrics.registry.text();
  }

  #tellCall(
    type: 'call-arrived' | 'call-ringing' | 'call-answered' | 'call-refused' | 'call-ended',
    call: ToldCall,
    atMs: number,
  ): void {
    if (this.#events.hasListeners) this.event({ type, atMs, call: callSummary(call) });
  }

  /** One JSON text for the files, such as an event of AWS's or a line of the meeting log. */
  write(destination: Destination, json: string, atMs: number): void {
    const isLog = 'voiceConnectorId' in destination;
    if (isLog && this.#options.isLogged?.(destination.voiceConnectorId) === false) return;
    for (const sink of this.#options.sinks) sink.write(destination, json, atMs);
  }
}
