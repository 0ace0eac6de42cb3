/** Codecs with a memory: each stream has an encoder or decoder of its own. All of ours are wideband, 16 kHz. */

export const WIDE_SAMPLE_RATE_HZ = 16_000;
/** The longest packet that is played: 120 ms, the most an Opus packet may have (RFC 6716 §3.2.5). */
export const PACKET_SAMPLES_MAXIMUM = 120 * (WIDE_SAMPLE_RATE_HZ / 1000);

export interface StreamCodec {
  readonly encodingName: 'G722' | 'opus';
  /** Of the RTP timestamps; the samples come at 16 kHz in any case. */
  readonly clockRateHz: 8000 | 48_000;
  readonly sampleRateHz: 16_000;
  /** Each frame of 20 ms is a packet, of any length; else an octet is a tick of the clock and packets are cut anywhere. */
  readonly isFramed: boolean;
  /** Null tells that none can be had at the moment. */
  createEncoder(): StreamEncoder | null;
  createDecoder(): StreamDecoder | null;
}

export interface StreamEncoder {
  /** Encodes a frame of 20 ms, the sum of several voices, which is clipped. @returns the length in octets */
  encode(sum: Int32Array, octets: Uint8Array): number;
  /** Goes on where another encoder of the same codec is now, so that a listener hears no seam; not all can. */
  resume(other: StreamEncoder): void;
  close(): void;
}

export interface StreamDecoder {
  /** Tells it from a G.711 codec, which is its own decoder. */
  readonly decodeTable: null;
  /** How many samples a payload holds; 0 where it cannot be read, or holds more than `PACKET_SAMPLES_MAXIMUM`. */
  durationOf(payload: Uint8Array, offset: number, length: number): number;
  /** Decodes a payload whole. @returns the number of samples, always that of `durationOf` */
  decode(payload: Uint8Array, offset: number, length: number, samples: Int16Array): number;
  /** Null where losses are concealed by the sound alone. */
  readonly concealment: StreamConcealment | null;
  close(): void;
}

/** What a decoder knows of the sound that is missing. */
export interface StreamConcealment {
  /** Makes up `count` samples, a multiple of 40 (2.5 ms). */
  conceal(samples: Int16Array, count: number): void;
  /** The same from the packet that follows the gap, which may hold the lost one once more, coarsely. */
  recover(payload: Uint8Array, offset: number, length: number, samples: Int16Array, count: number): void;
}

/** Clips the sum of several voices to 16 bits. */
export function clip(sum: Int32Array, samples: Int16Array): void {
  for (let index = 0; index < sum.length; index++) {
    const sample = sum[index] as number;
    samples[index] = sample > 32_767 ? 32_767 : sample < -32_768 ? -32_768 : sample;
  }
}
