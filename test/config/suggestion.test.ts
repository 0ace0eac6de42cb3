import { describe, expect, it } from 'vitest';
import { suggest } from '../../config/suggestion.ts';

describe('the word that was probably meant', () => {
  const candidates = ['serve', 'check', 'analyze', 'udpPort', 'tcpPort', 'tlsPort'];
  it.each([
    ['a letter missing', 'serv', 'serve'],
    ['a letter too many', 'servve', 'serve'],
    ['two swapped', 'chekc', 'check'],
    ['another case', 'UDPPORT', 'udpPort'],
    ['other punctuation', 'tls-port', 'tlsPort'],
    ['British', 'analyse', 'analyze'],
    ['nothing near', 'xyzzy', null],
    ['nothing', '', null],
    ['a novel', 'serve '.repeat(10_000), null],
  ])('%s', (_, written, expected) => {
    expect(suggest(written, candidates)).toBe(expected);
  });

  it('is none where there are no candidates', () => {
    expect(suggest('serve', [])).toBeNull();
  });
});
