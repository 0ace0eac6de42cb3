import type { StreamCodec, StreamEncoder } from '../codec/stream-codec.ts';

/** An Opus packet of one frame (RFC 6716 §3.4, rule 2), and far more than 20 ms of G.722. */
export const ENCODED_OCTETS_MAXIMUM = 1275;

/** One encoder with a memory, for all who hear the same. */
export class SharedStream {
  readonly #codec: StreamCodec;
  readonly #buffer = new Uint8Array(ENCODED_OCTETS_MAXIMUM);
  #encoder: StreamEncoder | null = null;
  #octets: Uint8Array = this.#buffer.subarray(0, 0);
  #mix = 0;

  constructor(codec: StreamCodec) {
    this.#codec = codec;
  }

  /** Null before the first frame. */
  get encoder(): StreamEncoder | null {
    return this.#encoder;
  }

  /** Encodes the sum of a mix, once; empty where no encoder could be had. */
  encode(sum: Int32Array, mix: number): Uint8Array {
    if (mix === this.#mix) return this.#octets;
    this.#mix = mix;
    this.#encoder ??= this.#codec.createEncoder();
    const length = this.#encoder?.encode(sum, this.#buffer) ?? 0;
    this.#octets = this.#buffer.subarray(0, length);
    return this.#octets;
  }

  close(): void {
    this.#encoder?.close();
    this.#encoder = null;
  }
}
