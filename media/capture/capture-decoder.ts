/** Packets out of the bytes of a capture file, pcap or pcapng, wherever they are cut into chunks. */
import type { BulkCore } from './bulk/bulk-core.ts';
import { CaptureDefect, type CaptureFormat, PacketBatch, type PacketSink } from './capture-format.ts';
import { PCAP_HEADER_LENGTH, PcapFormat } from './pcap.ts';
import { PcapngFormat, SECTION_HEADER_BLOCK } from './pcapng.ts';

const READ_LENGTH = 262_144; // as fast as any from 128 KiB on

export class CaptureDecoder {
  readonly #sink: PacketSink;
  readonly #batch: PacketBatch;
  readonly #core: BulkCore | null;
  #format: CaptureFormat | null = null;
  #buffer: Uint8Array;
  /** Bytes at the beginning of the buffer that wait for the rest of their record. */
  #waiting = 0;
  #offset = 0;

  /** @param core decodes faster, into its own memory */
  constructor(sink: PacketSink, core: BulkCore | null = null) {
    this.#sink = sink;
    this.#core = core;
    this.#batch = core?.batch ?? new PacketBatch();
    this.#buffer = core?.fileBytes ?? new Uint8Array(READ_LENGTH);
  }

  /** Bytes of the file that were decoded; the next record begins here. */
  get offset(): number {
    return this.#offset;
  }

  /** Where to read the next bytes of the file to, never empty; then say how many to `commit`. */
  get space(): Uint8Array {
    if (this.#waiting === this.#buffer.length) {
      const grown = new Uint8Array(this.#buffer.length * 2);
      grown.set(this.#buffer);
      this.#buffer = grown;
    }
    return this.#buffer.subarray(this.#waiting, this.#waiting + READ_LENGTH);
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
      this.#format = recogniseFormat(view, this.#core);
    }
    return this.#decodeAll(view, this.#format);
  }

  #decodeAll(view: DataView, format: CaptureFormat): number {
    const batch = this.#batch;
    let consumed = 0;
    do {
      batch.count = 0;
      try {
        consumed = format.decode(view, consumed, this.#offset, batch);
      } finally {
        // Also what came before a defect.
        if (batch.count > 0) this.#sink.onPackets(view, batch);
      }
    } while (batch.isFull);
    return consumed;
  }
}

function recogniseFormat(view: DataView, core: BulkCore | null): CaptureFormat {
  if (view.getUint32(0) === SECTION_HEADER_BLOCK) return new PcapngFormat(core);
  const format = PcapFormat.recognise(view, core);
  if (format === null) throw new CaptureDefect('not-a-capture', 0);
  return format;
}
