import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAcceptLanguage } from '../../../signaling/sip/accept-language.ts';

describe('parseAcceptLanguage', () => {
  it.each([
    ['de', ['de']],
    ['de-AT, en;q=0.5', ['de-at', 'en']],
    ['en;q=0.5, de-AT', ['de-at', 'en']],
    ['da, en-gb;q=0.8, en;q=0.7', ['da', 'en-gb', 'en']],
    ['fr;q=0, *', ['*']],
    ['', []],
    ['de;level=1, !, en ; q=0.3', ['en']],
  ])('reads %j', (header, languages) => expect(parseAcceptLanguage(header)).toEqual(languages));

  it('never throws, and tells nothing but language ranges', () => {
    fc.assert(
      fc.property(fc.string(), (header) => {
        for (const range of parseAcceptLanguage(header)) expect(range).toMatch(/^(?:[a-z0-9-]+|\*)$/);
      }),
    );
  });
});
