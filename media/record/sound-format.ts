import { FlacFormat } from './flac.ts';
import { createWavHeader, WAV_DATA_MAXIMUM_BYTES, WAV_HEADER_LENGTH } from './wav.ts';

/** How sound stands in a file: a header of fixed length, and pieces behind it, one after the other. */
export interface SoundFormat {
  readonly headerLength: number;
  /**
   * The next piece as it stands in the file.
   * @throws Error where the file would be longer than the format allows
   */
  encode(samples: Int16Array): Uint8Array;
  /** The header of the file that ends with the last piece encoded; `isComplete` where no other follows. */
  header(isComplete: boolean): Uint8Array;
}

/** By the ending of the file's name: FLAC for `.flac`, WAV for all others. */
export function createSoundFormat(fileName: string, sampleRateHz: number): SoundFormat {
  return /\.flac$/i.test(fileName) ? new FlacFormat(sampleRateHz) : new WavFormat(sampleRateHz);
}

export class WavFormat implements SoundFormat {
  readonly headerLength = WAV_HEADER_LENGTH;
  readonly #sampleRateHz: number;
  #dataLength = 0;

  constructor(sampleRateHz: number) {
    this.#sampleRateHz = sampleRateHz;
  }

  encode({ buffer, byteOffset, byteLength }: Int16Array): Uint8Array {
    if (this.#dataLength + byteLength > WAV_DATA_MAXIMUM_BYTES) throw new Error('a WAV file holds 4 GB');
    this.#dataLength += byteLength;
    return new Uint8Array(buffer, byteOffset, byteLength);
  }

  header(): Uint8Array {
    return createWavHeader(this.#sampleRateHz, this.#dataLength);
  }
}
