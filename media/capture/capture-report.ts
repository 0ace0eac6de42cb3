/** Which of the counted streams are RTP, and what is to be told of them. */
import { codecImpairment } from '../quality/codec-impairment.ts';
import { assessLegQuality, type QualityModel } from '../quality/leg-quality.ts';
import { jitterPercentileUs } from '../receive/jitter-classes.ts';
import { BUFFERED_JITTERS } from '../receive/pace-constants.ts';
import { DOUBLE_LAST_ARRIVAL_US, RECORD_DOUBLES } from '../receive/stream-record.ts';
import { deriveFigures, type IntervalFigures } from '../receive/stream-report.ts';
import type { BurstGapFigures, CapturedSpan, CapturedStream, StreamEvidence } from './captured-stream.ts';
import { IntervalRow, type IntervalRows, NO_ROW, type RowChains } from './interval-rows.ts';
import { BELIEVED_PACKETS, type RtpCapture } from './rtp-capture.ts';
import type { StreamPayload } from './stream-payloads.ts';

const MINUTE_US = 60_000_000;
/** Of a stream too short to tell. */
const PACKET_TIME_DEFAULT_US = 20_000;
const HIGH_SHARE = 0.95;

/**
 * The streams in the order in which they began; call once, after `end`.
 * @param model by the recommendation of each codec when left out
 */
export function reportCapture(capture: RtpCapture, model?: QualityModel): CapturedStream[] {
  const reader: RowReader = {
    rows: capture.rows,
    chains: capture.rows.chains(capture.streams.slots),
    row: new IntervalRow(),
    sum: new IntervalRow(),
  };
  const streams: CapturedStream[] = [];
  for (let slot = 0; slot < capture.streams.slots; slot++) {
    const stream = reportStream(capture, slot, reader, model);
    if (stream !== null) streams.push(stream);
  }
  return streams.sort((one, other) => one.beginUs - other.beginUs);
}

/** The rows of all streams, and room for one and for a sum of them. */
interface RowReader {
  readonly rows: IntervalRows;
  readonly chains: RowChains;
  readonly row: IntervalRow;
  readonly sum: IntervalRow;
}

/** @returns null for what is no stream */
function reportStream(
  capture: RtpCapture,
  slot: number,
  reader: RowReader,
  model: QualityModel | undefined,
): CapturedStream | null {
  const { rows, chains, row, sum } = reader;
  const first = chains.first[slot] as number;
  if (first === NO_ROW) return null;
  sum.clear();
  for (let at = first; at !== NO_ROW; at = chains.next[at] as number) {
    rows.read(at, row);
    sum.add(row);
  }
  const evidence = evidenceOf(capture, slot, sum);
  return evidence === null ? null : describeStream(capture, slot, evidence, reader, model);
}

function evidenceOf(capture: RtpCapture, slot: number, whole: IntervalRow): StreamEvidence | null {
  if (capture.payloads.describedBy(slot) !== null) return 'signaling';
  if (capture.isHinted(capture.table.key(slot).ports)) return 'port';
  return isLikeRtp(whole) ? 'heuristic' : null;
}

/**
 * Sequence numbers that go on: distinct ones, few strays, most of them there. DNS, which begins like RTP as often
 * as not, says the same number in each packet; random bytes say another one each time.
 */
function isLikeRtp({ packets, distinct, duplicates, expected }: IntervalRow): boolean {
  const strays = packets - distinct - duplicates;
  return distinct >= BELIEVED_PACKETS && strays * 4 <= packets && expected <= distinct * 4;
}

/** The sum is of all rows of the stream. */
function describeStream(
  capture: RtpCapture,
  slot: number,
  evidence: StreamEvidence,
  reader: RowReader,
  model: QualityModel | undefined,
): CapturedStream {
  const key = capture.table.key(slot);
  const { source, destination, ports, synchronizationSource } = key;
  const { addresses } = capture.udp;
  const payload = capture.payloads.payload(slot);
  const rtcpSlot = capture.rtcp.find(key);
  const trip = capture.rtcp.roundTrip(rtcpSlot);
  reader.sum.roundTripSumUs = trip?.sumUs ?? 0;
  reader.sum.roundTrips = trip?.count ?? 0;
  const beginUs = capture.begins[slot] as number;
  const lastArrivalUs = capture.streams.doubles[slot * RECORD_DOUBLES + DOUBLE_LAST_ARRIVAL_US] as number;
  // The span comes first in what is returned: V8 copies that one at once, any other property by property.
  const span = describeSpan(reader.sum, beginUs, payload, model);
  const minutes = isOfOneRow(slot, reader)
    ? [{ ...span, beginUs: capture.beginUs + numberOf(reader.row, capture, MINUTE_US) * MINUTE_US }]
    : describeRows(capture, slot, MINUTE_US, payload, reader, model);
  const isByMinute = capture.intervalUs === MINUTE_US;
  return {
    ...span,
    sourceAddress: addresses.format(source),
    sourcePort: ports >>> 16,
    destinationAddress: addresses.format(destination),
    destinationPort: ports & 0xffff,
    synchronizationSource,
    endUs: Math.max(beginUs, lastArrivalUs),
    evidence,
    isEncrypted: capture.payloads.describedBy(slot)?.isEncrypted ?? false,
    payloadType: payload?.payloadType ?? null,
    codec: payload?.encodingName ?? null,
    codecSource: sourceOf(payload, model),
    clockRateHz: payload?.clockRateHz ?? capture.streams.clockRateHz(slot),
    isClockGuessed: payload?.isClockGuessed ?? false,
    restarts: capture.streams.restarts(slot),
    roundTripHalves: trip?.halves ?? 0,
    remote: capture.rtcp.remoteReception(rtcpSlot),
    remoteMetrics: capture.rtcp.remoteMetrics(rtcpSlot),
    digits: capture.payloads.takeDigits(slot),
    minutes,
    intervals: isByMinute ? minutes : describeRows(capture, slot, capture.intervalUs, payload, reader, model),
    tshark: capture.tshark?.report(slot) ?? null,
  };
}

/** Whether the whole stream is one row, so that its figures are those of its one minute; the row was read last. */
function isOfOneRow(slot: number, { chains, row, sum }: RowReader): boolean {
  const isOnly = chains.next[chains.first[slot] as number] === NO_ROW;
  return isOnly && row.roundTrips === sum.roundTrips && row.roundTripSumUs === sum.roundTripSumUs;
}

/** In which length of time of the capture a row lies. */
function numberOf(row: IntervalRow, capture: RtpCapture, lengthUs: number): number {
  return Math.floor((row.interval * capture.intervalUs) / lengthUs);
}

function sourceOf(
  payload: StreamPayload | null,
  model: QualityModel | undefined,
): CapturedStream['codecSource'] {
  const codec = codecImpairment(payload?.encodingName ?? '', true, model?.scale === 'narrowband');
  return codec === null ? null : { source: codec.source, isEstimate: codec.isEstimate };
}

/** A span for each length of time in which there are rows. */
function describeRows(
  capture: RtpCapture,
  slot: number,
  lengthUs: number,
  payload: StreamPayload | null,
  { rows, chains, row, sum }: RowReader,
  model: QualityModel | undefined,
): CapturedSpan[] {
  const spans: CapturedSpan[] = [];
  let number = -1;
  const close = (): void => {
    if (number >= 0) spans.push(describeSpan(sum, capture.beginUs + number * lengthUs, payload, model));
  };
  for (let at = chains.first[slot] as number; at !== NO_ROW; at = chains.next[at] as number) {
    rows.read(at, row);
    const next = numberOf(row, capture, lengthUs);
    if (next !== number) {
      close();
      sum.clear();
      number = next;
    }
    sum.add(row);
  }
  close();
  return spans;
}

function describeSpan(
  row: IntervalRow,
  beginUs: number,
  payload: StreamPayload | null,
  model: QualityModel | undefined,
): CapturedSpan {
  const figures = deriveFigures(row);
  const roundTripTimeUs = row.roundTrips === 0 ? null : row.roundTripSumUs / row.roundTrips;
  // What is in a packet must be there before it can be played.
  const packetTimeUs = row.packetTimeUs || PACKET_TIME_DEFAULT_US;
  const jitterBufferDelayMs =
    figures.jitterUs === null ? null : (packetTimeUs + BUFFERED_JITTERS * figures.jitterUs) / 1000;
  const measurement = {
    encodingName: payload?.encodingName ?? '',
    isConcealed: true,
    expected: figures.expected,
    lost: figures.lost,
    late: row.late,
    burstRatio: figures.burstRatio,
    roundTripTimeUs,
    jitterBufferDelayMs,
  };
  const quality = assessLegQuality(measurement, model);
  // One by one: spread together they took five times as long, for hundreds of thousands of spans.
  return {
    beginUs,
    packets: figures.packets,
    bytes: figures.bytes,
    expected: figures.expected,
    lost: figures.lost,
    duplicates: figures.duplicates,
    reordered: figures.reordered,
    lossRuns: figures.lossRuns,
    burstRatio: figures.burstRatio,
    jitterUs: figures.jitterUs,
    jitterMaxUs: figures.jitterMaxUs,
    jitterPackets: figures.jitterPackets,
    late: row.late,
    jitterP95Us: describeHighJitter(row, figures),
    deltaMaxUs: row.deltaMaxUs === 0 ? null : row.deltaMaxUs,
    skewUs: row.skewUs,
    silenceUs: row.silenceUs,
    packetTimeUs: row.packetTimeUs === 0 ? null : row.packetTimeUs,
    packetTimeChanges: row.packetTimeChanges,
    burstGap: describeBursts(row, figures.lost, packetTimeUs),
    roundTripTimeUs,
    jitterBufferDelayMs,
    mosListening: quality.mosListening,
    mosConversational: quality.mosConversational,
    quality: quality.quality,
  };
}

/** Classes are coarse: their share of the highest one may lie above the highest value. */
function describeHighJitter(row: IntervalRow, { jitterMaxUs }: IntervalFigures): number | null {
  const highUs = jitterPercentileUs(row.jitterClasses, HIGH_SHARE);
  return highUs === null || jitterMaxUs === null ? null : Math.min(highUs, jitterMaxUs);
}

/** RFC 3611 §4.7.2; there is one gap more than there are bursts, before, between and behind them. */
function describeBursts(row: IntervalRow, lost: number, packetTimeUs: number): BurstGapFigures | null {
  const unheard = lost + row.late;
  if (unheard === 0 || row.expected <= 0) return null;
  const { bursts, burstPackets, burstUnheard } = row;
  const gapPackets = Math.max(0, row.expected - burstPackets);
  const percent = (part: number, whole: number): number => (whole === 0 ? 0 : (part / whole) * 100);
  return {
    bursts,
    burstDensityPercent: percent(burstUnheard, burstPackets),
    burstDurationMs: ((burstPackets / Math.max(1, bursts)) * packetTimeUs) / 1000,
    gapDensityPercent: percent(Math.max(0, unheard - burstUnheard), gapPackets),
    gapDurationMs: ((gapPackets / (Math.max(0, bursts) + 1)) * packetTimeUs) / 1000,
  };
}
