import type { ReceiveStreams } from '../receive/receive-stream.ts';
import type { StreamTable } from '../receive/stream-table.ts';
import type { BulkCore } from './bulk/bulk-core.ts';
import type { PacketBatch } from './capture-format.ts';
import { countPlainPackets, touchPackets } from './plain-packets.ts';
import type { StreamCourse } from './stream-course.ts';
import type { StreamPayloads } from './stream-payloads.ts';

/** Counts the packets to which nothing happens. */
export interface BulkCounter {
  /**
   * @param endUs packets from then on belong to another interval
   * @returns the first packet of the batch from `from` on that somebody else has to count
   */
  countPlain(view: DataView, batch: PacketBatch, from: number, endUs: number): number;
}

/** Fewer streams stay in the cache, where fetching them early costs a tenth more than it saves. */
const TOUCHED_STREAMS = 20_000;
/** Fetched at once. */
const TOUCHED_PACKETS = 64;

/** In TypeScript: the reference. */
export class ArrayCounter implements BulkCounter {
  readonly #streams: ReceiveStreams;
  readonly #table: StreamTable;
  readonly #payloads: StreamPayloads;
  readonly #course: StreamCourse;

  constructor(streams: ReceiveStreams, table: StreamTable, payloads: StreamPayloads, course: StreamCourse) {
    this.#streams = streams;
    this.#table = table;
    this.#payloads = payloads;
    this.#course = course;
  }

  countPlain(view: DataView, batch: PacketBatch, from: number, endUs: number): number {
    const { words, doubles } = this.#streams;
    const { index, size } = this.#table;
    const { audioTypes } = this.#payloads;
    const arrays = { words, doubles, index, audioTypes, classes: this.#course.classes };
    if (size < TOUCHED_STREAMS) return countPlainPackets(view, batch, from, batch.count, 0, endUs, arrays);
    for (let at = from; ; ) {
      const to = Math.min(batch.count, at + TOUCHED_PACKETS);
      touchPackets(view, batch, at, to, arrays);
      at = countPlainPackets(view, batch, at, to, to, endUs, arrays);
      if (at < to || to === batch.count) return at;
    }
  }
}

/** In AssemblyScript; what is not in the memory of the core is left to the reference. */
export class CoreCounter implements BulkCounter {
  readonly #core: BulkCore;
  readonly #table: StreamTable;
  readonly #reference: BulkCounter;

  constructor(core: BulkCore, table: StreamTable, reference: BulkCounter) {
    this.#core = core;
    this.#table = table;
    this.#reference = reference;
  }

  countPlain(view: DataView, batch: PacketBatch, from: number, endUs: number): number {
    if (batch !== this.#core.batch || !this.#core.holds(view)) {
      return this.#reference.countPlain(view, batch, from, endUs);
    }
    const { calls } = this.#core;
    const mask = this.#table.index.length - 1;
    if (this.#table.size < TOUCHED_STREAMS) return calls.countPackets(from, batch.count, 0, endUs, mask);
    for (let at = from; ; ) {
      const to = Math.min(batch.count, at + TOUCHED_PACKETS);
      calls.touchPackets(at, to, mask);
      at = calls.countPackets(at, to, to, endUs, mask);
      if (at < to || to === batch.count) return at;
    }
  }
}
