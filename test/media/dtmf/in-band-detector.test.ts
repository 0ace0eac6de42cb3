import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeG711, encodeG711, PCMA, PCMU } from '../../../media/codec/g711.ts';
import { InBandDetector } from '../../../media/dtmf/in-band-detector.ts';
import {
  DIGITS,
  detect,
  digitsIn,
  frequenciesOf,
  join,
  type KeySound,
  keySound,
  silence,
  tones,
  withNoise,
} from './dtmf-sound.ts';

const RATES_HZ = [8000, 16_000, 48_000];

/** How often the key alone is heard, at so many places relative to the detector's windows. */
function countHeard(key: KeySound, places = 10, noiseLevel: number | null = null): number {
  let heard = 0;
  for (let place = 0; place < places; place++) {
    const rateHz = key.sampleRateHz ?? 8000;
    const before = silence(60 + (place * 5) / places, rateHz);
    const clean = join(before, keySound({ ...key, phase: place * 0.7 }), silence(80, rateHz));
    const digits = digitsIn(noiseLevel === null ? clean : withNoise(clean, noiseLevel, place + 1), rateHz);
    if (digits === key.digit) heard++;
    else expect(digits).toBe('');
  }
  return heard;
}

describe.each(DIGITS)('key %s', (digit) => {
  it.each(RATES_HZ)('is heard at %i Hz from 0 to −27 dBm0', (sampleRateHz) => {
    for (const level of [0, -10, -20, -27]) {
      const key = { digit, sampleRateHz, durationMs: 50, lowLevel: level, highLevel: level };
      expect(countHeard(key, 2), `${level} dBm0`).toBe(2);
    }
  });

  it('is heard with frequencies 1.5 % off, and not with one 3.5 % off (Q.24)', () => {
    for (const off of [-1.5, 1.5]) {
      const key = { digit, durationMs: 40, lowDeviationPercent: off, highDeviationPercent: -off };
      expect(countHeard(key, 4)).toBe(4);
      expect(countHeard({ ...key, highDeviationPercent: off }, 4)).toBe(4);
    }
    for (const off of [-3.5, 3.5]) {
      expect(countHeard({ digit, lowDeviationPercent: off }, 4)).toBe(0);
      expect(countHeard({ digit, highDeviationPercent: off }, 4)).toBe(0);
    }
  });

  it('is heard from 40 ms on, and not up to 23 ms (Q.24)', () => {
    expect(countHeard({ digit, durationMs: 40 })).toBe(10);
    expect(countHeard({ digit, durationMs: 23 })).toBe(0);
  });

  it('is heard with the high tone from 4 dB above to 8 dB below the low one, and not with 8 and 13 (Q.24)', () => {
    expect(countHeard({ digit, durationMs: 40, lowLevel: -14, highLevel: -10 }, 4)).toBe(4);
    expect(countHeard({ digit, durationMs: 40, lowLevel: -10, highLevel: -18 }, 4)).toBe(4);
    expect(countHeard({ digit, lowLevel: -18, highLevel: -10 }, 4)).toBe(0);
    expect(countHeard({ digit, lowLevel: -10, highLevel: -23 }, 4)).toBe(0);
  });

  it('is heard over noise 15 dB below it', () => {
    // The two tones together are 3 dB above one.
    expect(countHeard({ digit, durationMs: 50 }, 6, -22)).toBe(6);
  });

  it('is not heard when a second harmonic is 8 dB below its tone, and is at 25 dB', () => {
    const [lowHz, highHz] = frequenciesOf(digit);
    const withHarmonic = (level: number, hz: number) => {
      const pair = [
        { hz: lowHz, level: -10 },
        { hz: highHz, level: -10 },
      ];
      return digitsIn(join(silence(50), tones([...pair, { hz, level: level - 10 }], 100), silence(50)));
    };
    // Twice 697 Hz, for one, cannot be told from 1336 Hz.
    for (const hz of [lowHz * 2, highHz * 2].filter((harmonic) => Math.abs(harmonic - highHz) > 180)) {
      expect(withHarmonic(-8, hz)).toBe('');
      expect(withHarmonic(-25, hz)).toBe(digit);
    }
  });
});

describe('timing', () => {
  const key = (durationMs: number, digit = '5') => keySound({ digit, durationMs });

  it('does not divide a key by a gap of 10 ms', () => {
    const [heard, ...others] = detect(join(silence(50), key(60), silence(10), key(60), silence(80)));
    expect(others).toEqual([]);
    expect(Math.abs(heard!.durationMs - 130)).toBeLessThan(10);
  });

  it('divides two keys by a gap of 40 ms, at any place', () => {
    for (let offset = 0; offset < 20; offset++) {
      const sound = join(silence(50 + offset / 4), key(40), silence(40), key(40), silence(40), key(40));
      expect(digitsIn(join(sound, silence(60)))).toBe('555');
    }
  });

  it('hears a telephone number keyed as fast as Q.24 allows', () => {
    const number = '6064724824#159*0ABCD';
    const sound = join(...[...number].flatMap((digit) => [key(40, digit), silence(40)]), silence(60));
    expect(digitsIn(sound)).toBe(number);
  });

  it('tells when and how long, and how loud', () => {
    for (const durationMs of [40, 60, 100, 250, 1000]) {
      const [heard] = detect(join(silence(100), key(durationMs), silence(100)));
      expect(heard).toMatchObject({ digit: '5', source: 'in-band', packets: 0 });
      expect(Math.abs(heard!.atMs - 100)).toBeLessThanOrEqual(8);
      expect(Math.abs(heard!.durationMs - durationMs)).toBeLessThanOrEqual(8);
      // Two tones of −10 dBm0 are −7 dBm0 together.
      expect(Math.abs(heard!.volumeDbm0! + 7)).toBeLessThanOrEqual(1);
    }
  });

  it('tells of a key that is held when the sound ends, once', () => {
    const heard: string[] = [];
    const detector = new InBandDetector(8000, ({ digit }) => heard.push(digit));
    const sound = key(100);
    detector.listen(sound, 0, sound.length, 100);
    expect(heard).toEqual([]);
    detector.close();
    detector.close();
    expect(heard).toEqual(['5']);
  });

  it('hears the same however the sound is cut into frames', () => {
    const sound = join(silence(33), key(50, '1'), silence(45), key(70, '#'), silence(100));
    const whole = detect(sound, 8000, sound.length / 8);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1 }), (lengths) => {
        const heard: unknown[] = [];
        const detector = new InBandDetector(8000, (digit) => heard.push(digit));
        for (let at = 0, turn = 0; at < sound.length; turn++) {
          const count = Math.min((lengths[turn % lengths.length] ?? 0) || 1, sound.length - at);
          detector.listen(sound, at, count, (at + count) / 8);
          at += count;
        }
        detector.close();
        expect(heard).toEqual(whole);
      }),
      { numRuns: 30 },
    );
  });
});

describe('coding', () => {
  it.each([PCMU, PCMA])('hears every key through $encodingName', (codec) => {
    for (const digit of DIGITS) {
      const sound = join(
        silence(40),
        keySound({ digit, durationMs: 50, lowLevel: -20, highLevel: -20 }),
        silence(60),
      );
      const octets = new Uint8Array(sound.length);
      encodeG711(codec, sound, 0, octets, 0, sound.length);
      decodeG711(codec, octets, 0, sound, 0, sound.length);
      expect(digitsIn(sound)).toBe(digit);
    }
  });
});
