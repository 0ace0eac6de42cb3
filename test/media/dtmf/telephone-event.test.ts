import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  digitOfEvent,
  eventOfDigit,
  readTelephoneEvent,
  serializeTelephoneEvent,
  type TelephoneEvent,
} from '../../../media/dtmf/telephone-event.ts';

function read(payload: Uint8Array): TelephoneEvent | null {
  const event = { event: 0, isEnd: false, volume: 0, duration: 0 };
  return readTelephoneEvent(payload, 0, payload.length, event) ? event : null;
}

describe('a telephone-event payload', () => {
  it('reads as RFC 4733 §2.3 draws it', () => {
    expect(read(Uint8Array.of(11, 0x8a, 0x03, 0x20))).toEqual({
      event: 11,
      isEnd: true,
      volume: 10,
      duration: 800,
    });
  });

  it('is what it was before it was written', () => {
    const events = fc.record({
      event: fc.nat(255),
      isEnd: fc.boolean(),
      volume: fc.nat(63),
      duration: fc.nat(0xffff),
    });
    fc.assert(
      fc.property(events, (event) => {
        expect(read(serializeTelephoneEvent(event))).toEqual(event);
      }),
    );
  });

  it('is refused when short, and never throws', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 12 }),
        (payload) => (read(payload) === null) === payload.length < 4,
      ),
    );
  });

  it('names the keys', () => {
    expect(Array.from({ length: 17 }, (_, event) => digitOfEvent(event)).join('')).toBe('0123456789*#ABCD');
    expect(digitOfEvent(16)).toBeNull();
    expect([eventOfDigit('#'), eventOfDigit('d'), eventOfDigit('x'), eventOfDigit('12')]).toEqual([
      11,
      15,
      null,
      null,
    ]);
  });
});
