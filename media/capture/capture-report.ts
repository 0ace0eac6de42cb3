/** Which of the counted streams are RTP, and what is to be told of them. */
import type { MediaDigit } from '../engine/media-leg.ts';
import { BY_RECOMMENDATION, type QualityModel } from '../quality/leg-quality.ts';
import {
  DOUBLE_LAST_ARRIVAL_US,
  RECORD_DOUBLES,
  RECORD_WORDS,
  WORD_DUPLICATES,
  WORD_PACKETS,
} from '../receive/stream-record.ts';
import { distinctPackets, expectedPackets, type StreamRecords } from '../receive/stream-report.ts';
import type { StreamKey } from '../receive/stream-table.ts';
import type { TsharkReport } from '../receive/tshark-statistics.ts';
import type { VoipMetricsBlock } from '../rtcp/voip-metrics-block.ts';
import {
  EVIDENCES,
  FACT_BEGIN_US,
  FACT_CLOCK_RATE_HZ,
  FACT_CODEC,
  FACT_DESTINATION,
  FACT_DOUBLES,
  FACT_END_US,
  FACT_EVIDENCE,
  FACT_FIRST_ROW,
  FACT_IS_CLOCK_GUESSED,
  FACT_IS_ENCRYPTED,
  FACT_LOST,
  FACT_PAYLOAD_TYPE,
  FACT_PORTS,
  FACT_REMOTE_FRACTION,
  FACT_REMOTE_JITTER,
  FACT_REMOTE_LOST,
  FACT_RESTARTS,
  FACT_ROUND_TRIP_HALVES,
  FACT_ROUND_TRIP_SUM_US,
  FACT_ROUND_TRIPS,
  FACT_SOURCE,
  FACT_SYNCHRONIZATION_SOURCE,
  NOT_RATED_YET,
} from './captured-columns.ts';
import type { StreamEvidence } from './captured-stream.ts';
import { CapturedStreams } from './captured-streams.ts';
import { BELIEVED_PACKETS } from './interval-end.ts';
import { NO_ROW, type RowChains } from './interval-rows.ts';
import type { RtpCapture } from './rtp-capture.ts';

/**
 * The streams in the order in which they began; call once, after `end`. They are rated and described only when
 * somebody looks at them.
 * @param model by the recommendation of each codec when left out
 */
export function reportCapture(capture: RtpCapture, model: QualityModel = BY_RECOMMENDATION): CapturedStreams {
  const { rows, streams, udp, intervalUs, beginUs } = capture;
  const chains = rows.chains(streams.slots);
  const collector = new FactCollector(capture, chains);
  for (let slot = 0; slot < streams.slots; slot++) collector.collect(slot);
  const { facts, codecs, digits, remoteMetrics, tshark } = collector;
  return new CapturedStreams({
    ...{ model, intervalUs, beginUs, codecs, digits, remoteMetrics, tshark },
    facts: facts.slice(0, collector.count * FACT_DOUBLES),
    order: collector.order(),
    rows: rows.arrays,
    nextRows: chains.next,
    addresses: udp.addresses.known,
  });
}

class FactCollector {
  readonly facts: Float64Array<ArrayBuffer>;
  readonly codecs: (string | null)[] = [];
  readonly digits = new Map<number, readonly MediaDigit[]>();
  readonly remoteMetrics = new Map<number, VoipMetricsBlock>();
  readonly tshark: TsharkReport[] = [];
  /** Streams collected so far. */
  count = 0;
  #lastBeginUs = Number.NEGATIVE_INFINITY;
  #isInOrder = true;
  readonly #capture: RtpCapture;
  readonly #chains: RowChains;

  constructor(capture: RtpCapture, chains: RowChains) {
    this.#capture = capture;
    this.#chains = chains;
    this.facts = new Float64Array(capture.streams.slots * FACT_DOUBLES);
  }

  /** What is no stream is passed over. */
  collect(slot: number): void {
    const first = this.#chains.first[slot] as number;
    if (first === NO_ROW) return;
    const key = this.#capture.table.key(slot);
    const evidence = evidenceOf(this.#capture, slot, key.ports);
    if (evidence === null) return;
    const place = this.count++;
    const { facts } = this;
    const base = place * FACT_DOUBLES;
    facts[base + FACT_FIRST_ROW] = first;
    facts[base + FACT_EVIDENCE] = EVIDENCES.indexOf(evidence);
    facts[base + FACT_LOST] = NOT_RATED_YET;
    this.#collectKey(base, slot, key);
    this.#collectRtcp(base, key, place);
    this.#collectPayload(base, slot, place);
    if (this.#capture.tshark !== null) this.tshark.push(this.#capture.tshark.report(slot));
  }

  /** By the beginnings of streams: mostly that in which they were counted. */
  order(): Uint32Array<ArrayBuffer> {
    const order = Uint32Array.from({ length: this.count }, (_, place) => place);
    if (this.#isInOrder) return order;
    const begin = (place: number): number => this.facts[place * FACT_DOUBLES + FACT_BEGIN_US] as number;
    return order.sort((one, other) => begin(one) - begin(other) || one - other);
  }

  #collectKey(base: number, slot: number, key: StreamKey): void {
    const { facts } = this;
    const { rows, course, streams } = this.#capture;
    const beginUs = course.skew.beginUs(slot, rows.fromUs(this.#chains.first[slot] as number));
    const lastArrivalUs = streams.doubles[slot * RECORD_DOUBLES + DOUBLE_LAST_ARRIVAL_US] as number;
    facts[base + FACT_SOURCE] = key.source;
    facts[base + FACT_DESTINATION] = key.destination;
    facts[base + FACT_PORTS] = key.ports;
    facts[base + FACT_SYNCHRONIZATION_SOURCE] = key.synchronizationSource;
    facts[base + FACT_BEGIN_US] = beginUs;
    this.#isInOrder &&= beginUs >= this.#lastBeginUs;
    this.#lastBeginUs = beginUs;
    facts[base + FACT_END_US] = Math.max(beginUs, lastArrivalUs);
    facts[base + FACT_RESTARTS] = streams.restarts(slot);
  }

  #collectRtcp(base: number, key: StreamKey, place: number): void {
    const { facts } = this;
    const { rtcp } = this.#capture;
    const rtcpSlot = rtcp.find(key);
    const trip = rtcp.roundTrip(rtcpSlot);
    const remote = rtcp.remoteReception(rtcpSlot);
    const metrics = rtcp.remoteMetrics(rtcpSlot);
    facts[base + FACT_ROUND_TRIP_SUM_US] = trip?.sumUs ?? 0;
    facts[base + FACT_ROUND_TRIPS] = trip?.count ?? 0;
    facts[base + FACT_ROUND_TRIP_HALVES] = trip?.halves ?? 0;
    facts[base + FACT_REMOTE_LOST] = remote?.lostCumulative ?? Number.NaN;
    facts[base + FACT_REMOTE_FRACTION] = remote?.fractionLost ?? Number.NaN;
    facts[base + FACT_REMOTE_JITTER] = remote?.jitter ?? Number.NaN;
    if (metrics !== null) this.remoteMetrics.set(place, metrics);
  }

  #collectPayload(base: number, slot: number, place: number): void {
    const { facts } = this;
    const { payloads, streams } = this.#capture;
    const payload = payloads.payload(slot);
    const digits = payloads.takeDigits(slot);
    facts[base + FACT_IS_ENCRYPTED] = payloads.describedBy(slot)?.isEncrypted ? 1 : 0;
    facts[base + FACT_PAYLOAD_TYPE] = payload?.payloadType ?? -1;
    facts[base + FACT_CODEC] = payload === null ? -1 : this.#codec(payload.encodingName);
    facts[base + FACT_CLOCK_RATE_HZ] = payload?.clockRateHz ?? streams.clockRateHz(slot);
    facts[base + FACT_IS_CLOCK_GUESSED] = payload?.isClockGuessed ? 1 : 0;
    if (digits.length > 0) this.digits.set(place, digits);
  }

  #codec(encodingName: string | null): number {
    const known = this.codecs.indexOf(encodingName);
    return known >= 0 ? known : this.codecs.push(encodingName) - 1;
  }
}

function evidenceOf(capture: RtpCapture, slot: number, ports: number): StreamEvidence | null {
  if (capture.payloads.describedBy(slot) !== null) return 'signaling';
  if (capture.isHinted(ports)) return 'port';
  return isLikeRtp(capture.streams, slot) ? 'heuristic' : null;
}

/**
 * Sequence numbers that go on: distinct ones, few strays, most of them there. DNS, which begins like RTP as often
 * as not, says the same number in each packet; random bytes say another one each time.
 */
function isLikeRtp({ words, breaks }: StreamRecords, slot: number): boolean {
  const packets = words[slot * RECORD_WORDS + WORD_PACKETS] as number;
  const duplicates = words[slot * RECORD_WORDS + WORD_DUPLICATES] as number;
  const distinct = distinctPackets(words, breaks, slot);
  const expected = expectedPackets(words, breaks, slot);
  const strays = packets - distinct - duplicates;
  return distinct >= BELIEVED_PACKETS && strays * 4 <= packets && expected <= distinct * 4;
}
