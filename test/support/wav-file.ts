import { readFileSync, writeFileSync } from 'node:fs';

export interface PcmSound {
  readonly sampleRateHz: number;
  readonly samples: Int16Array;
}

const HEADER_BYTES = 44;

/** Writes 16-bit mono PCM (RIFF/WAVE, format 1). */
export function writeWav(path: string, sound: PcmSound): void {
  const file = Buffer.alloc(HEADER_BYTES + sound.samples.length * 2);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(file.length - 8, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(sound.sampleRateHz, 24);
  file.writeUInt32LE(sound.sampleRateHz * 2, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(sound.samples.length * 2, 40);
  sound.samples.forEach((sample, index) => {
    file.writeInt16LE(sample, HEADER_BYTES + index * 2);
  });
  writeFileSync(path, file);
}

/** Reads 16-bit PCM, the first channel of it; a data chunk that a killed writer left open runs to the end. */
export function readWav(path: string): PcmSound {
  const file = readFileSync(path);
  if (file.toString('latin1', 0, 4) !== 'RIFF') throw new Error(`${path} is no WAV file`);
  let sampleRateHz = 0;
  let channels = 1;
  for (let offset = 12; offset + 8 <= file.length; ) {
    const name = file.toString('latin1', offset, offset + 4);
    const length = file.readUInt32LE(offset + 4);
    const start = offset + 8;
    if (name === 'fmt ') {
      channels = file.readUInt16LE(start + 2);
      sampleRateHz = file.readUInt32LE(start + 4);
    }
    if (name === 'data') {
      const end = length === 0 ? file.length : Math.min(start + length, file.length);
      return { sampleRateHz, samples: firstChannel(file.subarray(start, end), channels) };
    }
    offset = start + length + (length % 2);
  }
  throw new Error(`${path} has no data chunk`);
}

function firstChannel(pcm: Buffer, channels: number): Int16Array {
  const frames = Math.floor(pcm.length / (2 * channels));
  return Int16Array.from({ length: frames }, (_, index) => pcm.readInt16LE(index * 2 * channels));
}
