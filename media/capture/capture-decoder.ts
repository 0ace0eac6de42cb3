/** Packets out of the bytes of a capture file, pcap or pcapng, wherever they are cut into chunks. */
import type { BulkCore } from './bulk/bulk-core.ts';
import {
  BATCH_PACKETS,
  CaptureDefect,
  type CaptureFormat,
  PacketBatch,
  type PacketSink,
} from './capture-format.ts';
import { PCAP_HEADER_LENGTH, PcapFormat } from './pcap.ts';
import { PcapngFormat, SECTION_HEADER_BLOCK } from './pcapng.ts';

/** What is copied at once costs a fifth less of the system's time than in pieces of 256 KiB; more gains nothing. */
const READ_LENGTH = 786_432;

export class CaptureDecoder {
  readonly #sink: PacketSink;
  readonly #batch = new PacketBatch();
  #format: CaptureFormat | null = null;
  #buffer: Uint8Array;
  /** Bytes at the beginning of the buffer that wait for the rest of their record. */
  #waiting = 0;
  #offset = 0;

  /** @param core has the file in its own memory */
  constructor(sink: PacketSink, core: BulkCore | null = null) {
    this.#sink = sink;
    this.#buffer = core?.fileBytes ?? new Uint8Array(READ_LENGTH);
  }

  /** Bytes of the file that were decoded; the next record begins here. */
  get offset(): number {
    return this.#offset;
  }

  /**
   * Where to read the next bytes of the file to, never empty; then say how many to `commit`. Always up to the end of
   * the buffer, so that reads begin anywhere in the file: from the beginning of a page to a place a few bytes behind
   * the beginning of another one, as whole reads with a little waiting would be, copies take up to five times as long.
   */
  get space(): Uint8Array {
    if (this.#waiting === this.#buffer.length) {
      const grown = new Uint8Array(this.#buffer.length * 2);
      grown.set(this.#buffer);
      this.#buffer = grown;
    }
    return this.#buffer.subarray(this.#waiting);
  }

  /**
   * Decodes what was read into `space`.
   * @throws CaptureDefect where the file cannot be read on; packets before it have been given out
   */
  commit(length: number): void {
    const end = this.#waiting + length;
    const consumed = this.#decode(new DataView(this.#buffer.buffer, this.#buffer.byteOffset, end));
    this.#offset += consumed;
    this.#buffer.copyWithin(0, consumed, end);
    this.#waiting = end - consumed;
  }

  /** The same for bytes that are somewhere else already. */
  push(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length; ) {
      const space = this.space;
      const part = bytes.subarray(from, from + space.length);
      space.set(part);
      this.commit(part.length);
      from += part.length;
    }
  }

  /** @throws CaptureDefect where the file ends inside a record, or before it said what it is */
  end(): void {
    if (this.#format === null) throw new CaptureDefect(this.#waiting === 0 ? 'empty' : 'not-a-capture', 0);
    if (this.#waiting > 0) throw new CaptureDefect('truncated', this.#offset);
  }

  #decode(view: DataView): number {
    if (this.#format === null) {
      if (view.byteLength < PCAP_HEADER_LENGTH) return 0;
      this.#format = recogniseFormat(view);
    }
    return this.#decodeAll(view, this.#format);
  }

  #decodeAll(view: DataView, format: CaptureFormat): number {
    const batch = this.#batch;
    let consumed = 0;
    do {
      batch.count = 0;
      consumed = this.#countPlain(view, consumed, format);
      try {
        consumed = format.decode(view, consumed, this.#offset, batch);
      } finally {
        // Also what came before a defect.
        if (batch.count > 0) this.#sink.onPackets(view, batch);
      }
    } while (batch.isFull);
    return consumed;
  }

  /** Where that counts packets, one more is decoded before it is tried again; else more and more at a time. */
  #countPlain(view: DataView, from: number, format: CaptureFormat): number {
    const { layout } = format;
    const to = layout === null ? from : (this.#sink.countPlain?.(view, from, layout) ?? from);
    this.#batch.limit = layout === null || to > from ? 1 : Math.min(BATCH_PACKETS, this.#batch.limit * 2);
    return to;
  }
}

function recogniseFormat(view: DataView): CaptureFormat {
  if (view.getUint32(0) === SECTION_HEADER_BLOCK) return new PcapngFormat();
  const format = PcapFormat.recognise(view);
  if (format === null) throw new CaptureDefect('not-a-capture', 0);
  return format;
}
