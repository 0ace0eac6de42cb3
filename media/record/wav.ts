/**
 * RIFF/WAVE files (Multimedia Programming Interface and Data Specifications 1.0, IBM and Microsoft, 1991): chunks of
 * a name, a length and as many bytes, padded to an even number.
 */
import { PCMA, PCMU } from '../codec/g711.ts';

export interface Sound {
  readonly sampleRateHz: number;
  readonly samples: Int16Array;
}

/** The file is no WAV, or of a kind that is not read; the message says which. */
export class WavError extends Error {
  override readonly name = 'WavError';
}

export const WAV_HEADER_LENGTH = 44;
/** Lengths have 32 bits. */
export const WAV_DATA_MAXIMUM_BYTES = 0xffff_ffff - WAV_HEADER_LENGTH;
const BYTES_PER_SAMPLE = 2;

/** The header of 16-bit PCM with one channel; `dataLength` in bytes. */
export function createWavHeader(sampleRateHz: number, dataLength: number): Uint8Array {
  const header = Buffer.alloc(WAV_HEADER_LENGTH);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(WAV_HEADER_LENGTH - 8 + dataLength, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(FORMAT.pcm, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(sampleRateHz, 24);
  header.writeUInt32LE(sampleRateHz * BYTES_PER_SAMPLE, 28);
  header.writeUInt16LE(BYTES_PER_SAMPLE, 32);
  header.writeUInt16LE(8 * BYTES_PER_SAMPLE, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(dataLength, 40);
  return header;
}

/** RFC 2361: the numbers of the encodings. */
const FORMAT = { pcm: 1, float: 3, aLaw: 6, muLaw: 7, extensible: 0xfffe } as const;

interface Encoding {
  readonly channels: number;
  readonly sampleRateHz: number;
  readonly bytesPerSample: number;
  readonly readSample: (bytes: Buffer, offset: number) => number;
}

/**
 * Reads PCM of 8 to 32 bits, 32-bit float and G.711; several channels become one, their mean. A data chunk whose
 * length was never written, as by a program that was killed, runs to the end of the file.
 * @throws WavError
 */
export function parseWav(file: Uint8Array): Sound {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  if (bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.toString('latin1', 8, 12) !== 'WAVE') {
    throw new WavError('it does not begin with RIFF and WAVE');
  }
  let encoding: Encoding | null = null;
  for (let offset = 12; offset + 8 <= bytes.length; ) {
    const name = bytes.toString('latin1', offset, offset + 4);
    const length = bytes.readUInt32LE(offset + 4);
    const chunk = bytes.subarray(offset + 8, offset + 8 + length);
    if (name === 'fmt ') encoding = readEncoding(chunk);
    if (name === 'data') {
      if (encoding === null) throw new WavError('its data come before their format');
      const isOpen = length === 0 || length === 0xffff_ffff;
      return readSound(isOpen ? bytes.subarray(offset + 8) : chunk, encoding);
    }
    offset += 8 + length + (length % 2);
  }
  throw new WavError('it has no data');
}

function readEncoding(chunk: Buffer): Encoding {
  if (chunk.length < 16) throw new WavError('its format is cut short');
  const format = chunk.readUInt16LE(0);
  const channels = chunk.readUInt16LE(2);
  const sampleRateHz = chunk.readUInt32LE(4);
  const bits = chunk.readUInt16LE(14);
  // The extensible form has the number of the encoding at the beginning of a GUID.
  const actual = format === FORMAT.extensible && chunk.length >= 26 ? chunk.readUInt16LE(24) : format;
  const readSample = sampleReader(actual, bits);
  if (readSample === null) throw new WavError(`encoding ${actual} of ${bits} bits is not read`);
  if (channels === 0 || sampleRateHz === 0) throw new WavError('it has no channels or no rate');
  return { channels, sampleRateHz, bytesPerSample: bits / 8, readSample };
}

/** 16-bit samples of every encoding we read. */
function sampleReader(format: number, bits: number): Encoding['readSample'] | null {
  switch (`${format}/${bits}`) {
    case `${FORMAT.pcm}/8`:
      return (bytes, offset) => ((bytes[offset] as number) - 128) << 8;
    case `${FORMAT.pcm}/16`:
      return (bytes, offset) => bytes.readInt16LE(offset);
    case `${FORMAT.pcm}/24`:
      return (bytes, offset) => bytes.readInt16LE(offset + 1);
    case `${FORMAT.pcm}/32`:
      return (bytes, offset) => bytes.readInt16LE(offset + 2);
    case `${FORMAT.float}/32`:
      return (bytes, offset) => sixteenBit(bytes.readFloatLE(offset) * 32_768);
    case `${FORMAT.aLaw}/8`:
      return (bytes, offset) => PCMA.decodeTable[bytes[offset] as number] as number;
    case `${FORMAT.muLaw}/8`:
      return (bytes, offset) => PCMU.decodeTable[bytes[offset] as number] as number;
    default:
      return null;
  }
}

function readSound(data: Buffer, { channels, sampleRateHz, bytesPerSample, readSample }: Encoding): Sound {
  const samples = new Int16Array(Math.floor(data.length / (bytesPerSample * channels)));
  for (let index = 0; index < samples.length; index++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) {
      sum += readSample(data, (index * channels + channel) * bytesPerSample);
    }
    samples[index] = sixteenBit(sum / channels);
  }
  return { sampleRateHz, samples };
}

/** Not a number, which a float may be, is silence. */
function sixteenBit(value: number): number {
  return Math.max(-32_768, Math.min(32_767, Math.round(value))) || 0;
}
