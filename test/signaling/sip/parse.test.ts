import { describe, expect, it } from 'vitest';
import { SipRequest, SipResponse } from '../../../signaling/sip/message.ts';
import { parseMessage } from '../../../signaling/sip/parse.ts';

const REQUEST_LINE = 'OPTIONS sip:a@example.com SIP/2.0';
const HEADERS = {
  Via: 'SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKa',
  From: '<sip:b@example.com>;tag=1',
  To: '<sip:a@example.com>',
  'Call-ID': 'c1@192.0.2.1',
  CSeq: '1 OPTIONS',
};

/** A good request with some headers changed or, with null, left out. */
function text(changes: Record<string, string | null> = {}, startLine = REQUEST_LINE, body = ''): string {
  const lines = Object.entries({ ...HEADERS, ...changes }).filter(([, value]) => value !== null);
  return `${startLine}\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`;
}

function parse(message: string | Uint8Array) {
  return parseMessage(typeof message === 'string' ? Buffer.from(message) : message);
}

function accepted(message: string | Uint8Array): SipRequest | SipResponse {
  const result = parse(message);
  if (result.kind === 'malformed') throw new Error(result.detail);
  return result.message;
}

describe('parseMessage accepts', () => {
  it.each([
    ['line ends before the start line (§7.5)', `\r\n\r\n${text()}`],
    [
      'every compact form',
      text({ k: '100rel', x: '1800', o: 'refer', m: '<sip:b@192.0.2.1>', Via: null, v: HEADERS.Via }),
    ],
    ['any case of names', text({ VIA: HEADERS.Via, Via: null, 'cAlL-iD': 'x', 'Call-ID': null })],
    ['a fold anywhere in a value', text({ From: '<sip:b@example.com>\r\n ;\r\n\ttag = 1' })],
    [
      'an unquoted display name that is not tokens',
      text({ From: 'Room 4 (Berlin) é <sip:b@example.com>;tag=1' }),
    ],
    ['a quoted display name with everything', text({ From: '"a, <b>; \\" c" <sip:b@example.com>;tag=1' })],
    ['a header without a value', text({ Subject: '' })],
    ['an IPv6 reference', text({ Via: 'SIP/2.0/UDP [2001:db8::1]:5060;branch=z9hG4bKa' })],
    ['a lower-case SIP version (§7.1)', text({}, 'OPTIONS sip:a@example.com sip/2.0')],
    ['an unknown scheme', text({}, 'OPTIONS urn:service:sos SIP/2.0')],
    ['the largest CSeq', text({ CSeq: '4294967295 OPTIONS' })],
    ['Max-Forwards 0 and 255', text({ 'Max-Forwards': '255' })],
    ['a tel Request-URI', text({}, 'OPTIONS tel:+1-206-555-0100;phone-context=example.com SIP/2.0')],
  ])('%s', (_situation, message) => {
    expect(accepted(message)).toBeInstanceOf(SipRequest);
  });

  it('compact forms under their long names', () => {
    const message = accepted(text({ k: '100rel', x: '1800', r: '<sip:c@example.com>', s: 'hi', e: 'gzip' }));
    const names = [...message.headers.entries()].map(([name]) => name);
    expect(names.slice(5)).toEqual([
      'Supported',
      'Session-Expires',
      'Refer-To',
      'Subject',
      'Content-Encoding',
    ]);
  });

  it('folds as one space, bodies by Content-Length, the rest of the datagram ignored', () => {
    const message = accepted(
      text({ Subject: 'a\r\n  b \r\n\tc', 'Content-Length': '3' }, REQUEST_LINE, 'abcdef'),
    );
    expect(message.headers.get('subject')).toBe('a b c');
    expect(Buffer.from(message.body).toString()).toBe('abc');
  });

  it('a body to the end of the datagram when Content-Length is missing (§18.3)', () => {
    expect(Buffer.from(accepted(text({}, REQUEST_LINE, 'ab')).body).toString()).toBe('ab');
  });

  it('responses', () => {
    const message = accepted(text({}, 'SIP/2.0 486 Besetzt ☎'));
    expect(message).toBeInstanceOf(SipResponse);
    expect(message).toMatchObject({ statusCode: 486, reasonPhrase: 'Besetzt ☎' });
  });

  it('several Vias, Routes and Contacts in lines and lists, in order', () => {
    const via = 'SIP/2.0/TCP b;branch=z9hG4bKb, SIP/2.0/UDP c ;branch=z9hG4bKc';
    const message = accepted(
      text({ v: via, Route: '<sip:p1;lr>, <sip:p2;lr>', m: '"x, y" <sip:d@e?f=g%2C>,<sip:h@i>' }),
    );
    expect(message.vias.map(({ host }) => host)).toEqual(['192.0.2.1', 'b', 'c']);
    expect(message.routes.map(({ uri }) => uri)).toEqual(['sip:p1;lr', 'sip:p2;lr']);
    expect(message.contacts.map(({ displayName }) => displayName)).toEqual(['x, y', '']);
  });
});

describe('parseMessage refuses', () => {
  it.each([
    ['Via missing', { Via: null }],
    ['From missing', { From: null }],
    ['To missing', { To: null }],
    ['Call-ID missing', { 'Call-ID': null }],
    ['Call-ID empty', { 'Call-ID': '' }],
    ['CSeq missing', { CSeq: null }],
    ['CSeq beyond 32 bits', { CSeq: '4294967296 OPTIONS' }],
    ['CSeq without a method', { CSeq: '1' }],
    ['CSeq of another method', { CSeq: '1 BYE' }],
    ['Max-Forwards not a number', { 'Max-Forwards': 'ten' }],
    ['Max-Forwards beyond 255', { 'Max-Forwards': '256' }],
    ['Content-Length beyond the datagram', { 'Content-Length': '1' }],
    ['Content-Length beyond any number', { 'Content-Length': '9'.repeat(400) }],
    ['two Tos in two forms', { t: '<sip:a@example.com>' }],
    ['a Content-Type without subtype', { 'Content-Type': 'sdp' }],
    ['a port beyond 65535', { Via: 'SIP/2.0/UDP 192.0.2.1:65536;branch=z9hG4bKa' }],
    ['another protocol in Via', { Via: 'HTTP/1.1/TCP 192.0.2.1' }],
    ['a Contact list with an empty element', { Contact: '<sip:a@b>,,<sip:c@d>' }],
    ['a Route without an address', { Route: 'nowhere' }],
    ['a header name with a space', { 'Bad Name': 'x' }],
  ] as [string, Record<string, string | null>][])('%s with 400', (_situation, changes) => {
    expect(parse(text(changes))).toMatchObject({ kind: 'malformed', statusCode: 400 });
  });

  it.each([
    ['a bare LF', text().replace('\r\nTo', '\nTo')],
    ['a bare CR', text({ Subject: 'a\rb' })],
    ['a line without a colon', text().replace('CSeq: ', 'CSeq ')],
    ['no empty line at the end', text().slice(0, -2)],
    ['a fold with nothing before it', text().replace('\r\n', '\r\n x: y\r\n')],
  ])('%s with 400, and knows whom to answer', (_situation, message) => {
    expect(parse(message)).toMatchObject({
      kind: 'malformed',
      statusCode: 400,
      request: expect.any(SipRequest),
    });
  });

  it.each([
    ['nothing', ''],
    ['line ends only', '\r\n\r\n'],
    ['a malformed ACK', text({ CSeq: '1 ACK', To: null }, 'ACK sip:a@example.com SIP/2.0')],
    ['a malformed response', text({ CSeq: 'x' }, 'SIP/2.0 200 OK')],
    ['a status below 100', text({}, 'SIP/2.0 099 Early')],
    ['a request whose Via leads nowhere', text({ Via: 'rubbish' })],
    ['a line end alone in the reason phrase', text({}, 'SIP/2.0 200 O\nK')],
    ['HTTP', 'GET / HTTP/1.1\r\nHost: example.com\r\n\r\n'],
  ])('%s without an answer', (_situation, message) => {
    expect(parse(message)).toMatchObject({ kind: 'malformed', request: null });
  });

  it('too much: message, start line, header line, headers', () => {
    const longUri = `OPTIONS sip:${'a'.repeat(9_000)}@b SIP/2.0`;
    expect(parse(text({}, longUri))).toMatchObject({ statusCode: 414, request: expect.any(SipRequest) });
    expect(parse(text({ X: 'x'.repeat(70_000) }))).toMatchObject({
      kind: 'malformed',
      statusCode: 513,
      request: null,
    });
    expect(parse(text({ X: 'x'.repeat(9_000) }))).toMatchObject({ kind: 'malformed', statusCode: 400 });
    const many = Object.fromEntries(Array.from({ length: 130 }, (_, index) => [`X-${index}`, 'x']));
    expect(parse(text(many))).toMatchObject({ kind: 'malformed', detail: 'more than 128 headers' });
  });

  it('and tells why on one line, whatever was sent', () => {
    const result = parse(text({ Contact: 'nobody\r\n\tat\0all' }));
    expect(result).toMatchObject({ detail: 'malformed Contact: nobody at all' });
  });
});
