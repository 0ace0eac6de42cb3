/**
 * The payload of a telephone-event (RFC 4733 §2.3):
 *
 *     0                   1                   2                   3
 *     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *    |     event     |E|R| volume    |          duration             |
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 */

const TELEPHONE_EVENT_LENGTH = 4;
/** RFC 4733 §3.2, table 3: events 0 to 15 are the DTMF keys. */
const DIGITS = '0123456789*#ABCD';

export interface TelephoneEvent {
  event: number;
  isEnd: boolean;
  /** Power below 0 dBm0, 0 to 63. */
  volume: number;
  /** Since the beginning of the event or segment, in timestamp units; 0 where the event lasts for ever. */
  duration: number;
}

/** Fills `into`; false where the payload is too short. */
export function readTelephoneEvent(
  payload: Uint8Array,
  offset: number,
  length: number,
  into: TelephoneEvent,
): boolean {
  if (length < TELEPHONE_EVENT_LENGTH) return false;
  const flags = payload[offset + 1] as number;
  into.event = payload[offset] as number;
  into.isEnd = (flags & 0x80) !== 0;
  into.volume = flags & 0x3f;
  into.duration = ((payload[offset + 2] as number) << 8) | (payload[offset + 3] as number);
  return true;
}

export function serializeTelephoneEvent({ event, isEnd, volume, duration }: TelephoneEvent): Uint8Array {
  // The reserved bit is sent as zero (RFC 4733 §2.3.3).
  return Uint8Array.of(event, (isEnd ? 0x80 : 0) | (volume & 0x3f), duration >> 8, duration & 0xff);
}

/** The key of an event, null for one that is none, such as flash (16). */
export function digitOfEvent(event: number): string | null {
  return DIGITS[event] ?? null;
}

/** The event of a key, null where there is no such key. */
export function eventOfDigit(digit: string): number | null {
  const event = digit.length === 1 ? DIGITS.indexOf(digit.toUpperCase()) : -1;
  return event < 0 ? null : event;
}
