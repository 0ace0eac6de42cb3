/**
 * Sound of codecs with a memory. A packet is decoded once and whole, when its first sample is due, and played from
 * here in parts, since packets and frames seldom begin together. So is what such a codec makes up for a lost packet.
 */
import { PACKET_SAMPLES_MAXIMUM, type StreamDecoder } from '../codec/stream-codec.ts';
import type { JitterBuffer } from './jitter-buffer.ts';

/** Made up at once where nothing is known of the next packet: 20 ms. */
const CONCEALED_SAMPLES = 320;
/** What concealment comes in: 2.5 ms. */
const CONCEALMENT_STEP = 40;
/** In-band FEC holds one frame; before a longer gap most of it would be guesswork (RFC 6716 §2.1.7). */
const RECOVERABLE_SAMPLES = 960;

export class DecodedSound {
  /** Of the last packet, and when that begins. */
  readonly #samples = new Int16Array(PACKET_SAMPLES_MAXIMUM);
  #begin = Number.NaN;
  #decoder: StreamDecoder | null = null;
  /** What was made up, how much of it there is, and how much of that was played. */
  readonly #madeSamples = new Int16Array(RECOVERABLE_SAMPLES);
  #made = 0;
  #madePlayed = 0;

  /** Plays `count` samples of the packet in a slot of the buffer, the first of them being number `first`. */
  play(
    decoder: StreamDecoder,
    buffer: JitterBuffer,
    slot: number,
    first: number,
    into: Int16Array,
    at: number,
    count: number,
  ): void {
    const begin = buffer.timestamps[slot] as number;
    if (decoder !== this.#decoder || begin !== this.#begin) {
      const length = buffer.lengths[slot] as number;
      decoder.decode(buffer.payloads, buffer.payloadOffset(slot), length, this.#samples);
      this.#decoder = decoder;
      this.#begin = begin;
      this.#made = 0;
      this.#madePlayed = 0;
    }
    copySamples(this.#samples, first, into, at, count);
  }

  /**
   * Makes up `count` samples where the last decoder knows how to; `slot` is what comes after `gap` samples, or −1.
   * @returns false where it does not
   */
  conceal(
    into: Int16Array,
    at: number,
    count: number,
    buffer: JitterBuffer,
    slot: number,
    gap: number,
  ): boolean {
    if (!this.#decoder?.concealment) return false;
    for (let done = 0; done < count; ) {
      if (this.#madePlayed >= this.#made) this.#make(this.#decoder, buffer, slot, gap - done);
      const part = Math.min(count - done, this.#made - this.#madePlayed);
      copySamples(this.#madeSamples, this.#madePlayed, into, at + done, part);
      this.#madePlayed += part;
      done += part;
    }
    return true;
  }

  /** What was decoded belongs to a stream that is over. */
  clear(): void {
    this.#decoder = null;
    this.#begin = Number.NaN;
    this.#made = 0;
    this.#madePlayed = 0;
  }

  #make(decoder: StreamDecoder, buffer: JitterBuffer, slot: number, gap: number): void {
    const isRecoverable =
      slot >= 0 &&
      buffer.codecs[slot] === decoder &&
      gap > 0 &&
      gap <= RECOVERABLE_SAMPLES &&
      gap % CONCEALMENT_STEP === 0;
    this.#madePlayed = 0;
    if (isRecoverable) {
      this.#made = gap;
      const length = buffer.lengths[slot] as number;
      decoder.concealment?.recover(
        buffer.payloads,
        buffer.payloadOffset(slot),
        length,
        this.#madeSamples,
        gap,
      );
    } else {
      this.#made = CONCEALED_SAMPLES;
      decoder.concealment?.conceal(this.#madeSamples, CONCEALED_SAMPLES);
    }
  }
}

function copySamples(from: Int16Array, first: number, into: Int16Array, at: number, count: number): void {
  for (let index = 0; index < count; index++) into[at + index] = from[first + index] as number;
}
