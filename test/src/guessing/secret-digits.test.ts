import { describe, expect, it } from 'vitest';
import { isSameSecret, secretDigest } from '../../../src/guessing/secret-digits.ts';

describe('secret digits', () => {
  it.each([
    ['4321', '4321', true],
    ['4321', '4322', false],
    ['4321', '43210', false],
    ['4321', '', false],
  ])('%s and %s are the same: %s', (one, other, isSame) => expect(isSameSecret(one, other)).toBe(isSame));

  it('have digests of one length that begin differently', () => {
    const digests = ['6064724824001', '6064724824002', ''].map(secretDigest);
    expect(new Set(digests.map((digest) => digest.length)).size).toBe(1);
    expect(new Set(digests.map((digest) => digest.slice(0, 8))).size).toBe(3);
  });
});
