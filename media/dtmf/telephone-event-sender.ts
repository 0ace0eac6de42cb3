/** The packets that tell of one key (RFC 4733 §2.5.1). */
import { eventOfDigit, serializeTelephoneEvent } from './telephone-event.ts';

/** Copies of the end (RFC 4733 §2.5.1.4). */
const END_PACKETS = 3;
const DURATION_MAXIMUM = 0xffff;
const DEFAULT_VOLUME = 10;

export interface TelephoneEventPacket {
  /** When to send it, from the beginning of the key. */
  readonly atMs: number;
  readonly payload: Uint8Array;
  /** The first packet of a key is marked (RFC 4733 §2.5.1.1). */
  readonly isMarked: boolean;
  /** RTP timestamp, from the beginning of the key: all packets of a segment have that of its beginning. */
  readonly timestampOffset: number;
}

export interface TelephoneEventOptions {
  readonly durationMs: number;
  readonly packetTimeMs: number;
  readonly clockRateHz: number;
  /** Power below 0 dBm0, 0 to 63. */
  readonly volume?: number;
}

/** @throws RangeError for a character that is no key. */
export function createTelephoneEventPackets(
  digit: string,
  { durationMs, packetTimeMs, clockRateHz, volume = DEFAULT_VOLUME }: TelephoneEventOptions,
): TelephoneEventPacket[] {
  const event = eventOfDigit(digit);
  if (event === null) throw new RangeError(`"${digit}" is not a key: expected one of 0-9 * # A-D`);
  const packetUnits = Math.round((packetTimeMs * clockRateHz) / 1000);
  const totalUnits = Math.max(packetUnits, Math.round((durationMs * clockRateHz) / 1000));
  const packets: TelephoneEventPacket[] = [];
  const tell = (atMs: number, elapsedUnits: number, isEnd: boolean): void => {
    // RFC 4733 §2.5.1.3: beyond 0xFFFF a new segment begins; its marker is not set.
    const segment = Math.floor((elapsedUnits - 1) / DURATION_MAXIMUM);
    packets.push({
      atMs,
      payload: serializeTelephoneEvent({
        event,
        isEnd,
        volume,
        duration: elapsedUnits - segment * DURATION_MAXIMUM,
      }),
      isMarked: packets.length === 0,
      timestampOffset: segment * DURATION_MAXIMUM,
    });
  };
  let elapsedUnits = packetUnits;
  let atMs = 0;
  for (; elapsedUnits < totalUnits; elapsedUnits += packetUnits, atMs += packetTimeMs) {
    tell(atMs, elapsedUnits, false);
  }
  for (let copy = 0; copy < END_PACKETS; copy++) tell(atMs + copy * packetTimeMs, totalUnits, true);
  return packets;
}
