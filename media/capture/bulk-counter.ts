import type { ReceiveStreams } from '../receive/receive-stream.ts';
import type { StreamTable } from '../receive/stream-table.ts';
import type { BulkCore } from './bulk/bulk-core.ts';
import type { PacketBatch, RecordLayout } from './capture-format.ts';
import { countPlainPackets } from './plain-packets.ts';
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

/** Fewer streams stay in the cache, where fetching them early costs a tenth more than it saves. */
const TOUCHED_STREAMS = 20_000;

/** In TypeScript: the reference. */
export class ArrayCounter implements BulkCounter {
  counted = 0;
  readonly rtcpCounted = 0;
  readonly later = null;
  readonly #streams: ReceiveStreams;
  readonly #table: StreamTable;
  readonly #course: StreamCourse;

  constructor(streams: ReceiveStreams, table: StreamTable, course: StreamCourse) {
    this.#streams = streams;
    this.#table = table;
    this.#course = course;
  }

  countPlain(view: DataView, from: number, layout: RecordLayout, endUs: number): number {
    const { words, doubles } = this.#streams;
    const { index, size } = this.#table;
    const arrays = {
      words,
      doubles,
      index,
      classes: this.#course.classes,
      isTouched: size >= TOUCHED_STREAMS,
    };
    return countPlainPackets(view, from, layout, endUs, arrays, this);
  }
}

/** In AssemblyScript; what is not in the memory of the core, or not in its byte order, is left to the reference. */
export class CoreCounter implements BulkCounter {
  counted = 0;
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
      const to = this.#reference.countPlain(view, from, layout, endUs);
      this.counted = this.#reference.counted;
      this.rtcpCounted = 0;
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
    this.rtcpCounted = core.rtcpCounted;
    this.later = core.later;
    if (to > from) layout.lastArrivalUs = core.lastArrivalUs;
    return to;
  }
}
