import type { ReceiveStreams } from '../receive/receive-stream.ts';
import type { StreamTable } from '../receive/stream-table.ts';
import { isRtcpPacketType } from '../rtp/demultiplex.ts';
import type { BulkCore } from './bulk/bulk-core.ts';
import type { PacketBatch, RecordLayout } from './capture-format.ts';
import { countPlainPackets, type PlainRun } from './plain-packets.ts';
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

/** Fewer streams stay in the cache, where fetching them early costs a tenth more than it saves. */
const TOUCHED_STREAMS = 20_000;

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

/** In TypeScript: the reference. Hands packets out of order to who counts them, for less than decoding them takes. */
export class ArrayCounter implements BulkCounter {
  counted = 0;
  known = 0;
  readonly rtcpCounted = 0;
  readonly later = null;
  readonly #streams: ReceiveStreams;
  readonly #table: StreamTable;
  readonly #course: StreamCourse;
  readonly #receiveRtp: ReceiveRtp;
  readonly #run: PlainRun = { counted: 0, slot: -1, at: 0, length: 0, behind: 0, arrivalUs: 0 };

  constructor(streams: ReceiveStreams, table: StreamTable, course: StreamCourse, receiveRtp: ReceiveRtp) {
    this.#streams = streams;
    this.#table = table;
    this.#course = course;
    this.#receiveRtp = receiveRtp;
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
    const run = this.#run;
    this.counted = 0;
    this.known = 0;
    for (let offset = from; ; offset = run.behind) {
      const to = countPlainPackets(view, offset, layout, endUs, arrays, run);
      this.counted += run.counted;
      if (run.slot < 0) return to;
      if (!this.#receiveKnown(view, run)) return to;
      layout.lastArrivalUs = run.arrivalUs;
    }
  }

  /** @returns false for what is no RTP */
  #receiveKnown(view: DataView, { slot, at: frame, length: captured, arrivalUs }: PlainRun): boolean {
    const at = frame + PLAIN_HEADERS;
    if (view.getUint8(at) >>> 6 !== 2 || isRtcpPacketType(view.getUint8(at + 1))) return false;
    const sentLength = view.getUint16(frame + 38) - UDP_HEADER;
    const ipLength = view.getUint16(frame + 16) - IP_AND_UDP;
    this.known++;
    this.#receiveRtp(
      slot,
      view,
      at,
      Math.min(sentLength, ipLength, captured - PLAIN_HEADERS),
      sentLength,
      arrivalUs,
    );
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
      const to = this.#reference.countPlain(view, from, layout, endUs);
      this.counted = this.#reference.counted;
      this.known = this.#reference.known;
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
    this.known = 0;
    this.rtcpCounted = core.rtcpCounted;
    this.later = core.later;
    if (to > from) layout.lastArrivalUs = core.lastArrivalUs;
    return to;
  }
}
