import { describe, expect, it } from 'vitest';
import { SipRequest } from '../../../signaling/sip/message.ts';
import { parseMessage } from '../../../signaling/sip/parse.ts';
import { parseVia } from '../../../signaling/sip/via.ts';

/** The situations of RFC 5118, in messages of our own. */
function register(requestUri: string, changes: Record<string, string> = {}) {
  const headers = {
    Via: 'SIP/2.0/UDP [2001:db8::9:1];branch=z9hG4bKas3-111',
    From: '<sip:user@example.com>;tag=81x2',
    To: '<sip:user@example.com>',
    'Call-ID': 'ssr9@[2001:db8::9:1]',
    CSeq: '98176 REGISTER',
    Contact: '<sip:caller@[2001:db8::1]>',
    ...changes,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return parseMessage(Buffer.from(`REGISTER ${requestUri} SIP/2.0\r\n${lines.join('')}\r\n`));
}

function accepted(requestUri: string, changes?: Record<string, string>): SipRequest {
  const result = register(requestUri, changes);
  if (result.kind === 'message' && result.message instanceof SipRequest) return result.message;
  throw new Error(`refused: ${JSON.stringify(result)}`);
}

describe('RFC 5118', () => {
  it('§4.1: a valid message with IPv6 references', () => {
    const message = accepted('sip:[2001:db8::10]');
    expect(message.uri).toMatchObject({ host: '2001:db8::10', port: null });
    expect(message.topVia.host).toBe('2001:db8::9:1');
    expect(message.contacts[0]?.parsedUri()?.host).toBe('2001:db8::1');
  });

  it('§4.2: an IPv6 address without brackets is refused with 400', () => {
    expect(register('sip:2001:db8::10')).toMatchObject({ kind: 'malformed', statusCode: 400 });
  });

  it('§4.3: what looks like a port inside the brackets is part of the address', () => {
    expect(accepted('sip:[2001:db8::10:5070]').uri).toMatchObject({ host: '2001:db8::10:5070', port: null });
  });

  it('§4.4: a port after the brackets is a port', () => {
    expect(accepted('sip:[2001:db8::10]:5070').uri).toMatchObject({ host: '2001:db8::10', port: 5070 });
  });

  it.each(['[2001:db8::9:255]', '2001:db8::9:255'])(
    '§4.5: received=%s, with and without brackets',
    (received) => {
      const via = parseVia(`SIP/2.0/UDP [2001:db8::9:1];received=${received};branch=z9hG4bKas3`);
      expect(via?.received).toBe('2001:db8::9:255');
    },
  );

  it('§4.7: several addresses of both families in one header', () => {
    const message = accepted('sip:example.com', {
      Via: 'SIP/2.0/UDP [2001:db8::9:1]:6050;branch=z9hG4bKa, SIP/2.0/TCP 192.0.2.1;branch=z9hG4bKb',
    });
    expect(message.vias.map(({ host, port }) => [host, port])).toEqual([
      ['2001:db8::9:1', 6050],
      ['192.0.2.1', null],
    ]);
  });

  it('§4.9: an IPv4 address mapped into IPv6', () => {
    expect(accepted('sip:user@[::ffff:192.0.2.10]:19823').uri).toMatchObject({
      host: '::ffff:192.0.2.10',
      port: 19_823,
    });
  });

  it('§4.10: the third colon that the grammar of RFC 3261 asked for is let through', () => {
    expect(accepted('sip:user@[2001:db8:::192.0.2.1]').uri.host).toBe('2001:db8:::192.0.2.1');
  });
});
