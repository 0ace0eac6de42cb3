import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DIGIT_MERGE_WINDOW_MS,
  DigitMerge,
  type DigitSource,
  type ToldDigit,
} from '../../../media/dtmf/digit-merge.ts';

type Told = readonly [
  digit: string,
  source: DigitSource,
  atMs: number,
  durationMs?: number,
  heardAtMs?: number,
];

/** The presses made of what was told, each as `digit:source+source`. */
function merge(told: readonly Told[]): string[] {
  const digits = new DigitMerge();
  const presses = told.map(([digit, source, atMs, durationMs = 100, heardAtMs = atMs]) =>
    digits.receive({ digit, source, atMs, durationMs }, heardAtMs),
  );
  return presses
    .filter(({ isNew }) => isNew)
    .map(({ press }) => `${press.digit}:${press.told.map(({ source }) => source).join('+')}`);
}

describe('digits from several sources', () => {
  it.each<[string, Told[], string[]]>([
    ['one source, one press', [['5', 'rfc4733', 0]], ['5:rfc4733']],
    [
      'packets, leaked tone and INFO of one press',
      [
        ['5', 'rfc4733', 0],
        ['5', 'in-band', 40],
        ['5', 'sip-info', 300],
      ],
      ['5:rfc4733+in-band+sip-info'],
    ],
    [
      'the same key twice by packets and INFO, in turn',
      [
        ['5', 'rfc4733', 0],
        ['5', 'sip-info', 80],
        ['5', 'rfc4733', 250],
        ['5', 'sip-info', 330],
      ],
      ['5:rfc4733+sip-info', '5:rfc4733+sip-info'],
    ],
    [
      'the same key twice, INFO behind both',
      [
        ['5', 'rfc4733', 0],
        ['5', 'rfc4733', 250],
        ['5', 'sip-info', 400],
        ['5', 'sip-info', 600],
      ],
      ['5:rfc4733+sip-info', '5:rfc4733+sip-info'],
    ],
    [
      'the same key twice, in-band missing the first',
      [
        ['5', 'rfc4733', 0],
        ['5', 'rfc4733', 250],
        ['5', 'in-band', 260],
      ],
      ['5:rfc4733+in-band', '5:rfc4733'],
    ],
    [
      'another key',
      [
        ['5', 'rfc4733', 0],
        ['6', 'sip-info', 50],
      ],
      ['5:rfc4733', '6:sip-info'],
    ],
    [
      'text and signal of H.245',
      [
        ['#', 'h245-alphanumeric', 0],
        ['#', 'h245-signal', 0],
      ],
      ['#:h245-alphanumeric+h245-signal'],
    ],
    [
      'another source beyond the window',
      [
        ['5', 'rfc4733', 0, 0],
        ['5', 'sip-info', DIGIT_MERGE_WINDOW_MS + 1, 0],
      ],
      ['5:rfc4733', '5:sip-info'],
    ],
    [
      'another source at the end of the window',
      [
        ['5', 'rfc4733', 0, 0],
        ['5', 'sip-info', DIGIT_MERGE_WINDOW_MS, 0],
      ],
      ['5:rfc4733+sip-info'],
    ],
    [
      'a key held for five seconds, told by INFO when it goes down and by packets when it is over',
      [
        ['5', 'sip-info', 30, 250],
        ['5', 'rfc4733', 0, 5000, 5000],
      ],
      ['5:sip-info+rfc4733'],
    ],
    [
      'a key held for five seconds, told by INFO when it goes up',
      [
        ['5', 'rfc4733', 0, 5000, 5000],
        ['5', 'sip-info', 5100, 250],
      ],
      ['5:rfc4733+sip-info'],
    ],
  ])('%s', (_, told, presses) => {
    expect(merge(told)).toEqual(presses);
  });

  it('keeps what each source told with the press', () => {
    const digits = new DigitMerge();
    const packets: ToldDigit = { digit: '1', source: 'rfc4733', atMs: 10, durationMs: 120 };
    const info: ToldDigit = { digit: '1', source: 'sip-info', atMs: 60, durationMs: null };
    const first = digits.receive(packets, 200);
    const second = digits.receive(info, 210);
    expect(first.isNew).toBe(true);
    expect(second).toEqual({ press: first.press, isNew: false });
    expect(first.press.told).toEqual([packets, info]);
  });

  it('loses no press that one source tells alone, however many', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('1', '2', '#'), { maxLength: 200 }), (keys) => {
        const presses = merge(keys.map((digit, index) => [digit, 'rfc4733', index * 60, 40]));
        expect(presses).toEqual(keys.map((digit) => `${digit}:rfc4733`));
      }),
    );
  });

  it('makes one press of each that two sources tell, whichever lags by up to half a second', () => {
    const lags = fc.integer({ min: -250, max: 250 });
    fc.assert(
      fc.property(fc.array(fc.constantFrom('1', '2'), { maxLength: 50 }), lags, (keys, lagMs) => {
        const told = keys.flatMap((digit, index): Told[] => [
          [digit, 'rfc4733', index * 600, 100],
          [digit, 'sip-info', index * 600 + lagMs, 100],
        ]);
        told.sort((one, other) => one[2] - other[2]);
        expect(merge(told)).toHaveLength(keys.length);
      }),
    );
  });

  it('forgets after a minute', () => {
    expect(
      merge([
        ['5', 'rfc4733', 0, 100, 0],
        ['5', 'sip-info', 100, 100, 60_001],
      ]),
    ).toEqual(['5:rfc4733', '5:sip-info']);
  });
});
