/** Reads a capture file through a decoder; gzip is recognised by its first bytes (RFC 1952 §2.3.1). */
import { closeSync, createReadStream, fstatSync, openSync, readSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';
import type { BulkCore } from './bulk/bulk-core.ts';
import { CaptureDecoder } from './capture-decoder.ts';
import { CaptureDefect, type PacketSink } from './capture-format.ts';

export interface ReadOptions {
  /** Now and then: bytes of the file read so far. */
  readonly onProgress?: (bytes: number) => void;
  /** Ends the reading with a defect `interrupted`. */
  readonly signal?: AbortSignal;
  /** That of the sink. */
  readonly core?: BulkCore | null;
}

const STANDARD_INPUT = '-';
const GZIP_MAGIC = 0x1f8b;
/** Between looks at the signal; a plain file blocks the thread in the meantime, for 20 ms or so. */
const BYTES_BETWEEN_LOOKS = 67_108_864;

/**
 * Gives every packet to the sink.
 * @param path `-` for standard input
 * @throws CaptureDefect with the byte offset, after all packets before it; for gzip in the unpacked file
 * @throws the file system's error where the file cannot be opened or read
 */
export async function readCapture(path: string, sink: PacketSink, options: ReadOptions = {}): Promise<void> {
  const decoder = new CaptureDecoder(sink, options.core ?? null);
  // By its number: /dev/stdin cannot be opened where it is a socket.
  const file = path === STANDARD_INPUT ? 0 : openSync(path, 'r');
  try {
    if (fstatSync(file).isFile() && !isGzip(file)) await readPlain(file, decoder, options);
    else await readStream(file, decoder, options);
  } finally {
    if (file !== 0) closeSync(file);
  }
  decoder.end();
}

function isGzip(file: number): boolean {
  const magic = Buffer.alloc(2);
  return readSync(file, magic, 0, 2, 0) === 2 && magic.readUInt16BE(0) === GZIP_MAGIC;
}

async function readPlain(file: number, decoder: CaptureDecoder, options: ReadOptions): Promise<void> {
  let bytes = 0;
  let nextLook = BYTES_BETWEEN_LOOKS;
  for (;;) {
    const length = readSync(file, decoder.space);
    if (length === 0) return;
    decoder.commit(length);
    bytes += length;
    if (bytes < nextLook) continue;
    nextLook += BYTES_BETWEEN_LOOKS;
    options.onProgress?.(bytes);
    await setImmediate();
    if (options.signal?.aborted) throw new CaptureDefect('interrupted', decoder.offset);
  }
}

/** A pipe, or gzip: the first bytes tell which. */
async function readStream(file: number, decoder: CaptureDecoder, options: ReadOptions): Promise<void> {
  const chunks = readChunks(file, decoder, options);
  const first = await chunks.next();
  if (first.done) return;
  const isPacked = first.value.length >= 2 && first.value.readUInt16BE(0) === GZIP_MAGIC;
  const all = putBack(first.value, chunks);
  if (!isPacked) return await decodeAll(all, decoder);
  await pipeline(all, createGunzip(), (unpacked) => decodeAll(unpacked, decoder)).catch((error: unknown) => {
    throw explainUnpacking(error, decoder);
  });
}

async function* readChunks(
  file: number,
  decoder: CaptureDecoder,
  { onProgress, signal }: ReadOptions,
): AsyncGenerator<Buffer> {
  // Standard input may be set never to wait, which process.stdin knows how to read.
  const source: AsyncIterable<Buffer> =
    file === 0 ? process.stdin : createReadStream('', { fd: file, autoClose: false, highWaterMark: 262_144 });
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.length;
    onProgress?.(bytes);
    if (signal?.aborted) throw new CaptureDefect('interrupted', decoder.offset);
    yield chunk;
  }
}

async function* putBack(first: Buffer, others: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* others;
}

async function decodeAll(chunks: AsyncIterable<Buffer>, decoder: CaptureDecoder): Promise<void> {
  for await (const chunk of chunks) decoder.push(chunk);
}

/** zlib's own errors become defects of the file; a defect of what was unpacked stays what it is. */
function explainUnpacking(error: unknown, decoder: CaptureDecoder): unknown {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (code === 'Z_BUF_ERROR') return new CaptureDefect('truncated', decoder.offset);
  return code.startsWith('Z_') ? new CaptureDefect('bad-compression', decoder.offset) : error;
}
