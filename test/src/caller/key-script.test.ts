import { describe, expect, it } from 'vitest';
import { parseKeyScript } from '../../../src/caller/key-script.ts';

describe('a key script', () => {
  it.each([
    [
      '12#',
      [
        ['1', 100],
        ['2', 100],
        ['#', 100],
      ],
    ],
    ['6064 72-48', [...'60647248'].map((digit) => [digit, 100])],
    [
      ',1,,*',
      [
        ['1', 2100],
        ['*', 4100],
      ],
    ],
    [
      'aD',
      [
        ['A', 100],
        ['D', 100],
      ],
    ],
    ['1,,', [['1', 100]]],
    ['', []],
  ])('%j has its keys and pauses', (text, steps) => {
    expect(parseKeyScript(text)?.map(({ digit, pauseMs }) => [digit, pauseMs])).toEqual(steps);
  });

  it.each(['1x', 'E', '1;2', '１'])('%j has something else in it', (text) => {
    expect(parseKeyScript(text)).toBeNull();
  });
});
