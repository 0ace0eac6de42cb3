import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NameAddress, parseNameAddress, parseNameAddressList } from '../../../signaling/sip/name-address.ts';

describe('parseNameAddress', () => {
  it.each([
    [
      '"A. G. Bell" <sip:agb@bell-telephone.com> ;tag=a48s',
      'A. G. Bell',
      'sip:agb@bell-telephone.com',
      'a48s',
    ],
    ['sip:+12125551212@server.phone2net.com;tag=887s', '', 'sip:+12125551212@server.phone2net.com', '887s'],
    ['Anonymous <sip:c8oqz84zk7z@privacy.org>;tag=hyh8', 'Anonymous', 'sip:c8oqz84zk7z@privacy.org', 'hyh8'],
    ['caller<sip:caller@example.com>', 'caller', 'sip:caller@example.com', null],
    ['"\\"q\\" \\\\" <sip:a@b;lr>', '"q" \\', 'sip:a@b;lr', null],
    ['"<sip:fake@x>" <sip:a@b>', '<sip:fake@x>', 'sip:a@b', null],
    ['<tel:+12065550100> ; TAG = x', '', 'tel:+12065550100', 'x'],
    ['*', '', '*', null],
    ['<sip:a@b>;x="y;z>,\\"";tag=1', '', 'sip:a@b', '1'],
  ])('reads %s', (text, displayName, uri, tag) => {
    expect(parseNameAddress(text)).toMatchObject({ displayName, uri, tag });
  });

  it.each([
    '',
    '<>',
    '<sip:a@b',
    'sip:a@b>',
    '"a <sip:a@b>',
    'a, b <sip:a@b>',
    'a" <sip:a@b>',
    '<sip:a@b>x',
    '<sip:a@b>;',
    '<sip:a@b>;;x',
    '<sip:a@b>;=x',
    '<sip:a@b>;x=',
    '<sip:a@b>;x="y',
    '<sip:a@b>;x="y"z',
    '< sip:a@b>',
    'sip:a@b?x=y',
    'sip:a,b@c',
    'nobody',
    '"a" sip:a@b',
  ])('refuses %j', (text) => {
    expect(parseNameAddress(text)).toBeNull();
  });

  it('is undone by toString', () => {
    const token = fc.stringMatching(/^[A-Za-z0-9.-]{1,12}$/);
    const text = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((it) => !/[\r\n]/.test(it));
    fc.assert(
      fc.property(text, token, fc.option(text), (displayName, user, value) => {
        const address = new NameAddress(displayName, `sip:${user}@example.com`);
        address.parameters.set('x', value);
        const again = parseNameAddress(address.toString());
        expect(again).toMatchObject({ displayName, uri: address.uri });
        expect(again?.parameters.get('x')).toBe(value);
      }),
    );
  });

  it('lists split at commas outside of quotes and brackets', () => {
    const list = parseNameAddressList('"a,b" <sip:a,b@c>;x=",", sip:d@e ,<sip:f@g>');
    expect(list?.map(({ uri }) => uri)).toEqual(['sip:a,b@c', 'sip:d@e', 'sip:f@g']);
    expect(parseNameAddressList('<sip:a@b>,')).toBeNull();
  });
});
