import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Parameters } from '../../../signaling/sip/parameters.ts';
import { areUrisEqual, createUri, parseUri, serializeUri } from '../../../signaling/sip/uri.ts';

function uri(text: string) {
  const parsed = parseUri(text);
  if (parsed === null) throw new Error(`${text} is refused`);
  return parsed;
}

describe('parseUri', () => {
  it.each([
    ['sip:alice@atlanta.com', { scheme: 'sip', user: 'alice', host: 'atlanta.com', port: null }],
    ['sip:alice:secret@atlanta.com;transport=tcp', { user: 'alice', password: 'secret' }],
    ['sips:alice@atlanta.com?subject=project%20x&priority=urgent', { scheme: 'sips', user: 'alice' }],
    ['sip:+1-212-555-1212:1234@gateway.com;user=phone', { user: '+1-212-555-1212', password: '1234' }],
    ['sip:atlanta.com;method=REGISTER?to=alice%40atlanta.com', { user: null, host: 'atlanta.com' }],
    ['sip:alice;day=tuesday@atlanta.com', { user: 'alice;day=tuesday', host: 'atlanta.com' }],
    ['sip:[2001:db8::10]:5070', { user: null, host: '2001:db8::10', port: 5070 }],
    ['sip:6064724824##1234@meet.chime.in', { user: '6064724824##1234' }],
    ['sip:@meet.chime.in', { user: '', host: 'meet.chime.in' }],
    ['SIP:%61lice@EXAMPLE.com', { scheme: 'sip', user: 'alice', host: 'EXAMPLE.com' }],
    ['sip:%C3%A9@h', { user: 'é' }],
    ['sip:%ff@h', { user: '%ff' }],
    ['tel:+1-201-555-0123;isub=12', { scheme: 'tel', user: '+1-201-555-0123', host: '' }],
    ['urn:service:sos', { scheme: 'urn', opaque: 'service:sos' }],
  ])('reads %s', (text, expected) => {
    expect(uri(text)).toMatchObject(expected);
  });

  it.each([
    '',
    'sip',
    'sip:',
    'sip:a b@c',
    'sip:a@b:port',
    'sip:a@b:65536',
    'sip:[::1',
    'sip:2001:db8::10',
    '1sip:a@b',
    'sip:a@b;',
    'sip:a@b;;x',
    'sip:a@b?x',
    'sip:<a@b>',
    'sip:a@b@c',
    'sip: a@b',
    'sip:a@ b',
    'tel:',
    'tel:hello',
    'isbn:1 2',
  ])('refuses %j', (text) => {
    expect(parseUri(text)).toBeNull();
  });
});

describe('areUrisEqual (RFC 3261 §19.1.4, its own examples)', () => {
  it.each([
    ['sip:%61lice@atlanta.com;transport=TCP', 'sip:alice@AtlanTa.CoM;Transport=tcp'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com;newparam=5'],
    ['sip:carol@chicago.com;newparam=5', 'sip:carol@chicago.com;security=on'],
    [
      'sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com',
      'sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com',
    ],
    [
      'sip:alice@atlanta.com?subject=project%20x&priority=urgent',
      'sip:alice@atlanta.com?priority=urgent&subject=project%20x',
    ],
  ])('%s = %s', (left, right) => {
    expect([areUrisEqual(uri(left), uri(right)), areUrisEqual(uri(right), uri(left))]).toEqual([true, true]);
  });

  it.each([
    ['SIP:ALICE@AtLanTa.CoM;Transport=udp', 'sip:alice@AtlanTa.CoM;Transport=UDP'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:5060'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com;transport=udp'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:6000;transport=tcp'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com?Subject=next%20meeting'],
    ['sip:bob@phone21.boxesbybob.com', 'sip:bob@192.0.2.4'],
    ['sip:carol@chicago.com;security=on', 'sip:carol@chicago.com;security=off'],
    ['sip:a@b', 'sips:a@b'],
  ])('%s ≠ %s', (left, right) => {
    expect([areUrisEqual(uri(left), uri(right)), areUrisEqual(uri(right), uri(left))]).toEqual([
      false,
      false,
    ]);
  });
});

const word = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
  .filter((text) => text.isWellFormed());
const name = fc.stringMatching(/^[a-z]{1,8}$/);

describe('serializeUri', () => {
  it('is undone by parseUri, whatever the text', () => {
    const uris = fc.record({
      scheme: fc.constantFrom('sip', 'sips'),
      user: fc.option(word),
      host: fc.constantFrom('example.com', '192.0.2.1', '2001:db8::1'),
      port: fc.option(fc.integer({ min: 0, max: 65_535 })),
      names: fc.dictionary(name, fc.option(word), { maxKeys: 4, noNullPrototype: true }),
      headers: fc.dictionary(name, word, { maxKeys: 3, noNullPrototype: true }),
    });
    fc.assert(
      fc.property(uris, ({ names, headers, ...init }) => {
        const built = createUri({ ...init, parameters: fromEntries(names), headers: fromEntries(headers) });
        const again = uri(serializeUri(built));
        expect({ ...again, parameters: [...again.parameters], headers: [...again.headers] }).toEqual({
          ...built,
          parameters: [...built.parameters],
          headers: [...built.headers],
        });
      }),
    );
  });

  it('keeps the quotes of a URI parameter: they quote nothing there', () => {
    const quoted = uri('sip:a@b;say=%22x%22?subject=%22y');
    expect([quoted.parameters.get('say'), quoted.headers.get('subject')]).toEqual(['"x"', '"y']);
    expect(serializeUri(quoted)).toBe('sip:a@b;say=%22x%22?subject=%22y');
  });

  it('survives any text', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseUri(`sip:${text}`)));
    fc.assert(fc.property(fc.string(), (text) => void parseUri(text)));
  });
});

function fromEntries(entries: Record<string, string | null>): Parameters {
  const parameters = new Parameters('uri');
  for (const [key, value] of Object.entries(entries)) parameters.setAsWritten(key, value);
  return parameters;
}
