/**
 * RTCP as somebody in the middle hears it. An RR that answers an SR we saw tells how long the way from us to
 * its sender and back takes: arrival(RR) − arrival(SR) − DLSR (RFC 3550 §6.4.1). The halves to both ends,
 * added, are the round-trip time of the call.
 */
import type { StreamKey } from '../receive/stream-table.ts';
import { EXTENDED_REPORT_TYPE, RECEIVER_REPORT_TYPE, SENDER_REPORT_TYPE } from '../rtcp/common-header.ts';
import { parseExtendedReport } from '../rtcp/extended-report.ts';
import { shortUnitsToUs } from '../rtcp/ntp.ts';
import { REPORT_BLOCK_LENGTH, readReportBlock } from '../rtcp/report-block.ts';
import type { VoipMetricsBlock } from '../rtcp/voip-metrics-block.ts';

/** What the receiver of a stream last said about it. */
export interface RemoteReception {
  readonly lostCumulative: number;
  readonly fractionLost: number;
  /** In timestamp units. */
  readonly jitter: number;
}

export interface RoundTrip {
  readonly sumUs: number;
  readonly count: number;
  /** 2 where the ways to both ends were measured, 1 where only one was. */
  readonly halves: 1 | 2;
}

interface HalfLoop {
  sumUs: number;
  count: number;
}

interface RtcpSource {
  readonly source: number;
  readonly destination: number;
  /** Of the pair: both even. */
  readonly ports: number;
  /** Sender reports seen, by the middle of their NTP timestamp. */
  readonly sentReports: { readonly middle: number; readonly atUs: number }[];
  readonly whole: HalfLoop;
  readonly interval: HalfLoop;
  /** The other direction of the call. */
  answeredBy: RtcpSource | null;
  remote: RemoteReception | null;
  metrics: VoipMetricsBlock | null;
}

const RTCP_LENGTH_MINIMUM = 8;
const SENDER_REPORT_LENGTH = 28;
const SOURCES_MAXIMUM = 262_144;
/** Sources of the same SSRC, as broken senders have. */
const NAMESAKES_MAXIMUM = 64;
const REMEMBERED_REPORTS = 16;
/** Rounding of DLSR may make a short way negative by a little; more than this is a lie. */
const NEGATIVE_TRIP_US = 1000;
/** RTP has an even port and RTCP the next one (RFC 3550 §11), or both share one: told apart by nothing else. */
const PORT_PAIRS = 0xfffe_fffe;

export class RtcpWatch {
  /** By SSRC. */
  readonly #sources = new Map<number, RtcpSource[]>();
  #size = 0;

  /** One datagram from `source` to `destination`; what is malformed or encrypted changes nothing. */
  receive(
    view: DataView,
    offset: number,
    length: number,
    source: number,
    destination: number,
    ports: number,
    arrivalUs: number,
  ): void {
    const end = offset + length;
    for (let at = offset; at + RTCP_LENGTH_MINIMUM <= end; ) {
      const packetEnd = at + (view.getUint16(at + 2) + 1) * 4;
      if (view.getUint8(at) >>> 6 !== 2 || packetEnd > end) return;
      const packetType = view.getUint8(at + 1);
      const isSender = packetType === SENDER_REPORT_TYPE;
      if (isSender || packetType === RECEIVER_REPORT_TYPE) {
        const blocks = at + (isSender ? SENDER_REPORT_LENGTH : RTCP_LENGTH_MINIMUM);
        const count = view.getUint8(at) & 0x1f;
        if (blocks + count * REPORT_BLOCK_LENGTH > packetEnd) return;
        const reporter = this.#source(source, destination, ports, view.getUint32(at + 4));
        if (reporter === null) return;
        // The middle of the NTP timestamp is what LSR repeats.
        if (isSender) rememberReport(reporter, view.getUint32(at + 10), arrivalUs);
        for (let index = 0; index < count; index++) {
          const block = blocks + index * REPORT_BLOCK_LENGTH;
          const about = this.#source(destination, source, swapPorts(ports), view.getUint32(block));
          if (about !== null) hear(about, reporter, view, block, arrivalUs);
        }
      }
      if (packetType === EXTENDED_REPORT_TYPE)
        this.#receiveExtended(view, at, packetEnd, source, destination, ports);
      at = packetEnd;
    }
  }

  /** Of the stream with that key, since the last `endInterval`; null where nothing was measured. */
  intervalRoundTrip(key: StreamKey): RoundTrip | null {
    return roundTrip(this.#find(key), 'interval');
  }

  /** The same over the whole capture. */
  roundTrip(key: StreamKey): RoundTrip | null {
    return roundTrip(this.#find(key), 'whole');
  }

  /** The last VoIP metrics that the receiver of the stream sent (RFC 3611 §4.7); null where it sent none. */
  remoteMetrics(key: StreamKey): VoipMetricsBlock | null {
    return this.#find(key)?.metrics ?? null;
  }

  remoteReception(key: StreamKey): RemoteReception | null {
    return this.#find(key)?.remote ?? null;
  }

  endInterval(): void {
    for (const sources of this.#sources.values()) {
      for (const { interval } of sources) {
        interval.sumUs = 0;
        interval.count = 0;
      }
    }
  }

  #receiveExtended(
    view: DataView,
    at: number,
    end: number,
    source: number,
    destination: number,
    ports: number,
  ): void {
    // Padding, of the last packet only, would be taken for blocks (RFC 3550 §6.4.1).
    const padding = (view.getUint8(at) & 0x20) === 0 ? 0 : view.getUint8(end - 1);
    const length = end - at - padding;
    const bytes = new Uint8Array(view.buffer, view.byteOffset + at, Math.max(0, length));
    for (const block of parseExtendedReport(bytes)?.blocks ?? []) {
      if (block.type !== 'voip-metrics') continue;
      const about = this.#source(destination, source, swapPorts(ports), block.source);
      if (about !== null) about.metrics = block;
    }
  }

  #find({ source, destination, ports, synchronizationSource }: StreamKey): RtcpSource | null {
    if (this.#size === 0) return null;
    const pair = ports & PORT_PAIRS;
    for (const known of this.#sources.get(synchronizationSource) ?? []) {
      if (known.ports === pair && known.source === source && known.destination === destination) return known;
    }
    return null;
  }

  /** @returns null where there are too many already */
  #source(
    source: number,
    destination: number,
    ports: number,
    synchronizationSource: number,
  ): RtcpSource | null {
    const known = this.#find({ source, destination, ports, synchronizationSource });
    if (known !== null) return known;
    const sources = this.#sources.get(synchronizationSource) ?? [];
    if (this.#size >= SOURCES_MAXIMUM || sources.length >= NAMESAKES_MAXIMUM) return null;
    const created: RtcpSource = {
      source,
      destination,
      ports: ports & PORT_PAIRS,
      sentReports: [],
      whole: { sumUs: 0, count: 0 },
      interval: { sumUs: 0, count: 0 },
      answeredBy: null,
      remote: null,
      metrics: null,
    };
    sources.push(created);
    this.#sources.set(synchronizationSource, sources);
    this.#size++;
    return created;
  }
}

function roundTrip(source: RtcpSource | null, span: 'interval' | 'whole'): RoundTrip | null {
  if (source === null) return null;
  const loops = [source[span], source.answeredBy?.[span]].filter(
    (loop) => loop !== undefined && loop.count > 0,
  );
  if (loops.length === 0) return null;
  const meanUs = loops.reduce((sum, loop) => sum + (loop?.sumUs ?? 0) / (loop?.count ?? 1), 0);
  const count = Math.max(...loops.map((loop) => loop?.count ?? 0));
  return { sumUs: meanUs * count, count, halves: loops.length === 2 ? 2 : 1 };
}

function rememberReport(reporter: RtcpSource, middle: number, atUs: number): void {
  reporter.sentReports.push({ middle, atUs });
  if (reporter.sentReports.length > REMEMBERED_REPORTS) reporter.sentReports.shift();
}

/** The report block at `offset`, RFC 3550 §6.4.1. */
function hear(
  about: RtcpSource,
  reporter: RtcpSource,
  view: DataView,
  offset: number,
  arrivalUs: number,
): void {
  about.answeredBy = reporter;
  const { fractionLost, cumulativeLost, jitter, lastSenderReport, delaySinceLastSenderReport } =
    readReportBlock(view, offset);
  about.remote = { lostCumulative: cumulativeLost, fractionLost, jitter };
  if (lastSenderReport === 0) return;
  const answered = about.sentReports.find(({ middle }) => middle === lastSenderReport);
  if (answered === undefined) return;
  const tripUs = arrivalUs - answered.atUs - shortUnitsToUs(delaySinceLastSenderReport);
  if (tripUs < -NEGATIVE_TRIP_US) return;
  for (const loop of [about.whole, about.interval]) {
    loop.sumUs += Math.max(0, tripUs);
    loop.count++;
  }
}

function swapPorts(ports: number): number {
  return (ports << 16) | (ports >>> 16);
}
