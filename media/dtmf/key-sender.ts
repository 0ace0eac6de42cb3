/**
 * The keys that a leg presses: one after the other, each as the packets of RFC 4733, one in place of each frame of
 * sound (§2.5.1.2: the sound stops meanwhile).
 */
import { createTelephoneEventPackets, type TelephoneEventPacket } from './telephone-event-sender.ts';

export interface KeyPacket {
  readonly payloadType: number;
  readonly payload: Uint8Array;
  readonly isMarked: boolean;
  readonly timestamp: number;
}

/** Nobody presses more at once; it bounds what waits. */
const QUEUE_MAXIMUM = 100;

export class KeySender {
  readonly #frameMs: number;
  readonly #waiting: { readonly digit: string; readonly durationMs: number }[] = [];
  #format: { readonly payloadType: number; readonly clockRateHz: number } | null = null;
  #packets: TelephoneEventPacket[] = [];
  #startTimestamp = 0;

  /** @param frameMs how often `take` is called */
  constructor(frameMs: number) {
    this.#frameMs = frameMs;
  }

  /** Null where events were not agreed on: then no key is sent. */
  configure(format: { readonly payloadType: number; readonly clockRateHz: number } | null): void {
    this.#format = format;
  }

  /** @throws RangeError for a character that is no key */
  press(digit: string, durationMs: number): void {
    if (this.#waiting.length < QUEUE_MAXIMUM) this.#waiting.push({ digit, durationMs });
  }

  /** The packet to be sent instead of the frame that begins at `timestamp`; null where no key is down. */
  take(timestamp: number): KeyPacket | null {
    const format = this.#format;
    if (format === null) {
      this.#waiting.length = 0;
      this.#packets.length = 0;
      return null;
    }
    if (this.#packets.length === 0) this.#begin(format.clockRateHz, timestamp);
    const packet = this.#packets.shift();
    if (packet === undefined) return null;
    const { payload, isMarked, timestampOffset } = packet;
    return {
      payloadType: format.payloadType,
      payload,
      isMarked,
      timestamp: (this.#startTimestamp + timestampOffset) >>> 0,
    };
  }

  #begin(clockRateHz: number, timestamp: number): void {
    const key = this.#waiting.shift();
    if (key === undefined) return;
    this.#startTimestamp = timestamp;
    this.#packets = createTelephoneEventPackets(key.digit, {
      durationMs: key.durationMs,
      packetTimeMs: this.#frameMs,
      clockRateHz,
    });
  }
}
