import type { ReceiveStreams } from '../receive/receive-stream.ts';
import type { StreamTable } from '../receive/stream-table.ts';
import { isRtcpPacketType } from '../rtp/demultiplex.ts';
import type { BulkCore } from './bulk/bulk-core.ts';
import { BATCHED_MAXIMUM } from './bulk/memory-layout.ts';
import type { PacketBatch, RecordLayout } from './capture-format.ts';
import type { IntervalParts } from './interval-end.ts';
import { countOffPace } from './off-pace-packet.ts';
import { BATCH_ARRAYS, findHomes, findSlots, gatherPackets, NOT_PLAIN, PlainBatch } from './plain-batch.ts';
import { countAwaited } from './plain-packets.ts';
import { RTCP_SOURCES_MAXIMUM } from './rtcp-record.ts';
import type { RtcpWatch } from './rtcp-watch.ts';
import type { StreamCourse } from './stream-course.ts';

/** What may be done with packets that are no plain ones of streams that are known. */
export interface CountAllowance {
  /** False where some RTCP may be encrypted. */
  readonly isRtcpReadable: boolean;
  /** Streams there may be, with those that are opened because of what their packets look like. */
  readonly streams: number;
}

/** Counts the packets to which nothing happens. */
export interface BulkCounter {
  /** By the last call. */
  readonly counted: number;
  /** Packets it handed to who counts packets of known streams, by the same. */
  readonly known: number;
  /** RTCP packets, by the same. */
  readonly rtcpCounted: number;
  /** What the last call passed over, to be received now; null for nothing. */
  readonly later: PacketBatch | null;
  /**
   * @param endUs packets from then on belong to another interval
   * @returns where the first record begins that somebody else has to look at
   */
  countPlain(
    view: DataView,
    from: number,
    layout: RecordLayout,
    endUs: number,
    allowance: CountAllowance,
  ): number;
}

const { frames, arrivalsUs, slots } = BATCH_ARRAYS;

/** Packets gathered at once where others come between them: looking at them again and again would cost more. */
const LIMIT_MINIMUM = 4;

const PLAIN_HEADERS = 42; // Ethernet, IPv4 without options, UDP
const IP_AND_UDP = 28;
const UDP_HEADER = 8;

/** Counts an RTP packet of a stream that is known; bytes as captured and as sent. */
export type ReceiveRtp = (
  slot: number,
  view: DataView,
  at: number,
  length: number,
  sentLength: number,
  arrivalUs: number,
) => void;

/** In TypeScript: the reference. Hands packets out of order, and RTCP, to who counts them: for less than decoding them takes. */
export class ArrayCounter implements BulkCounter {
  counted = 0;
  known = 0;
  rtcpCounted = 0;
  readonly later = null;
  readonly #streams: ReceiveStreams;
  readonly #table: StreamTable;
  readonly #rtcp: RtcpWatch;
  readonly #course: StreamCourse;
  readonly #receiveRtp: ReceiveRtp;
  readonly #batch = new PlainBatch();

  constructor(
    { streams, table, rtcp, course }: Pick<IntervalParts, 'streams' | 'table' | 'rtcp' | 'course'>,
    receiveRtp: ReceiveRtp,
  ) {
    this.#streams = streams;
    this.#table = table;
    this.#rtcp = rtcp;
    this.#course = course;
    this.#receiveRtp = receiveRtp;
  }

  countPlain(
    view: DataView,
    from: number,
    layout: RecordLayout,
    endUs: number,
    { isRtcpReadable }: CountAllowance,
  ): number {
    const batch = this.#batch;
    const { index } = this.#table;
    this.counted = 0;
    this.known = 0;
    this.rtcpCounted = 0;
    let offset = from;
    for (;;) {
      gatherPackets(batch, view, offset, layout, endUs);
      if (batch.count === 0) return offset;
      findHomes(batch, index);
      findSlots(batch, view, this.#streams.words, index);
      const counted = this.#countBatch(view, layout, isRtcpReadable);
      if (counted > 0) layout.lastArrivalUs = arrivalsUs[counted - 1] as number;
      if (counted < batch.count) {
        batch.limit = LIMIT_MINIMUM;
        return (frames[counted] as number) - (layout.format === 'pcap' ? 16 : 28);
      }
      batch.limit = Math.min(BATCHED_MAXIMUM, batch.limit * 2);
      offset = batch.behind;
    }
  }

  /** @returns how many packets of the batch were counted; somebody else has to look at the one behind them */
  #countBatch(view: DataView, layout: RecordLayout, isRtcpReadable: boolean): number {
    const batch = this.#batch;
    const { words, doubles, breaks } = this.#streams;
    const { classes, losses } = this.#course;
    const streams = { words, doubles, breaks, classes, losses };
    let others = 0;
    for (let packet = 0; ; packet++) {
      packet = countAwaited(batch, packet, view, streams);
      if (packet < batch.count && countOffPace(packet, view, streams)) continue;
      if (packet === batch.count || !this.#receiveOther(view, packet, layout, isRtcpReadable)) {
        this.counted += packet - others;
        return packet;
      }
      others++;
    }
  }

  /** @returns false for what is neither RTP of a stream that is known nor RTCP */
  #receiveOther(view: DataView, packet: number, layout: RecordLayout, isRtcpReadable: boolean): boolean {
    const slot = slots[packet] as number;
    const frame = frames[packet] as number;
    const arrivalUs = arrivalsUs[packet] as number;
    const at = frame + PLAIN_HEADERS;
    const isRtcp = isRtcpPacketType(view.getUint8(at + 1));
    if (slot === NOT_PLAIN || view.getUint8(at) >>> 6 !== 2) return false;
    if (isRtcp ? !isRtcpReadable : slot < 0) return false;
    const sentLength = view.getUint16(frame + 38) - UDP_HEADER;
    const ipLength = view.getUint16(frame + 16) - IP_AND_UDP;
    // Both formats have the length captured eight bytes before the packet.
    const captured = view.getUint32(frame - 8, layout.isLittleEndian) - PLAIN_HEADERS;
    const length = Math.min(sentLength, ipLength, captured);
    if (isRtcp) {
      const source = view.getInt32(frame + 26);
      const destination = view.getInt32(frame + 30);
      this.#rtcp.receive(view, at, length, source, destination, view.getInt32(frame + 34), arrivalUs);
      this.rtcpCounted++;
    } else {
      this.#receiveRtp(slot, view, at, length, sentLength, arrivalUs);
      this.known++;
    }
    return true;
  }
}

/** In AssemblyScript; what is not in the memory of the core, or not in its byte order, is left to the reference. */
export class CoreCounter implements BulkCounter {
  counted = 0;
  known = 0;
  rtcpCounted = 0;
  later: PacketBatch | null = null;
  readonly #core: BulkCore;
  readonly #table: StreamTable;
  readonly #rtcp: RtcpWatch;
  readonly #reference: ArrayCounter;

  constructor(core: BulkCore, table: StreamTable, rtcp: RtcpWatch, reference: ArrayCounter) {
    this.#core = core;
    this.#table = table;
    this.#rtcp = rtcp;
    this.#reference = reference;
  }

  countPlain(
    view: DataView,
    from: number,
    layout: RecordLayout,
    endUs: number,
    { isRtcpReadable, streams }: CountAllowance,
  ): number {
    const core = this.#core;
    if (!core.holds(view) || !layout.isLittleEndian) {
      const to = this.#reference.countPlain(view, from, layout, endUs, { isRtcpReadable, streams });
      this.counted = this.#reference.counted;
      this.known = this.#reference.known;
      this.rtcpCounted = this.#reference.rtcpCounted;
      this.later = null;
      return to;
    }
    const table = this.#table;
    const { table: rtcp } = this.#rtcp;
    const streamsLimit = Math.min(streams, table.room);
    const rtcpLimit = isRtcpReadable ? Math.min(RTCP_SOURCES_MAXIMUM, rtcp.room) : 0;
    core.allow(table.size, streamsLimit, rtcp.size, rtcpLimit);
    const rtcpMask = isRtcpReadable ? rtcp.index.length - 1 : -1;
    const to = core.countPlain(from, view.byteLength, layout, endUs, table.index.length - 1, rtcpMask);
    if (core.streams > table.size) table.adopt(core.streams);
    if (core.rtcpSources > rtcp.size) rtcp.adopt(core.rtcpSources);
    this.counted = core.counted;
    this.known = 0;
    this.rtcpCounted = core.rtcpCounted;
    this.later = core.later;
    if (to > from) layout.lastArrivalUs = core.lastArrivalUs;
    return to;
  }
}
