import type { LegReport } from '../../media/quality/leg-report.ts';
import {
  Counter,
  type FamilyDescription,
  Gauge,
  Histogram,
  type LabeledValue,
  PrometheusRegistry,
} from '../../metrics/prometheus.ts';
import type { Sink } from '../../metrics/sink/sink.ts';
import type { SipMessageKind } from '../../metrics/sip-message-log.ts';

const SETUP_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const DURATION_SECONDS = [1, 5, 15, 60, 300, 900, 1800, 3600, 7200, 14_400];
const JITTER_SECONDS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1];
const ROUND_TRIP_SECONDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1];
const LOSS_RATIO = [0, 0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2];
const MOS = [1.5, 2, 2.5, 3, 3.5, 3.9, 4.1, 4.3];
const LATENESS_SECONDS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.04, 0.1, 0.5];

/** The service's own counters for Prometheus. Labels never hold a call's ID: a series for each call is too many. */
export class ServiceMetrics {
  readonly registry = new PrometheusRegistry();
  readonly callsArrived = this.#counter('calls_arrived_total', 'Calls that came in or went out', [
    'voice_connector_id',
    'protocol',
    'transport',
  ]);
  readonly callsAnswered = this.#counter('calls_answered_total', 'Calls that were answered', [
    'voice_connector_id',
    'protocol',
  ]);
  readonly callsRefused = this.#counter('calls_refused_total', 'Calls that ended before an answer, and why', [
    'voice_connector_id',
    'reason',
  ]);
  readonly callsEnded = this.#counter('calls_ended_total', 'Answered calls that ended, and why', [
    'voice_connector_id',
    'reason',
  ]);
  readonly callSetup = this.#histogram('call_setup_seconds', 'From the INVITE to our answer', SETUP_SECONDS);
  readonly callDuration = this.#histogram('call_duration_seconds', 'From answer to end', DURATION_SECONDS);
  readonly digits = this.#counter('digits_total', 'Keys pressed, by how they came', ['source']);
  readonly silences = this.#counter('media_silences_total', 'Times that a leg stopped sending RTP');
  readonly refusedPackets = this.#counter('media_refused_packets_total', 'RTP packets from a wrong address');
  readonly limitsHit = this.#counter('limits_hit_total', 'Times that a limit said no', ['limit']);
  readonly malformed = this.#counter('sip_malformed_total', 'SIP and H.323 messages not understood', [
    'reason',
  ]);
  readonly qualityReports = this.#counter(
    'quality_reports_total',
    'Quality reports (RFC 6035) received, sent, and failed to be sent',
    ['result', 'kind'],
  );
  readonly internalErrors = this.#counter('internal_errors_total', 'Errors of our own');
  readonly workerLateness = this.#histogram(
    'media_worker_lateness_seconds',
    'How late a media worker began a 20 ms turn',
    LATENESS_SECONDS,
  );
  readonly #requests = this.#counter('sip_requests_total', 'SIP requests on the wire', [
    'direction',
    'method',
  ]);
  readonly #responses = this.#counter('sip_responses_total', 'SIP responses on the wire', [
    'direction',
    'class',
  ]);
  readonly #packets = this.#counter('media_packets_total', 'RTP packets', ['direction']);
  readonly #bytes = this.#counter('media_bytes_total', 'RTP bytes, headers and payload', ['direction']);
  readonly #lost = this.#counter('media_packets_lost_total', 'RTP packets lost', ['direction']);
  readonly #duplicates = this.#counter('media_duplicate_packets_total', 'RTP packets received again');
  readonly #reordered = this.#counter('media_reordered_packets_total', 'RTP packets received out of order');
  readonly #late = this.#counter('media_late_packets_total', 'RTP packets too late to be played');
  readonly #jitter = this.#histogram('media_jitter_seconds', 'Jitter of a leg and minute', JITTER_SECONDS);
  readonly #roundTrip = this.#histogram(
    'media_round_trip_seconds',
    'Round trip of a leg and minute',
    ROUND_TRIP_SECONDS,
  );
  readonly #loss = this.#histogram('media_loss_ratio', 'Loss of a leg and minute, 0 to 1', LOSS_RATIO);
  readonly #mos = this.#histogram('media_mos', 'Conversational MOS of a leg and minute', MOS);

  readonly #activeCalls = new Map<string, number>();

  constructor() {
    const labels = ['voice_connector_id'];
    this.addGauge({ name: 'carillon_calls_active', help: 'Answered calls under way', labels }, () =>
      [...this.#activeCalls].map(([voiceConnectorId, value]) => ({ labels: [voiceConnectorId], value })),
    );
  }

  changeActiveCalls(voiceConnectorId: string, change: 1 | -1): void {
    this.#activeCalls.set(voiceConnectorId, (this.#activeCalls.get(voiceConnectorId) ?? 0) + change);
  }

  sipMessage(direction: 'received' | 'sent', kind: SipMessageKind): void {
    if ('statusClass' in kind) {
      this.#responses.add(1, direction, `${kind.statusClass}xx`);
    } else {
      this.#requests.add(1, direction, 'method' in kind ? kind.method : 'other');
    }
  }

  /** `sentLost`: how many more of our packets the other side reported lost since the last report. */
  legReport(report: LegReport, sentLost: number): void {
    const { received, sent } = report;
    this.#packets.add(received.packets, 'received');
    this.#packets.add(sent.packets, 'sent');
    this.#bytes.add(received.bytes, 'received');
    this.#bytes.add(sent.bytes, 'sent');
    this.#lost.add(received.lost, 'received');
    this.#lost.add(sentLost, 'sent');
    this.#duplicates.add(received.duplicates);
    this.#reordered.add(received.reordered);
    this.#late.add(received.late);
    observe(this.#jitter, received.jitterUs, 1e-6);
    observe(this.#roundTrip, report.roundTripTimeUs, 1e-6);
    observe(this.#mos, report.mosConversational, 1);
    if (received.expected > 0) {
      this.#loss.observe(received.lost / received.expected);
    }
  }

  /** Counters that a sink keeps itself are read when the page is asked for. */
  addSinks(sinks: readonly Sink[]): void {
    const read = (key: keyof Sink['counters']) => () =>
      sinks.map((sink) => ({ labels: [sink.name], value: sink.counters[key] }));
    const add = (name: string, help: string, key: keyof Sink['counters']) =>
      this.registry.register(new Gauge(named(name, help, ['sink']), read(key), 'counter'));
    add('sink_lines_written_total', 'Lines of logs, metrics and events written', 'linesWritten');
    add('sink_lines_dropped_total', 'Lines that could not be kept', 'linesDropped');
    add('sink_outages_total', 'Times that writing began to fail', 'outages');
  }

  /** A value that somebody else keeps, under its full name. */
  addGauge(
    description: FamilyDescription,
    read: () => number | readonly LabeledValue[],
    type: 'gauge' | 'counter' = 'gauge',
  ): void {
    this.registry.register(new Gauge(description, read, type));
  }

  #counter(name: string, help: string, labels: readonly string[] = []): Counter {
    return this.registry.register(new Counter(named(name, help, labels)));
  }

  #histogram(name: string, help: string, bounds: readonly number[]): Histogram {
    return this.registry.register(new Histogram(named(name, help, []), bounds));
  }
}

function named(name: string, help: string, labels: readonly string[]): FamilyDescription {
  return { name: `carillon_${name}`, help, labels };
}

function observe(histogram: Histogram, value: number | null, scale: number): void {
  if (value !== null) {
    histogram.observe(value * scale);
  }
}
