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

/** A key that is held. */
interface HeldKey {
  readonly digit: string;
  readonly event: number;
  /** RTP timestamp of the beginning of this segment. */
  timestamp: number;
  duration: number;
  /** Of earlier segments of a long event (RFC 4733 §2.5.1.3). */
  durationBefore: number;
  readonly volume: number;
  packets: number;
  /** Of the packets of this key, by the order they were sent in. */
  firstSequenceNumber: number;
  lastSequenceNumber: number;
  endPackets: number;
  readonly startedAtMs: number;
  lastPacketAtMs: number;
}

/** For who goes on with the same stream; survives structured cloning. */
export interface TelephoneEventState {
  readonly held: HeldKey | null;
  /** RTP timestamp of the last event that is over. */
  readonly finishedTimestamp: number | null;
}

export class TelephoneEventReceiver {
  readonly #packet = { event: 0, isEnd: false, volume: 0, duration: 0 };
  #held: HeldKey | null;
  #finishedTimestamp: number | null;

  /** @param state of who heard the stream before, null at its beginning */
  constructor(state: TelephoneEventState | null = null) {
    this.#held = state?.held ?? null;
    this.#finishedTimestamp = state?.finishedTimestamp ?? null;
  }

  get state(): TelephoneEventState {
    return { held: this.#held, finishedTimestamp: this.#finishedTimestamp };
  }

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
    let held = this.#held;
    if (held !== null && this.#isNextSegment(held, timestamp)) beginSegment(held, timestamp);
    else if (held !== null && timestamp !== held.timestamp) {
      finished = this.#finish(held, clockRateHz);
      held = null;
    }
    held ??= this.#begin(digit, timestamp, sequenceNumber, nowMs);
    this.#held = held;
    this.#update(held, sequenceNumber, nowMs);
    if (held.endPackets === END_PACKETS) finished ??= this.#finish(held, clockRateHz);
    return finished;
  }

  /** Time passes: returns the key whose end was lost, or did not come three times. */
  advance(clockRateHz: number, nowMs: number): MediaDigit | null {
    const held = this.#held;
    if (held === null) return null;
    const patienceMs = held.endPackets > 0 ? END_PATIENCE_MS : UPDATE_PATIENCE_MS;
    return nowMs - held.lastPacketAtMs < patienceMs ? null : this.#finish(held, clockRateHz);
  }

  /** The call ends: returns the key held now. */
  close(clockRateHz: number): MediaDigit | null {
    return this.#held === null ? null : this.#finish(this.#held, clockRateHz);
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
  #isNextSegment(held: HeldKey, timestamp: number): boolean {
    const follows = ((held.timestamp + 0xffff - timestamp) | 0) === 0;
    return follows && this.#packet.event === held.event && held.endPackets === 0;
  }

  #begin(digit: string, timestamp: number, sequenceNumber: number, nowMs: number): HeldKey {
    const { event, volume } = this.#packet;
    return {
      digit,
      event,
      timestamp,
      duration: 0,
      durationBefore: 0,
      volume,
      packets: 0,
      firstSequenceNumber: sequenceNumber,
      lastSequenceNumber: sequenceNumber,
      endPackets: 0,
      startedAtMs: nowMs,
      lastPacketAtMs: nowMs,
    };
  }

  #update(held: HeldKey, sequenceNumber: number, nowMs: number): void {
    held.packets++;
    if (isBefore(sequenceNumber, held.firstSequenceNumber)) held.firstSequenceNumber = sequenceNumber;
    if (isBefore(held.lastSequenceNumber, sequenceNumber)) held.lastSequenceNumber = sequenceNumber;
    held.lastPacketAtMs = nowMs;
    // An overtaken update must not shorten the key.
    held.duration = Math.max(held.duration, this.#packet.duration);
    if (this.#packet.isEnd) held.endPackets++;
  }

  #finish(held: HeldKey, clockRateHz: number): MediaDigit {
    const sent = ((held.lastSequenceNumber - held.firstSequenceNumber) & 0xffff) + 1;
    this.#finishedTimestamp = held.timestamp;
    this.#held = null;
    return {
      digit: held.digit,
      source: 'rfc4733',
      durationMs: Math.round(((held.durationBefore + held.duration) * 1000) / clockRateHz),
      volumeDbm0: -held.volume,
      packets: held.packets,
      packetsLost: Math.max(0, sent - held.packets),
      atMs: held.startedAtMs,
    };
  }
}

function beginSegment(held: HeldKey, timestamp: number): void {
  held.durationBefore += 0xffff;
  held.duration = 0;
  held.timestamp = timestamp;
}

/** RTP sequence numbers (RFC 3550 §5.1) wrap. */
function isBefore(one: number, other: number): boolean {
  return ((other - one) << 16) >> 16 > 0;
}
