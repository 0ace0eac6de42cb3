import { describe, expect, it } from 'vitest';
import { parseContentType } from '../../../signaling/sip/content-type.ts';
import { splitList, unquote } from '../../../signaling/sip/grammar.ts';
import { parseHostPort, serializeHostPort } from '../../../signaling/sip/host-port.ts';
import { Parameters, parseParameters } from '../../../signaling/sip/parameters.ts';

describe('Parameters', () => {
  it('keeps order and spelling of values, compares names without case', () => {
    const parameters = parseParameters(' ; A=Xy ;b ; c = "q \\" ;" ;a=second', 0);
    expect([...(parameters ?? [])]).toEqual([
      ['a', 'Xy'],
      ['b', null],
      ['c', 'q " ;'],
    ]);
    expect(String(parameters)).toBe(';a=Xy;b;c="q \\" ;"');
    expect([parameters?.get('B'), parameters?.get('d')]).toEqual([null, undefined]);
  });

  it('quotes what it must when set, and forgets what is deleted', () => {
    const parameters = new Parameters()
      .set('X', 'a b')
      .set('y', '[::1]:5060')
      .set('z', null)
      .set('x', '<urn:uuid:1>');
    expect(String(parameters)).toBe(';x="<urn:uuid:1>";y=[::1]:5060;z');
    expect([parameters.delete('Y'), parameters.delete('Y'), parameters.size]).toEqual([true, false, 2]);
    expect(String(new Parameters().set('a', 'b\r\nInjected: c'))).toBe(';a="b Injected: c"');
  });

  it('starts empty', () => {
    expect([new Parameters().size, String(new Parameters()), [...new Parameters()]]).toEqual([0, '', []]);
  });
});

describe('splitList', () => {
  it.each([
    ['a', ['a']],
    ['a, b ,c', ['a', 'b', 'c']],
    ['"a,\\",b", <c,d>', ['"a,\\",b"', '<c,d>']],
    ['<a"b>, c', ['<a"b>', 'c']],
    ['a,,b,', ['a', '', 'b', '']],
    ['"open, a', ['"open, a']],
  ])('%s', (value, elements) => {
    expect(splitList(value)).toEqual(elements);
  });

  it('is undone in its elements by unquote', () => {
    expect(splitList('"a \\\\ b", c').map(unquote)).toEqual(['a \\ b', 'c']);
  });
});

describe('parseHostPort', () => {
  it.each([
    ['example.com', 'example.com', null],
    ['192.0.2.1:5060', '192.0.2.1', 5060],
    ['[2001:db8::1]', '2001:db8::1', null],
    ['[fe80::1%eth0] : 0', 'fe80::1%eth0', 0],
  ])('%s', (text, host, port) => {
    expect(parseHostPort(text)).toEqual({ host, port });
    expect(parseHostPort(serializeHostPort(host, port))).toEqual({ host, port });
  });

  it.each(['', ':5060', '[]', '[::1', '::1', 'a:', 'a:b', 'a b', 'a:1 2', 'a:99999'])(
    'refuses %j',
    (text) => {
      expect(parseHostPort(text)).toBeNull();
    },
  );
});

describe('parseContentType', () => {
  it.each([
    ['application/sdp', 'application/sdp', []],
    ['Text / HTML ; charset = "ISO-8859-4"', 'text/html', [['charset', 'ISO-8859-4']]],
    ['multipart/mixed;boundary="a;b"', 'multipart/mixed', [['boundary', 'a;b']]],
  ])('%s', (text, mediaType, parameters) => {
    const contentType = parseContentType(text);
    expect([contentType?.mediaType, [...(contentType?.parameters ?? [])]]).toEqual([mediaType, parameters]);
  });

  it.each(['', 'text', '/x', 'x/', 'a b/c', 'a/b c', 'a;b/c', 'a/b;'])('refuses %j', (text) => {
    expect(parseContentType(text)).toBeNull();
  });
});
