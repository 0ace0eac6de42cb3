import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatHelp, type OptionSpec, parseOptions } from '../../../src/cli/options.ts';
import { UsageError } from '../../../src/cli/surroundings.ts';

const SPECS: readonly OptionSpec[] = [
  { name: 'set', short: 's', argument: 'KEY=VALUE', about: 'sets a key' },
  { name: 'json', about: 'prints JSON' },
];

describe('options', () => {
  it('are switches, or take an argument, once or more often', () => {
    const options = parseOptions(['--json', '-s', 'a=1', '--set=b=2'], SPECS);
    expect(options.has('json')).toBe(true);
    expect(options.has('help')).toBe(false);
    expect(options.getAll('set')).toEqual(['a=1', 'b=2']);
    expect(options.get('set')).toBe('b=2');
    expect(parseOptions([], SPECS).get('set')).toBeNull();
  });

  it('take a negative number for what it is', () => {
    expect(parseOptions(['--set', '-5', '--json'], SPECS).get('set')).toBe('-5');
  });

  it('whatever is written, they are read or refused with a UsageError', () => {
    const word = fc.oneof(
      fc.string(),
      fc.constantFrom('--', '-', '--set', '-s', '--json', '--=', '-h', '--no-json'),
    );
    fc.assert(
      fc.property(fc.array(word), (argv) => {
        try {
          parseOptions(argv, SPECS);
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
        }
      }),
      { numRuns: 500 },
    );
  });
});

it('help is laid out in columns', () => {
  const help = formatHelp({
    usage: 'carillon x [OPTION]…',
    about: 'Does x.',
    options: SPECS,
    examples: [['carillon x', 'does it']],
  });
  expect(help).toBe(`Usage: carillon x [OPTION]…

Does x.

Options:
  -s, --set KEY=VALUE  sets a key
      --json           prints JSON
  -h, --help           show this help

Examples:
  carillon x  does it
`);
});
