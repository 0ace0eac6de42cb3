import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countryOfNumber } from '../../metrics/calling-code.ts';

describe('the country of a number', () => {
  it.each([
    ['+12065550100', 'US'],
    ['+14165550100', 'CA'],
    ['+18765550100', 'JM'],
    ['+17875550100', 'PR'],
    ['+4989220613840', 'DE'],
    ['+442071838750', 'GB'],
    ['+33142685300', 'FR'],
    ['+390612345678', 'IT'],
    ['+35312345678', 'IE'],
    ['+420212345678', 'CZ'],
    ['+74951234567', 'RU'],
    ['+77172123456', 'KZ'],
    ['+85212345678', 'HK'],
    ['+919812345678', 'IN'],
    ['+6531234567', 'SG'],
  ])('%s is in %s', (number, country) => {
    expect(countryOfNumber(number)).toBe(country);
  });

  it.each([
    ['a meeting ID', '6064724824'],
    ['a number without its plus', '12065550100'],
    ['a user', 'everest'],
    ['nothing', ''],
    ['a number of sixteen digits', '+1206555010000000'],
    ['a country code that begins with zero', '+0123456789'],
    ['a satellite telephone', '+881612345678'],
    ['a shared-cost number', '+80012345678'],
  ])('%s has none', (_, number) => {
    expect(countryOfNumber(number)).toBeNull();
  });

  it('is two letters or null for whatever comes', () => {
    const numbers = fc.oneof(fc.string(), fc.stringMatching(/^\+[0-9]{1,15}$/));
    fc.assert(
      fc.property(numbers, (number) => {
        expect(countryOfNumber(number) ?? 'XX').toMatch(/^[A-Z]{2}$/);
      }),
    );
  });
});
