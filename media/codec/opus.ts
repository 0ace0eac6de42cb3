/**
 * Opus (RFC 6716, RFC 7587) by way of libopus in WebAssembly, loaded when a call first needs it. Legs are mixed at
 * 16 kHz, so that is what it decodes to and encodes from; its RTP clock is 48 kHz in any case (RFC 7587 §4.1).
 */
import type { OpusDecoderHandle, OpusEncoderHandle } from 'libopus-wasm';
import { readOpusDurationMs } from './opus-packet.ts';
import {
  clip,
  PACKET_SAMPLES_MAXIMUM,
  type StreamCodec,
  type StreamConcealment,
  type StreamDecoder,
  type StreamEncoder,
  WIDE_SAMPLE_RATE_HZ,
} from './stream-codec.ts';

type Library = typeof import('libopus-wasm');

/** RFC 7587 §3.1.1 recommends 16 to 20 kbit/s for wideband speech; rooms are mixed, which takes some more. */
const BITRATE = 24_000;
/** Out of 10: beyond, the sound of speech hardly changes and the cost doubles. */
const COMPLEXITY = 5;
/** What in-band FEC is made for, where the other side asks for it. */
const EXPECTED_LOSS_PERCENT = 10;
const FRAME_SAMPLES = WIDE_SAMPLE_RATE_HZ / 50;
const SAMPLES_PER_MS = WIDE_SAMPLE_RATE_HZ / 1000;
/** Encoders and decoders can only be made by waiting; so many are kept ready for who cannot wait. */
const SPARES = 4;

const clipped = new Int16Array(FRAME_SAMPLES);

class Encoder implements StreamEncoder {
  readonly #handle: OpusEncoderHandle;

  constructor(handle: OpusEncoderHandle, hasCorrection: boolean) {
    this.#handle = handle;
    handle.setFec(hasCorrection);
    handle.setPacketLossPercent(hasCorrection ? EXPECTED_LOSS_PERCENT : 0);
  }

  encode(sum: Int32Array, octets: Uint8Array): number {
    clip(sum, clipped);
    const packet = this.#handle.encode(clipped, { maxPacketBytes: octets.length });
    octets.set(packet);
    return packet.length;
  }

  resume(): void {
    // Its state is libopus's own. The decoder at the other end takes another encoder for a loss, and recovers.
  }

  close(): void {
    this.#handle.free();
  }
}

class Decoder implements StreamDecoder, StreamConcealment {
  readonly decodeTable = null;
  readonly concealment = this;
  readonly #handle: OpusDecoderHandle;

  constructor(handle: OpusDecoderHandle) {
    this.#handle = handle;
  }

  durationOf(payload: Uint8Array, offset: number, length: number): number {
    return readOpusDurationMs(payload, offset, length) * SAMPLES_PER_MS;
  }

  decode(payload: Uint8Array, offset: number, length: number, samples: Int16Array): number {
    const count = this.durationOf(payload, offset, length);
    const packet = payload.subarray(offset, offset + length);
    this.#write(samples, count, () => this.#handle.decode(packet, { maxFrameSize: PACKET_SAMPLES_MAXIMUM }));
    return count;
  }

  conceal(samples: Int16Array, count: number): void {
    this.#write(samples, count, () => this.#handle.decodePacketLoss(count));
  }

  recover(payload: Uint8Array, offset: number, length: number, samples: Int16Array, count: number): void {
    const packet = payload.subarray(offset, offset + length);
    this.#write(samples, count, () => this.#handle.decode(packet, { decodeFec: true, frameSize: count }));
  }

  close(): void {
    this.#handle.free();
  }

  /** A packet that libopus finds damaged is silence, and no more. */
  #write(samples: Int16Array, count: number, decode: () => Int16Array): void {
    let decoded: Int16Array;
    try {
      decoded = decode();
    } catch {
      samples.fill(0, 0, count);
      return;
    }
    samples.set(decoded.subarray(0, count));
    if (decoded.length < count) samples.fill(0, decoded.length, count);
  }
}

/** Encoders and decoders of libopus that nobody uses yet. */
class Stock {
  readonly #library: Library;
  readonly #encoders: OpusEncoderHandle[] = [];
  readonly #decoders: OpusDecoderHandle[] = [];

  constructor(library: Library) {
    this.#library = library;
  }

  takeEncoder(hasCorrection: boolean): StreamEncoder | null {
    const handle = this.#encoders.pop();
    this.#refill();
    return handle === undefined ? null : new Encoder(handle, hasCorrection);
  }

  takeDecoder(): StreamDecoder | null {
    const handle = this.#decoders.pop();
    this.#refill();
    return handle === undefined ? null : new Decoder(handle);
  }

  async fill(): Promise<void> {
    const { Application, createDecoder, createEncoder } = this.#library;
    const shape = { channels: 1, sampleRate: WIDE_SAMPLE_RATE_HZ } as const;
    while (this.#encoders.length < SPARES) {
      this.#encoders.push(
        await createEncoder({
          ...shape,
          application: Application.Voip,
          bitrate: BITRATE,
          complexity: COMPLEXITY,
          frameSize: FRAME_SAMPLES,
        }),
      );
    }
    while (this.#decoders.length < SPARES) this.#decoders.push(await createDecoder(shape));
  }

  #refill(): void {
    // What cannot be made now is tried again with the next one taken.
    void this.fill().catch(() => undefined);
  }
}

let stock: Stock | null = null;
let loading: Promise<void> | null = null;

/**
 * Makes the codec ready, and with each call as much of it as one leg needs.
 * @throws where the library is not installed, or cannot run here
 */
export function loadOpus(): Promise<void> {
  loading ??= import('libopus-wasm').then((library) => {
    stock = new Stock(library);
  });
  return loading.then(() => stock?.fill());
}

const CODECS = [createCodec(false), createCodec(true)] as const;

function createCodec(hasCorrection: boolean): StreamCodec {
  return {
    encodingName: 'opus',
    clockRateHz: 48_000,
    sampleRateHz: WIDE_SAMPLE_RATE_HZ,
    isFramed: true,
    createEncoder: () => stock?.takeEncoder(hasCorrection) ?? null,
    createDecoder: () => stock?.takeDecoder() ?? null,
  };
}

export function isOpusAmong(formats: readonly { readonly encodingName: string }[]): boolean {
  return formats.some(({ encodingName }) => encodingName.toUpperCase() === 'OPUS');
}

/** By what the other side wants to get (RFC 7587 §6.1); null until it is loaded. */
export function findOpusCodec(parameters: string | null): StreamCodec | null {
  if (stock === null) return null;
  return CODECS[/(?:^|[;\s])useinbandfec\s*=\s*1/i.test(parameters ?? '') ? 1 : 0];
}
