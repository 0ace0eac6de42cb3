/**
 * RTCP as somebody in the middle hears it. An RR that answers an SR we saw tells how long the way from us to
 * its sender and back takes: arrival(RR) − arrival(SR) − DLSR (RFC 3550 §6.4.1). The halves to both ends,
 * added, are the round-trip time of the call.
 */
import { RECORD_DOUBLES, RECORD_WORDS } from '../receive/stream-record.ts';
import { type StreamKey, StreamTable } from '../receive/stream-table.ts';
import { EXTENDED_REPORT_TYPE, RECEIVER_REPORT_TYPE, SENDER_REPORT_TYPE } from '../rtcp/common-header.ts';
import { parseExtendedReport } from '../rtcp/extended-report.ts';
import { REPORT_BLOCK_LENGTH } from '../rtcp/report-block.ts';
import type { VoipMetricsBlock } from '../rtcp/voip-metrics-block.ts';
import {
  PORT_PAIRS,
  RTCP_ANSWERED_BY,
  RTCP_DOUBLE_INTERVAL_US,
  RTCP_DOUBLE_WHOLE_US,
  RTCP_INTERVAL_TRIPS,
  RTCP_SOURCES_MAXIMUM,
  RTCP_WHOLE_TRIPS,
} from './rtcp-record.ts';
import { type RemoteReception, type RtcpMemory, RtcpSources } from './rtcp-sources.ts';

export interface RoundTrip {
  readonly sumUs: number;
  readonly count: number;
  /** 2 where the ways to both ends were measured, 1 where only one was. */
  readonly halves: 1 | 2;
}

const RTCP_LENGTH_MINIMUM = 8;
const SENDER_REPORT_LENGTH = 28;
const NOBODY = -1;
/** Each stream has a source, and its receiver is one. */
const INDEX_ENTRIES = 16_384;

export class RtcpWatch {
  readonly #sources: RtcpSources;
  readonly #table: StreamTable<RtcpSources>;
  /** The last extended report about a source, by slot. */
  readonly #metrics = new Map<number, VoipMetricsBlock>();

  /** @param memory where the core reads and writes, too */
  constructor(memory: (RtcpMemory & { createIndex(entries: number): Int32Array }) | null = null) {
    this.#sources = new RtcpSources(memory);
    this.#table = new StreamTable(this.#sources, memory?.createIndex.bind(memory), INDEX_ENTRIES);
  }

  /** For the core, which opens sources, too. */
  get table(): StreamTable<RtcpSources> {
    return this.#table;
  }

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
        if (reporter === NOBODY) return;
        // The middle of the NTP timestamp is what LSR repeats.
        if (isSender) this.#sources.remember(reporter, view.getInt32(at + 10), arrivalUs);
        for (let index = 0; index < count; index++) {
          const block = blocks + index * REPORT_BLOCK_LENGTH;
          const about = this.#source(destination, source, swapPorts(ports), view.getInt32(block));
          if (about !== NOBODY) this.#sources.hear(about, reporter, view, block, arrivalUs);
        }
      }
      if (packetType === EXTENDED_REPORT_TYPE)
        this.#receiveExtended(view, at, packetEnd, source, destination, ports);
      at = packetEnd;
    }
  }

  /** The slot of the source with that key; −1 where RTCP says nothing of it. */
  find({ source, destination, ports, synchronizationSource }: StreamKey): number {
    // A signed word, as packets are looked for: V8 would throw away what it compiled for those.
    return this.#table.find(source, destination, ports & PORT_PAIRS, synchronizationSource | 0);
  }

  /** Of the source of that slot, since the last `endInterval`; null where nothing was measured. */
  intervalRoundTrip(slot: number): RoundTrip | null {
    return this.#roundTrip(slot, RTCP_INTERVAL_TRIPS, RTCP_DOUBLE_INTERVAL_US);
  }

  /** The same over the whole capture. */
  roundTrip(slot: number): RoundTrip | null {
    return this.#roundTrip(slot, RTCP_WHOLE_TRIPS, RTCP_DOUBLE_WHOLE_US);
  }

  /** The last VoIP metrics that the receiver of the stream sent (RFC 3611 §4.7); null where it sent none. */
  remoteMetrics(slot: number): VoipMetricsBlock | null {
    return this.#metrics.get(slot) ?? null;
  }

  remoteReception(slot: number): RemoteReception | null {
    return slot === NOBODY ? null : this.#sources.remote(slot);
  }

  endInterval(): void {
    this.#sources.endInterval();
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
      if (about !== NOBODY) this.#metrics.set(about, block);
    }
  }

  /** @returns −1 where there are too many already */
  #source(source: number, destination: number, ports: number, synchronizationSource: number): number {
    const pair = ports & PORT_PAIRS;
    const known = this.#table.find(source, destination, pair, synchronizationSource);
    if (known !== NOBODY || this.#table.size >= RTCP_SOURCES_MAXIMUM) return known;
    return this.#table.open(source, destination, pair, synchronizationSource);
  }

  /** The half to the receiver of the source, and the one to its sender, where both are known. */
  #roundTrip(slot: number, countWord: number, sumDouble: number): RoundTrip | null {
    if (slot === NOBODY) return null;
    const { words, doubles } = this.#sources;
    const other = (words[slot * RECORD_WORDS + RTCP_ANSWERED_BY] as number) - 1;
    const there = words[slot * RECORD_WORDS + countWord] as number;
    const back = other === NOBODY ? 0 : (words[other * RECORD_WORDS + countWord] as number);
    if (there === 0 && back === 0) return null;
    const thereUs = there === 0 ? 0 : (doubles[slot * RECORD_DOUBLES + sumDouble] as number) / there;
    const backUs = back === 0 ? 0 : (doubles[other * RECORD_DOUBLES + sumDouble] as number) / back;
    const count = Math.max(there, back);
    return { sumUs: (thereUs + backUs) * count, count, halves: back > 0 && there > 0 ? 2 : 1 };
  }
}

function swapPorts(ports: number): number {
  return (ports << 16) | (ports >>> 16);
}
