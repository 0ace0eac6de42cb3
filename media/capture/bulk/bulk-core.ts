/**
 * The AssemblyScript core and its memory: bytes of the file, batch, index and records all lie in it, so that
 * nothing is copied between the two languages.
 */
import { endianness } from 'node:os';
import { compileWebAssembly } from '../../../memory/web-assembly.ts';
import { JITTER_CLASSES } from '../../receive/pace-constants.ts';
import type { RecordMemory } from '../../receive/receive-stream.ts';
import { RECORD_DOUBLES, RECORD_WORDS } from '../../receive/stream-record.ts';
import type { StreamTable } from '../../receive/stream-table.ts';
import { staticPayload } from '../../rtp/static-payload.ts';
import { PacketBatch, type RecordLayout } from '../capture-format.ts';
import type { IntervalRows } from '../interval-rows.ts';
import { LINK_ETHERNET } from '../link-layer.ts';
import { LOSS_BYTES } from '../loss-record.ts';
import { ROW_DOUBLES } from '../row-record.ts';
import { REMEMBERED_REPORTS, RTCP_SOURCES_MAXIMUM } from '../rtcp-record.ts';
import type { RtcpMemory, RtcpSources } from '../rtcp-sources.ts';
import type { StreamLosses } from '../stream-losses.ts';
import {
  AUDIO_TYPES_AT,
  CLASSES_AT,
  COUNT_AT,
  FILE_BYTES,
  FILE_BYTES_AT,
  INDEX_AT,
  LAST_ARRIVAL_US_AT,
  LATER_ARRIVALS_US_AT,
  LATER_COUNT_AT,
  LATER_LENGTHS_AT,
  LATER_MAXIMUM,
  LATER_OFFSETS_AT,
  PAYLOAD_CLOCKS_AT,
  READ_LOSSES_AT,
  RECORDS_AT,
  ROW_CLASSES_AT,
  ROWS_AT,
  ROWS_COUNT_AT,
  ROWS_MAXIMUM,
  RTCP_COUNT_AT,
  RTCP_INDEX_AT,
  RTCP_MASK_AT,
  RTCP_RECORDS_AT,
  RTCP_SENT_AT,
  SKEW_SINCE_US_AT,
  STREAMS_AT,
  STREAMS_ROOM,
} from './memory-layout.ts';

type CountPcap = (from: number, to: number, fractionUs: number, endUs: number, indexMask: number) => number;

type CountPcapng = (
  from: number,
  to: number,
  interfaceNumber: number,
  unitUs: number,
  offsetUs: number,
  endUs: number,
  indexMask: number,
) => number;

/** What core.as.ts exports. */
interface CoreExports {
  readonly memory: { readonly buffer: SharedArrayBuffer };
  readonly countPcap: CountPcap;
  readonly countPcapng: CountPcapng;
  /** @returns the first slot that there was no room for */
  addRows(from: number, slots: number, interval: number, believedPackets: number): number;
  endRtcpInterval(sources: number): void;
  beginLosses(slot: number): void;
  tellLoss(slot: number, kind: number, from: number, to: number): void;
  /** Writes four words. */
  readLosses(slot: number): void;
}

const PAYLOAD_TYPES = 128;
const CORE_FILE = new URL('./core.wasm', import.meta.url);
let instantiate: (() => CoreExports) | null | undefined;

export class BulkCore {
  readonly fileBytes: Uint8Array;
  readonly records: RecordMemory;
  /** By slot, as all that follow. */
  readonly audioTypes: Uint8Array;
  readonly skewSinceUs: Float64Array;
  readonly classes: Uint8Array;
  readonly losses: StreamLosses;
  readonly rtcp: RtcpMemory & { createIndex(entries: number): Int32Array };
  readonly #exports: CoreExports;
  readonly #buffer: SharedArrayBuffer;
  /** RTCP that the last call of `countPlain` passed over; of Ethernet. */
  readonly later: PacketBatch;
  readonly #rows: Float64Array;
  readonly #rowClasses: Uint8Array;
  readonly #rowsCount: Int32Array;
  /** Streams and their limit, sources of RTCP and their limit. */
  readonly #tables: Int32Array;
  readonly #count: Int32Array;
  readonly #laterCount: Int32Array;
  readonly #lastArrivalUs: Float64Array;
  /** How many packets, and the mask of the index. */
  readonly #rtcpWords: Int32Array;

  constructor(exports: CoreExports) {
    const buffer = exports.memory.buffer;
    this.#exports = exports;
    this.#buffer = buffer;
    this.#rows = new Float64Array(buffer, ROWS_AT, ROWS_MAXIMUM * ROW_DOUBLES);
    this.#rowClasses = new Uint8Array(buffer, ROW_CLASSES_AT, ROWS_MAXIMUM * JITTER_CLASSES);
    this.#rowsCount = new Int32Array(buffer, ROWS_COUNT_AT, 1);
    this.#tables = new Int32Array(buffer, STREAMS_AT, 4);
    this.#count = new Int32Array(buffer, COUNT_AT, 1);
    this.#laterCount = new Int32Array(buffer, LATER_COUNT_AT, 1);
    this.later = new PacketBatch({
      offsets: new Int32Array(buffer, LATER_OFFSETS_AT, LATER_MAXIMUM),
      lengths: new Int32Array(buffer, LATER_LENGTHS_AT, LATER_MAXIMUM),
      linkTypes: new Int32Array(LATER_MAXIMUM).fill(LINK_ETHERNET),
      arrivalsUs: new Float64Array(buffer, LATER_ARRIVALS_US_AT, LATER_MAXIMUM),
    });
    this.#lastArrivalUs = new Float64Array(buffer, LAST_ARRIVAL_US_AT, 1);
    this.#rtcpWords = new Int32Array(buffer, RTCP_COUNT_AT, (RTCP_MASK_AT - RTCP_COUNT_AT) / 4 + 1);
    this.rtcp = {
      words: new Int32Array(buffer, RTCP_RECORDS_AT, RTCP_SOURCES_MAXIMUM * RECORD_WORDS),
      doubles: new Float64Array(buffer, RTCP_RECORDS_AT, RTCP_SOURCES_MAXIMUM * RECORD_DOUBLES),
      sentAtUs: new Float64Array(buffer, RTCP_SENT_AT, RTCP_SOURCES_MAXIMUM * REMEMBERED_REPORTS),
      createIndex: (entries) => new Int32Array(buffer, RTCP_INDEX_AT, entries),
    };
    new Int32Array(buffer, PAYLOAD_CLOCKS_AT, PAYLOAD_TYPES).set(
      Array.from({ length: PAYLOAD_TYPES }, clockOf),
    );
    this.fileBytes = new Uint8Array(buffer, FILE_BYTES_AT, FILE_BYTES);
    this.records = {
      words: new Int32Array(buffer, RECORDS_AT, STREAMS_ROOM * RECORD_WORDS),
      doubles: new Float64Array(buffer, RECORDS_AT, STREAMS_ROOM * RECORD_DOUBLES),
    };
    this.audioTypes = new Uint8Array(buffer, AUDIO_TYPES_AT, STREAMS_ROOM);
    this.skewSinceUs = new Float64Array(buffer, SKEW_SINCE_US_AT, STREAMS_ROOM);
    this.classes = new Uint8Array(buffer, CLASSES_AT, STREAMS_ROOM * JITTER_CLASSES);
    this.losses = lossesOf(exports);
  }

  createIndex(entries: number): Int32Array {
    return new Int32Array(this.#buffer, INDEX_AT, entries);
  }

  /** Packets, by the last call of `countPlain`. */
  get counted(): number {
    return this.#count[0] as number;
  }

  /** RTCP packets, by the same. */
  get rtcpCounted(): number {
    return this.#rtcpWords[0] as number;
  }

  /** So many streams there are with those that the last call opened; the same of the sources of RTCP. */
  get streams(): number {
    return this.#tables[0] as number;
  }

  get rtcpSources(): number {
    return this.#tables[2] as number;
  }

  /** How many there are and may be, for the next call. */
  allow(streams: number, streamsLimit: number, rtcpSources: number, rtcpLimit: number): void {
    this.#tables[0] = streams;
    this.#tables[1] = streamsLimit;
    this.#tables[2] = rtcpSources;
    this.#tables[3] = rtcpLimit;
  }

  /** Of the last of them. */
  get lastArrivalUs(): number {
    return this.#lastArrivalUs[0] as number;
  }

  /**
   * What `BulkCounter` says, for the bytes of the file from `from` to `to`, written in the byte order of this machine.
   * @param rtcpIndexMask below zero where nothing may be read in RTCP
   */
  countPlain(
    from: number,
    to: number,
    layout: RecordLayout,
    endUs: number,
    indexMask: number,
    rtcpIndexMask: number,
  ): number {
    const { interfaceNumber, unitUs, offsetUs } = layout;
    const core = this.#exports;
    this.#laterCount[0] = 0;
    this.#rtcpWords[0] = 0;
    this.#rtcpWords[1] = rtcpIndexMask;
    let offset: number;
    if (layout.format === 'pcap') {
      offset = core.countPcap(from, to, unitUs, endUs, indexMask);
    } else {
      offset = core.countPcapng(from, to, interfaceNumber, unitUs, offsetUs, endUs, indexMask);
    }
    this.later.count = this.#laterCount[0];
    return offset;
  }

  /** The rows of an interval, which ends: what `addRows` of interval-end.ts adds where nobody vouches for a stream. */
  addRows(
    slots: number,
    interval: number,
    believedPackets: number,
    rtcp: StreamTable<RtcpSources>,
    rows: IntervalRows,
  ): void {
    this.#rtcpWords[1] = rtcp.index.length - 1;
    for (let slot = 0; slot < slots; ) {
      slot = this.#exports.addRows(slot, slots, interval, believedPackets);
      rows.addAll(this.#rows, this.#rowClasses, this.#rowsCount[0] as number);
    }
    this.#exports.endRtcpInterval(rtcp.size);
  }

  /** Whether these are the bytes that the calls read. */
  holds({ buffer, byteOffset }: DataView): boolean {
    return buffer === this.#buffer && byteOffset === FILE_BYTES_AT;
  }
}

/** 0 for what is no sound, or has no clock of its own. */
function clockOf(_: unknown, payloadType: number): number {
  const meaning = staticPayload(payloadType);
  return meaning === null || meaning.encodingName === 'CN' ? 0 : meaning.clockRateHz;
}

function lossesOf({ memory, beginLosses, tellLoss, readLosses }: CoreExports): StreamLosses {
  const [bursts, burstPackets, burstUnheard, late] = [0, 1, 2, 3];
  const read = new Int32Array(memory.buffer, READ_LOSSES_AT, 4);
  return {
    slotBytes: LOSS_BYTES,
    begin: beginLosses,
    tell: tellLoss,
    read: (slot) => {
      readLosses(slot);
      return {
        bursts: read[bursts] as number,
        burstPackets: read[burstPackets] as number,
        burstUnheard: read[burstUnheard] as number,
        late: read[late] as number,
      };
    },
  };
}

/** One for each capture; null where it was not built, or cannot run: the same is counted without it. */
export function createBulkCore(): BulkCore | null {
  if (instantiate === undefined)
    instantiate = endianness() === 'LE' ? compileWebAssembly<CoreExports>(CORE_FILE) : null;
  if (instantiate === null) return null;
  try {
    return new BulkCore(instantiate());
  } catch (error) {
    // No memory for it.
    if (error instanceof RangeError) return null;
    throw error;
  }
}
