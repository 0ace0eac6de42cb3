/**
 * FLAC (RFC 9639), one channel of 16 bits, as far as an encoder needs it: every frame stands by itself, so a file that
 * breaks off is whole up to its last frame. Half the size of a WAV file and less, and every sample the same.
 */
import { createHash } from 'node:crypto';
import { BitWriter } from './bit-writer.ts';
import { crc8, crc16 } from './flac-checksum.ts';
import { chooseRiceParameter, predict } from './flac-prediction.ts';
import type { SoundFormat } from './sound-format.ts';

const HEADER_LENGTH = 42;
const BITS_PER_SAMPLE = 16;
/** All frames but the last of a piece that is no multiple; a quarter of a second at 16 kHz, within the streamable subset. */
const BLOCK_SAMPLES = 4000;
/** RFC 9639 §9.2.7: the residual is cut into 2^order parts, each with a parameter of its own. */
const PARTITION_ORDER = 3;
/** RFC 9639 §9.1.2; 0 is "as STREAMINFO says". */
const SAMPLE_RATE_CODES: Readonly<Record<number, number>> = { 8000: 4, 16000: 5, 48000: 10 };

export class FlacFormat implements SoundFormat {
  readonly headerLength = HEADER_LENGTH;
  readonly #sampleRateHz: number;
  readonly #digest = createHash('md5');
  #samples = 0;
  #frames = 0;
  #isEnded = false;

  constructor(sampleRateHz: number) {
    this.#sampleRateHz = sampleRateHz;
  }

  encode(samples: Int16Array): Uint8Array {
    // RFC 9639 §9.1: where all blocks are of one size, only the last may be shorter.
    if (this.#isEnded) throw new Error('a FLAC file goes on after its last block');
    const writer = new BitWriter(samples.byteLength);
    for (let start = 0; start < samples.length; start += BLOCK_SAMPLES) {
      this.#writeFrame(writer, samples.subarray(start, start + BLOCK_SAMPLES));
    }
    this.#isEnded = samples.length % BLOCK_SAMPLES !== 0;
    this.#samples += samples.length;
    this.#digest.update(Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength));
    return writer.bytes();
  }

  /**
   * RFC 9639 §8.1, §8.2: one metadata block, STREAMINFO, which is the last. The checksum of all samples stays 0, not
   * known, until there are all: of a file that a crash leaves it would be wrong.
   */
  header(isComplete: boolean): Uint8Array {
    const header = Buffer.alloc(HEADER_LENGTH);
    header.write('fLaC', 'latin1');
    header.writeUInt32BE(0x8000_0022, 4);
    header.writeUInt16BE(BLOCK_SAMPLES, 8);
    header.writeUInt16BE(BLOCK_SAMPLES, 10);
    // Least and greatest length of a frame, six bytes, stay 0: not known.
    header.writeUInt32BE(((this.#sampleRateHz << 12) | ((BITS_PER_SAMPLE - 1) << 4)) >>> 0, 18);
    header[21] = (header[21] as number) | Math.floor(this.#samples / 2 ** 32);
    header.writeUInt32BE(this.#samples % 2 ** 32, 22);
    if (isComplete) header.set(this.#digest.copy().digest(), 26);
    return header;
  }

  #writeFrame(writer: BitWriter, samples: Int16Array): void {
    const start = writer.length;
    // RFC 9639 §9.1: sync code, blocks of one size; 16 bits of block size follow; one channel; 16 bits a sample.
    writer.write(0xfff8, 16);
    writer.write(7, 4);
    writer.write(SAMPLE_RATE_CODES[this.#sampleRateHz] ?? 0, 4);
    writer.write(0, 4);
    writer.write(4, 3);
    writer.write(0, 1);
    writeCodedNumber(writer, this.#frames++);
    writer.write(samples.length - 1, 16);
    writer.write(crc8(writer.bytes(start)), 8);
    writeSubframe(writer, samples);
    writer.align();
    writer.write(crc16(writer.bytes(start)), 16);
  }
}

/** RFC 9639 §9.1.5: as UTF-8 writes a character, up to 31 bits. */
function writeCodedNumber(writer: BitWriter, value: number): void {
  if (value < 0x80) {
    writer.write(value, 8);
    return;
  }
  let following = 1;
  while (value >= 2 ** (5 * following + 6)) following++;
  const lead = (0xff << (7 - following)) & 0xff;
  writer.write(lead | Math.floor(value / 2 ** (6 * following)), 8);
  for (let index = following - 1; index >= 0; index--) {
    writer.write(0x80 | (Math.floor(value / 2 ** (6 * index)) & 0x3f), 8);
  }
}

/** RFC 9639 §9.2: constant, fixed prediction, or, where that would be longer, the samples as they are. */
function writeSubframe(writer: BitWriter, samples: Int16Array): void {
  const [first = 0] = samples;
  if (samples.every((sample) => sample === first)) {
    writer.write(0, 8);
    writer.write(first, BITS_PER_SAMPLE);
    return;
  }
  const { order, residual } = predict(samples);
  const partitionOrder = samples.length % 2 ** PARTITION_ORDER === 0 ? PARTITION_ORDER : 0;
  const partition = samples.length >> partitionOrder;
  const parts = Array.from({ length: 2 ** partitionOrder }, (_, index) => {
    const [start, end] = [Math.max(order, index * partition), (index + 1) * partition];
    return { start, end, ...chooseRiceParameter(residual, start, end) };
  });
  const bits = parts.reduce((sum, part) => sum + 4 + part.bits, order * BITS_PER_SAMPLE);
  if (bits >= samples.length * BITS_PER_SAMPLE || partition <= order) {
    writer.write(1 << 1, 8);
    for (const sample of samples) writer.write(sample, BITS_PER_SAMPLE);
    return;
  }
  writer.write((0b1000 | order) << 1, 8);
  for (const sample of samples.subarray(0, order)) writer.write(sample, BITS_PER_SAMPLE);
  writer.write(partitionOrder, 6);
  for (const { start, end, parameter } of parts) {
    writer.write(parameter, 4);
    for (let index = start; index < end; index++) {
      const value = residual[index] as number;
      writer.writeUnary(value >>> parameter);
      if (parameter > 0) writer.write(value, parameter);
    }
  }
}
