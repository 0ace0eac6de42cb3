import { describe, expect, it } from 'vitest';
import { InBandDetector } from '../../../media/dtmf/in-band-detector.ts';
import { createKeyTone } from '../../../media/dtmf/key-tone.ts';

describe.each([8000, 16_000] as const)('the tone of a key at %i Hz', (sampleRateHz) => {
  it.each([...'0123456789*#ABCD'])('%s is heard as that key, once', (digit) => {
    const samples = createKeyTone(digit, { toneMs: 100, silenceMs: 200, sampleRateHz });
    expect(samples).toHaveLength(0.3 * sampleRateHz);
    expect(heard(samples, sampleRateHz)).toEqual([digit]);
  });

  it('is not clipped', () => {
    const samples = createKeyTone('5', { toneMs: 100, silenceMs: 0, sampleRateHz });
    expect(Math.max(...samples.map(Math.abs))).toBeLessThan(20_000);
  });
});

it.each(['x', '', '12'])('%j is no key', (digit) => {
  expect(() => createKeyTone(digit, { toneMs: 100, silenceMs: 0, sampleRateHz: 8000 })).toThrow(
    'is not a key',
  );
});

function heard(samples: Int16Array, sampleRateHz: number): string[] {
  const digits: string[] = [];
  const detector = new InBandDetector(sampleRateHz, ({ digit }) => digits.push(digit));
  detector.listen(samples, 0, samples.length, (samples.length * 1000) / sampleRateHz);
  detector.close();
  return digits;
}
