/**
 * Makes one key of the many packets that tell of it (RFC 4733 §2.5.2): updates while it is held, three copies
 * of its end. Any of them may be lost: the first packet that arrives begins the key, whether it is marked or
 * not, and a key whose ends are all lost ends when its packets stop.
 */
import type { MediaDigit } from '../engine/media-leg.ts';
import { digitOfEvent, readTelephoneEvent } from './telephone-event.ts';

/** Copies of the end a sender sends (RFC 4733 §2.5.1.4). */
const END_PACKETS = 3;
/** The copies of the end come one packet time apart, at most 60 ms; what is missing after that is lost. */
const END_PATIENCE_MS = 80;
/** Updates come every 5 to 60 ms (RFC 4733 §2.5.1.2 recommends 50): three of them must have been lost. */
const UPDATE_PATIENCE_MS = 200;

export class TelephoneEventReceiver {
  readonly #packet = { event: 0, isEnd: false, volume: 0, duration: 0 };
  #digit: string | null = null;
  #event = 0;
  /** RTP timestamp of the beginning, of this segment and of the last event that is over. */
  #timestamp = 0;
  #finishedTimestamp: number | null = null;
  #duration = 0;
  /** Of earlier segments of a long event (RFC 4733 §2.5.1.3). */
  #durationBefore = 0;
  #volume = 0;
  #packets = 0;
  /** Of the packets of this key, by the order they were sent in. */
  #firstSequenceNumber = 0;
  #lastSequenceNumber = 0;
  #endPackets = 0;
  #startedAtMs = 0;
  #lastPacketAtMs = 0;

  /**
   * One telephone-event packet arrived.
   * @returns the key that is over with it, or null
   */
  receive(
    payload: Uint8Array,
    offset: number,
    length: number,
    timestamp: number,
    clockRateHz: number,
    nowMs: number,
    sequenceNumber: number,
  ): MediaDigit | null {
    const packet = this.#packet;
    if (!readTelephoneEvent(payload, offset, length, packet)) return null;
    const digit = digitOfEvent(packet.event);
    if (digit === null || this.#isOver(timestamp)) return null;
    let finished: MediaDigit | null = null;
    if (this.#digit !== null && this.#isNextSegment(timestamp)) this.#beginSegment(timestamp);
    else if (this.#digit !== null && timestamp !== this.#timestamp) finished = this.#finish(clockRateHz);
    if (this.#digit === null) this.#begin(digit, timestamp, sequenceNumber, nowMs);
    this.#update(sequenceNumber, nowMs);
    if (this.#endPackets === END_PACKETS) finished ??= this.#finish(clockRateHz);
    return finished;
  }

  /** Time passes: returns the key whose end was lost, or did not come three times. */
  advance(clockRateHz: number, nowMs: number): MediaDigit | null {
    if (this.#digit === null) return null;
    const patienceMs = this.#endPackets > 0 ? END_PATIENCE_MS : UPDATE_PATIENCE_MS;
    return nowMs - this.#lastPacketAtMs < patienceMs ? null : this.#finish(clockRateHz);
  }

  /** The call ends: returns the key held now. */
  close(clockRateHz: number): MediaDigit | null {
    return this.#digit === null ? null : this.#finish(clockRateHz);
  }

  /** A new source: its timestamps have nothing to do with those before. */
  restart(clockRateHz: number): MediaDigit | null {
    const finished = this.close(clockRateHz);
    this.#finishedTimestamp = null;
    return finished;
  }

  /** Copies of an end, and packets that were overtaken by it. */
  #isOver(timestamp: number): boolean {
    return this.#finishedTimestamp !== null && ((timestamp - this.#finishedTimestamp) | 0) <= 0;
  }

  // RFC 4733 §2.5.1.3: an event longer than 0xFFFF goes on in a segment that begins where the last one ended.
  #isNextSegment(timestamp: number): boolean {
    const { event } = this.#packet;
    const follows = ((this.#timestamp + 0xffff - timestamp) | 0) === 0;
    return follows && event === this.#event && this.#endPackets === 0;
  }

  #beginSegment(timestamp: number): void {
    this.#durationBefore += 0xffff;
    this.#duration = 0;
    this.#timestamp = timestamp;
  }

  #begin(digit: string, timestamp: number, sequenceNumber: number, nowMs: number): void {
    this.#digit = digit;
    this.#event = this.#packet.event;
    this.#timestamp = timestamp;
    this.#duration = 0;
    this.#durationBefore = 0;
    this.#volume = this.#packet.volume;
    this.#packets = 0;
    this.#firstSequenceNumber = sequenceNumber;
    this.#lastSequenceNumber = sequenceNumber;
    this.#endPackets = 0;
    this.#startedAtMs = nowMs;
  }

  #update(sequenceNumber: number, nowMs: number): void {
    this.#packets++;
    if (isBefore(sequenceNumber, this.#firstSequenceNumber)) this.#firstSequenceNumber = sequenceNumber;
    if (isBefore(this.#lastSequenceNumber, sequenceNumber)) this.#lastSequenceNumber = sequenceNumber;
    this.#lastPacketAtMs = nowMs;
    // An overtaken update must not shorten the key.
    this.#duration = Math.max(this.#duration, this.#packet.duration);
    if (this.#packet.isEnd) this.#endPackets++;
  }

  #finish(clockRateHz: number): MediaDigit {
    const sent = ((this.#lastSequenceNumber - this.#firstSequenceNumber) & 0xffff) + 1;
    const finished: MediaDigit = {
      digit: this.#digit ?? '',
      source: 'rfc4733',
      durationMs: Math.round(((this.#durationBefore + this.#duration) * 1000) / clockRateHz),
      volumeDbm0: -this.#volume,
      packets: this.#packets,
      packetsLost: Math.max(0, sent - this.#packets),
      atMs: this.#startedAtMs,
    };
    this.#finishedTimestamp = this.#timestamp;
    this.#digit = null;
    return finished;
  }
}

/** RTP sequence numbers (RFC 3550 §5.1) wrap. */
function isBefore(one: number, other: number): boolean {
  return ((other - one) << 16) >> 16 > 0;
}
