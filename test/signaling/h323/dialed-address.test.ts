import { describe, expect, it } from 'vitest';
import { parseDialedAddress } from '../../../signaling/h323/dialed-address.ts';

describe('an H.323 address as people dial it', () => {
  it.each([
    ['192.0.2.10', '', '192.0.2.10', null],
    ['6064724824@192.0.2.10', '6064724824', '192.0.2.10', null],
    ['6064724824@192.0.2.10:1721', '6064724824', '192.0.2.10', 1721],
    ['192.0.2.10##6064724824', '6064724824', '192.0.2.10', null],
    ['192.0.2.10:1721##6064724824', '6064724824', '192.0.2.10', 1721],
    ['h323:room@meet.example', 'room', 'meet.example', null],
    ['h323:room@meet.example:1720;type=gw', 'room', 'meet.example', 1720],
    ['H323:@meet.example', '', 'meet.example', null],
    ['meet.example', '', 'meet.example', null],
    ['2001:db8::1', '', '2001:db8::1', null],
    ['1@[2001:db8::1]:1721', '1', '2001:db8::1', 1721],
  ])('%s', (text, alias, host, port) => {
    expect(parseDialedAddress(text)).toEqual({ alias, host, port });
  });

  it.each(['', '@', 'a@b@c', 'a b@c d', '192.0.2.10:0', '192.0.2.10:65536', '1@192.0.2.10##2', 'sip:a@b'])(
    '%j is none',
    (text) => {
      expect(parseDialedAddress(text)).toBeNull();
    },
  );
});
