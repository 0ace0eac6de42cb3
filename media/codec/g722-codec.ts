import { G722, G722Decoder, G722Encoder } from './g722.ts';
import {
  clip,
  PACKET_SAMPLES_MAXIMUM,
  type StreamCodec,
  type StreamDecoder,
  type StreamEncoder,
} from './stream-codec.ts';

const SAMPLES_PER_OCTET = 2;
/** Used within one call. */
const clipped = new Int16Array(320);

class Encoder implements StreamEncoder {
  readonly #encoder = new G722Encoder();

  encode(sum: Int32Array, octets: Uint8Array): number {
    clip(sum, clipped);
    const count = sum.length / SAMPLES_PER_OCTET;
    this.#encoder.encode(clipped, 0, octets, 0, count);
    return count;
  }

  resume(other: StreamEncoder): void {
    if (other instanceof Encoder) this.#encoder.resume(other.#encoder);
  }

  close(): void {
    // Nothing is held.
  }
}

class Decoder implements StreamDecoder {
  readonly decodeTable = null;
  /** G.722 itself knows nothing of losses. */
  readonly concealment = null;
  readonly #decoder = new G722Decoder();

  durationOf(_payload: Uint8Array, _offset: number, length: number): number {
    const samples = length * SAMPLES_PER_OCTET;
    return samples > PACKET_SAMPLES_MAXIMUM ? 0 : samples;
  }

  decode(payload: Uint8Array, offset: number, length: number, samples: Int16Array): number {
    this.#decoder.decode(payload, offset, samples, 0, length);
    return length * SAMPLES_PER_OCTET;
  }

  close(): void {
    // Nothing is held.
  }
}

export const G722_CODEC: StreamCodec = {
  encodingName: G722.encodingName,
  clockRateHz: G722.clockRateHz,
  sampleRateHz: G722.sampleRateHz,
  isFramed: false,
  createEncoder: () => new Encoder(),
  createDecoder: () => new Decoder(),
};
