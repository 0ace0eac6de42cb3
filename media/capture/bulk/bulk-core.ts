/**
 * The AssemblyScript core and its memory: bytes of the file, batch, index and records all lie in it, so that
 * nothing is copied between the two languages.
 */
import { existsSync, readFileSync } from 'node:fs';
import { endianness } from 'node:os';
import { JITTER_CLASSES } from '../../receive/pace-constants.ts';
import type { RecordMemory } from '../../receive/receive-stream.ts';
import { RECORD_DOUBLES, RECORD_WORDS } from '../../receive/stream-record.ts';
import { PacketBatch } from '../capture-format.ts';
import {
  ARRIVALS_US_AT,
  AUDIO_TYPES_AT,
  BATCH_PACKETS,
  CLASSES_AT,
  COUNT_AT,
  FILE_BYTES,
  FILE_BYTES_AT,
  INDEX_AT,
  LENGTHS_AT,
  LINK_TYPES_AT,
  OFFSETS_AT,
  RECORDS_AT,
  SLOTS_AT,
  STREAMS_ROOM,
} from './memory-layout.ts';

/** What core.as.ts exports. */
interface CoreExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  decodePcap(
    from: number,
    end: number,
    batched: number,
    isLittleEndian: boolean,
    fractionUs: number,
    linkType: number,
  ): number;
  decodePcapng(
    from: number,
    end: number,
    batched: number,
    isLittleEndian: boolean,
    interfaceNumber: number,
    linkType: number,
    unitUs: number,
    offsetUs: number,
  ): number;
  touchPackets(from: number, to: number, indexMask: number): void;
  countPackets(from: number, to: number, touchedTo: number, endUs: number, indexMask: number): number;
}

const CORE_FILE = new URL('./core.wasm', import.meta.url);
/** TypeScript declares WebAssembly with the types of browsers only; this is what we use of it. */
const { WebAssembly } = globalThis as unknown as {
  readonly WebAssembly: {
    readonly Module: new (bytes: Uint8Array) => object;
    readonly Instance: new (module: object) => { readonly exports: CoreExports };
  };
};
let compiled: object | null | undefined;

export class BulkCore {
  readonly calls: Omit<CoreExports, 'memory'>;
  readonly fileBytes: Uint8Array;
  readonly records: RecordMemory;
  readonly audioTypes: Uint8Array;
  readonly classes: Uint8Array;
  readonly batch: PacketBatch;
  readonly #buffer: ArrayBuffer;
  readonly #count: Int32Array;

  constructor(exports: CoreExports) {
    const buffer = exports.memory.buffer;
    const words = (at: number): Int32Array => new Int32Array(buffer, at, BATCH_PACKETS);
    this.calls = exports;
    this.#buffer = buffer;
    this.#count = new Int32Array(buffer, COUNT_AT, 1);
    this.fileBytes = new Uint8Array(buffer, FILE_BYTES_AT, FILE_BYTES);
    this.records = {
      words: new Int32Array(buffer, RECORDS_AT, STREAMS_ROOM * RECORD_WORDS),
      doubles: new Float64Array(buffer, RECORDS_AT, STREAMS_ROOM * RECORD_DOUBLES),
    };
    this.audioTypes = new Uint8Array(buffer, AUDIO_TYPES_AT, STREAMS_ROOM);
    this.classes = new Uint8Array(buffer, CLASSES_AT, STREAMS_ROOM * JITTER_CLASSES);
    this.batch = new PacketBatch({
      offsets: words(OFFSETS_AT),
      lengths: words(LENGTHS_AT),
      linkTypes: words(LINK_TYPES_AT),
      slots: words(SLOTS_AT),
      arrivalsUs: new Float64Array(buffer, ARRIVALS_US_AT, BATCH_PACKETS),
    });
  }

  createIndex(entries: number): Int32Array {
    return new Int32Array(this.#buffer, INDEX_AT, entries);
  }

  /** After one of the decoding calls. */
  takeCount(): void {
    this.batch.count = this.#count[0] as number;
  }

  /** Whether these are the bytes that the calls read. */
  holds({ buffer, byteOffset }: DataView): boolean {
    return buffer === this.#buffer && byteOffset === FILE_BYTES_AT;
  }
}

/** One for each capture; null where it was not built, or cannot run: the same is counted without it. */
export function createBulkCore(): BulkCore | null {
  if (compiled === undefined) compiled = compileCore();
  if (compiled === null) return null;
  try {
    return new BulkCore(new WebAssembly.Instance(compiled).exports);
  } catch (error) {
    // No memory for it.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function compileCore(): object | null {
  if (endianness() !== 'LE' || !existsSync(CORE_FILE)) return null;
  return new WebAssembly.Module(readFileSync(CORE_FILE));
}
