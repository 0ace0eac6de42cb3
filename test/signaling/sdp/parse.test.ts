import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SdpAttribute, SdpLine, SdpSession } from '../../../signaling/sdp/description.ts';
import { parseSdp, SDP_LIMITS } from '../../../signaling/sdp/parse.ts';
import { SdpError } from '../../../signaling/sdp/sdp-error.ts';
import { serializeSdp } from '../../../signaling/sdp/serialize.ts';

const WHOLE = [
  'v=0',
  'o=jdoe 3724394400 18446744073709551615 IN IP6 2001:db8::1',
  's=Call to John Smith',
  'i=An Offer',
  'u=http://www.example.com/calls/1',
  'e=Jane <jane@example.com>',
  'p=+1 617 555-6011',
  'c=IN IP4 198.51.100.1',
  'b=AS:128',
  't=0 0',
  'r=7d 1h 0 25h',
  'z=0 0',
  'k=prompt',
  'a=group:BUNDLE a v',
  'a=recvonly',
  'm=audio 49170 RTP/AVP 0 97',
  'i=Voice',
  'c=IN IP4 198.51.100.2/127',
  'c=IN IP4 198.51.100.3/127',
  'b=TIAS:64000',
  'a=rtpmap:97 opus/48000/2',
  'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:abc',
  'm=video 51372/2 RTP/SAVPF 99',
  'a=setup:actpass',
  'm=application 0 UDP/BFCP *',
  '',
].join('\r\n');

describe('parseSdp', () => {
  it('keeps every line, known or not, through serializing', () => {
    expect(serializeSdp(parseSdp(WHOLE))).toBe(WHOLE);
  });

  it('reads what it interprets', () => {
    const session = parseSdp(Buffer.from(WHOLE));
    expect(session.origin).toMatchObject({ username: 'jdoe', sessionVersion: '18446744073709551615' });
    expect(session.connection).toEqual({ networkType: 'IN', addressType: 'IP4', address: '198.51.100.1' });
    expect(
      session.media.map(({ type, port, portCount, protocol }) => [type, port, portCount, protocol]),
    ).toEqual([
      ['audio', 49_170, 1, 'RTP/AVP'],
      ['video', 51_372, 2, 'RTP/SAVPF'],
      ['application', 0, 1, 'UDP/BFCP'],
    ]);
    expect(session.media[0]!.attributes[0]).toEqual({ name: 'rtpmap', value: '97 opus/48000/2' });
    expect(session.attributes[1]).toEqual({ name: 'recvonly', value: null });
  });

  it.each([
    ['bare line feeds', WHOLE.replaceAll('\r\n', '\n')],
    ['no end of the last line', WHOLE.slice(0, -2)],
    ['blank lines at the end', `${WHOLE}\r\n \r\n`],
  ])('takes %s', (_name, text) => {
    expect(serializeSdp(parseSdp(text))).toBe(WHOLE);
  });

  const minimal =
    'v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 6000 RTP/AVP 0\r\n';

  it.each([
    ['nothing', '', 'missing-line', 'the v= line is missing'],
    ['another version', minimal.replace('v=0', 'v=1'), 'malformed-line', 'version 1 instead of 0'],
    ['no origin', minimal.replace(/o=.*\r\n/, ''), 'missing-line', 'the o= line is missing'],
    ['no session name', minimal.replace('s=-\r\n', ''), 'missing-line', 'the s= line is missing'],
    ['no timing', minimal.replace('t=0 0\r\n', ''), 'missing-line', 'no t= line'],
    ['no connection', minimal.replace(/c=.*\r\n/, ''), 'missing-line', 'no c= line applies to m=audio'],
    [
      'two connections',
      minimal.replace('t=', 'c=IN IP4 192.0.2.2\r\nt='),
      'malformed-line',
      'a second c= line',
    ],
    ['a short origin', minimal.replace('o=- 1', 'o='), 'malformed-line', 'has not six fields'],
    ['a version in letters', minimal.replace('1 1 IN', '1 x IN'), 'malformed-line', 'must be numbers'],
    ['a bad time', minimal.replace('t=0 0', 't=now'), 'malformed-line', 'is not "start stop"'],
    ['a bad connection', minimal.replace('c=IN IP4', 'c=IN'), 'malformed-line', 'is not "IN IP4 address"'],
    ['a port too high', minimal.replace('6000', '65536'), 'malformed-line', '"65536" is no port'],
    ['a port in letters', minimal.replace('6000', 'abc'), 'malformed-line', '"abc" is no port'],
    ['a port count of none', minimal.replace('6000', '6000/0'), 'malformed-line', '"6000/0" is no port'],
    [
      'a stream without format',
      minimal.replace('AVP 0', 'AVP'),
      'malformed-line',
      'lacks a protocol or a format',
    ],
    ['a stream of one word', minimal.replace(/m=.*/, 'm=audio'), 'malformed-line', '"" is no port'],
    [
      'no equals sign',
      `${minimal}hello\r\n`,
      'malformed-line',
      '"hello" is not of the form type=value (line 7)',
    ],
    ['a blank line within', minimal.replace('t=', '\r\nt='), 'malformed-line', 'type=value'],
    ['an attribute without name', `${minimal}a=:x\r\n`, 'malformed-line', 'the attribute has no name'],
    ['a NUL', `${minimal}a=x\0y\r\n`, 'malformed-line', 'type=value'],
    ['too many bytes', minimal + 'a=x\r\n'.repeat(20_000), 'over-limit', '65536 are accepted'],
    ['too many lines', minimal + 'a=x\r\n'.repeat(1_100), 'over-limit', 'more than 1024 lines'],
    [
      'too many streams',
      minimal + 'm=audio 0 RTP/AVP 0\r\n'.repeat(40),
      'over-limit',
      'more than 32 m= lines',
    ],
  ])('refuses %s', (_name, text, code, words) => {
    expect.assertions(3);
    try {
      parseSdp(text);
    } catch (error) {
      expect(error).toBeInstanceOf(SdpError);
      expect((error as SdpError).code).toBe(code);
      expect((error as SdpError).message).toContain(words);
    }
  });

  it('needs no connection for a refused stream', () => {
    const text = minimal.replace(/c=.*\r\n/, '').replace('6000', '0');
    expect(parseSdp(text).media[0]!.port).toBe(0);
  });

  it('throws SdpError and nothing else, whatever comes', () => {
    const isTyped = (source: Uint8Array | string): boolean => {
      try {
        parseSdp(source);
        return true;
      } catch (error) {
        return error instanceof SdpError;
      }
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), isTyped));
    fc.assert(fc.property(fc.string({ maxLength: 300, unit: 'binary' }), isTyped));
    const line = fc.oneof(fc.constantFrom(...WHOLE.split('\r\n')), fc.string({ maxLength: 20 }));
    fc.assert(fc.property(fc.array(line, { maxLength: 20 }), (lines) => isTyped(lines.join('\r\n'))));
    expect(SDP_LIMITS.maxBytes).toBe(65_536);
  });
});

describe('serializeSdp', () => {
  const word = fc.stringMatching(/^[a-zA-Z0-9./-]{1,8}$/);
  const value = fc.stringMatching(/^[ -~]{1,20}$/).filter((text) => text.trim() === text);
  const number = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String);
  const connection = fc.record({ networkType: word, addressType: word, address: word });
  const attribute: fc.Arbitrary<SdpAttribute> = fc.record({ name: word, value: fc.option(value) });
  const linesOf = (types: string): fc.Arbitrary<SdpLine[]> =>
    fc
      .array(fc.record({ type: fc.constantFrom(...types), value }), { maxLength: 4 })
      .map((lines) => lines.toSorted((one, other) => types.indexOf(one.type) - types.indexOf(other.type)));
  const media = fc.record({
    type: word,
    port: fc.integer({ min: 0, max: 65_535 }),
    portCount: fc.integer({ min: 1, max: 9 }),
    protocol: word,
    formats: fc.array(word, { minLength: 1, maxLength: 3 }),
    connection,
    lines: linesOf('ibk'),
    attributes: fc.array(attribute, { maxLength: 4 }),
  });
  const session: fc.Arbitrary<SdpSession> = fc.record({
    origin: fc.record({
      username: word,
      sessionId: number,
      sessionVersion: number,
      networkType: word,
      addressType: word,
      address: word,
    }),
    sessionName: value,
    connection: fc.option(connection),
    timing: fc.tuple(number, number).map((times) => times.join(' ')),
    lines: linesOf('iuepbrzk'),
    attributes: fc.array(attribute, { maxLength: 4 }),
    media: fc.array(media, { maxLength: 3 }),
  });

  it('is undone by parsing', () => {
    fc.assert(
      fc.property(session, (description) => {
        expect(parseSdp(serializeSdp(description))).toEqual(description);
      }),
    );
  });
});
