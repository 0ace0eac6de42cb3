import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  fromNtpTimestamp,
  middleOfNtpTimestamp,
  shortUnitsToUs,
  toNtpTimestamp,
  usToShortUnits,
} from '../../../media/rtcp/ntp.ts';

describe('NTP timestamps', () => {
  it.each([
    ['the Unix epoch', 0, 2_208_988_800, 0],
    ['half a second later', 500_000, 2_208_988_800, 0x8000_0000],
    ['the last second of era 0', 2_085_978_495_000_000, 0xffff_ffff, 0],
    ['the first second of era 1', 2_085_978_496_000_000, 0, 0],
  ])('convert %s', (_, unixUs, seconds, fraction) => {
    expect(toNtpTimestamp(unixUs)).toEqual({ seconds, fraction });
    expect(fromNtpTimestamp({ seconds, fraction })).toBe(unixUs);
  });

  it('keep microseconds, and the fraction within 32 bits', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000_000_000 }), (unixUs) => {
        const timestamp = toNtpTimestamp(unixUs);
        expect(timestamp.fraction).toBeLessThan(2 ** 32);
        expect(Math.abs(fromNtpTimestamp(timestamp) - unixUs)).toBeLessThan(0.6);
      }),
    );
  });

  it('have the middle that RFC 3550 §6.4.1 shows', () => {
    // The figure there: b44d:b705:2000:0000 is answered as LSR b705:2000.
    expect(middleOfNtpTimestamp({ seconds: 0xb44d_b705, fraction: 0x2000_0000 })).toBe(0xb705_2000);
  });
});

describe('units of 1/65536 s', () => {
  it('are those of the figure in RFC 3550 §6.4.1', () => {
    expect(usToShortUnits(5_250_000)).toBe(0x0005_4000);
    expect(shortUnitsToUs(0x0006_2000)).toBe(6_125_000);
  });

  it('are held within 32 bits', () => {
    expect(usToShortUnits(-5)).toBe(0);
    expect(usToShortUnits(1e12)).toBe(0xffff_ffff);
  });
});
