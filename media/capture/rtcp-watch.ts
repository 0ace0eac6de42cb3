/**
 * RTCP as somebody in the middle hears it. An RR that answers an SR we saw tells how long the way from us to
 * its sender and back takes: arrival(RR) − arrival(SR) − DLSR (RFC 3550 §6.4.1). The halves to both ends,
 * added, are the round-trip time of the call.
 */
import type { StreamKey } from '../receive/stream-table.ts';
import { EXTENDED_REPORT_TYPE, RECEIVER_REPORT_TYPE, SENDER_REPORT_TYPE } from '../rtcp/common-header.ts';
import { parseExtendedReport } from '../rtcp/extended-report.ts';
import { REPORT_BLOCK_LENGTH } from '../rtcp/report-block.ts';
import type { VoipMetricsBlock } from '../rtcp/voip-metrics-block.ts';
import { type RemoteReception, RtcpSource } from './rtcp-source.ts';

export interface RoundTrip {
  readonly sumUs: number;
  readonly count: number;
  /** 2 where the ways to both ends were measured, 1 where only one was. */
  readonly halves: 1 | 2;
}

const RTCP_LENGTH_MINIMUM = 8;
const SENDER_REPORT_LENGTH = 28;
const SOURCES_MAXIMUM = 262_144;
/** Sources of the same SSRC, as broken senders have. */
const NAMESAKES_MAXIMUM = 64;
/** RTP has an even port and RTCP the next one (RFC 3550 §11), or both share one: told apart by nothing else. */
const PORT_PAIRS = 0xfffe_fffe;

export class RtcpWatch {
  /** By SSRC, as a signed word: the last one of that name. */
  readonly #sources = new Map<number, RtcpSource>();
  readonly #all: RtcpSource[] = [];

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
        const reporter = this.#source(source, destination, ports, view.getInt32(at + 4));
        if (reporter === null) return;
        // The middle of the NTP timestamp is what LSR repeats.
        if (isSender) reporter.remember(view.getInt32(at + 10), arrivalUs);
        for (let index = 0; index < count; index++) {
          const block = blocks + index * REPORT_BLOCK_LENGTH;
          const about = this.#source(destination, source, swapPorts(ports), view.getInt32(block));
          about?.hear(reporter, view, block, arrivalUs);
        }
      }
      if (packetType === EXTENDED_REPORT_TYPE)
        this.#receiveExtended(view, at, packetEnd, source, destination, ports);
      at = packetEnd;
    }
  }

  /** Of the stream with that key, since the last `endInterval`; null where nothing was measured. */
  intervalRoundTrip(key: StreamKey): RoundTrip | null {
    return roundTrip(this.#of(key), 'interval');
  }

  /** The same over the whole capture. */
  roundTrip(key: StreamKey): RoundTrip | null {
    return roundTrip(this.#of(key), 'whole');
  }

  /** The last VoIP metrics that the receiver of the stream sent (RFC 3611 §4.7); null where it sent none. */
  remoteMetrics(key: StreamKey): VoipMetricsBlock | null {
    return this.#of(key)?.metrics ?? null;
  }

  remoteReception(key: StreamKey): RemoteReception | null {
    return this.#of(key)?.remote ?? null;
  }

  endInterval(): void {
    for (const { interval } of this.#all) interval.clear();
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
      const about = this.#source(destination, source, swapPorts(ports), block.source | 0);
      if (about !== null) about.metrics = block;
    }
  }

  #of({ source, destination, ports, synchronizationSource }: StreamKey): RtcpSource | null {
    return this.#find(source, destination, ports, synchronizationSource | 0);
  }

  #find(
    source: number,
    destination: number,
    ports: number,
    synchronizationSource: number,
  ): RtcpSource | null {
    const pair = ports & PORT_PAIRS;
    let known = this.#sources.get(synchronizationSource) ?? null;
    while (
      known !== null &&
      (known.ports !== pair || known.source !== source || known.destination !== destination)
    ) {
      known = known.namesake;
    }
    return known;
  }

  /** @returns null where there are too many already */
  #source(
    source: number,
    destination: number,
    ports: number,
    synchronizationSource: number,
  ): RtcpSource | null {
    const known = this.#find(source, destination, ports, synchronizationSource);
    if (known !== null) return known;
    const namesake = this.#sources.get(synchronizationSource) ?? null;
    if (this.#all.length >= SOURCES_MAXIMUM || countNamesakes(namesake) >= NAMESAKES_MAXIMUM) return null;
    const created = new RtcpSource(source, destination, ports & PORT_PAIRS, namesake);
    this.#sources.set(synchronizationSource, created);
    this.#all.push(created);
    return created;
  }
}

function countNamesakes(first: RtcpSource | null): number {
  let count = 0;
  for (let known = first; known !== null; known = known.namesake) count++;
  return count;
}

function roundTrip(source: RtcpSource | null, span: 'interval' | 'whole'): RoundTrip | null {
  if (source === null) return null;
  const there = source[span];
  const back = source.answeredBy === null ? null : source.answeredBy[span];
  const isBack = back !== null && back.count > 0;
  if (there.count === 0 && !isBack) return null;
  const meanUs = there.meanUs + (isBack ? back.meanUs : 0);
  const count = Math.max(there.count, isBack ? back.count : 0);
  return { sumUs: meanUs * count, count, halves: isBack && there.count > 0 ? 2 : 1 };
}

function swapPorts(ports: number): number {
  return (ports << 16) | (ports >>> 16);
}
