import { describe, expect, it } from 'vitest';
import { createResponse } from '../../../signaling/sip/create-response.ts';
import type { SipRequest, SipResponse } from '../../../signaling/sip/message.ts';
import { parseMessage } from '../../../signaling/sip/parse.ts';
import { serializeMessage } from '../../../signaling/sip/serialize.ts';
import { hasTortureMessages, readTortureMessage, warnIfAbsent } from '../../support/sip-torture.ts';

/** What RFC 4475 says of each message: its section, what a receiver makes of it, and the RFC's reason. */
const ACCEPTED: [name: string, section: string, says: string][] = [
  ['wsinv', '3.1.1.1', 'folds, odd whitespace, compact and unknown headers are legal'],
  ['intmeth', '3.1.1.2', 'every character that the grammar allows, escaped NUL in a quoted string included'],
  ['esc01', '3.1.1.3', '%HEX HEX stands for its character in URIs and nowhere else'],
  ['escnull', '3.1.1.4', 'an escaped NUL does not shorten a user'],
  ['esc02', '3.1.1.5', 'a % that is no escape: well formed, the method is the application’s 501'],
  ['lwsdisp', '3.1.1.6', 'no space between display name and < is to be accepted'],
  ['longreq', '3.1.1.7', 'long values are legal'],
  ['dblreq', '3.1.1.8', 'octets after the body of a datagram are ignored'],
  ['semiuri', '3.1.1.9', 'a semicolon in the user part belongs to the user'],
  ['transports', '3.1.1.10', 'unknown transports in lower Vias are legal'],
  ['mpart01', '3.1.1.11', 'a binary multipart body is framed by Content-Length'],
  ['unreason', '3.1.1.12', 'a reason phrase may hold UTF-8'],
  ['noreason', '3.1.1.13', 'a reason phrase may be empty'],
  ['baddate', '3.1.2.12', 'a bad Date is ignored by an element that does not need it'],
  ['badbranch', '3.2.1', 'a bare magic cookie: the transaction layer falls back to RFC 2543 or refuses'],
  ['unkscm', '3.3.2', 'an unknown scheme is well formed, 416 is the user agent’s'],
  ['novelsc', '3.3.3', 'a known but atypical scheme is well formed, 416 is the user agent’s'],
  ['unksm2', '3.3.4', 'unknown schemes in To, From and Contact are well formed'],
  ['bext01', '3.3.5', 'unknown option tags are well formed, 420 is the user agent’s'],
  ['invut', '3.3.6', 'an unknown content type is well formed, 415 is the user agent’s'],
  ['regaut01', '3.3.7', 'an unknown authorization scheme is well formed'],
  ['bcast', '3.3.10', 'a broadcast Via in a response is well formed, the transport discards it'],
  ['zeromf', '3.3.11', 'an endpoint processes Max-Forwards 0 like any other'],
  ['cparam01', '3.3.12', 'a parameter outside of <> is the Contact’s'],
  ['cparam02', '3.3.13', 'a parameter inside of <> is the URI’s'],
  ['regescrt', '3.3.14', 'an escaped header in a Contact URI is kept'],
  ['sdp01', '3.3.15', 'an Accept without application/sdp is well formed, 406 is the user agent’s'],
  ['inv2543', '3.4.1', 'RFC 2543: no branch, no tag, no Contact, no Max-Forwards'],
];

const REFUSED: [name: string, section: string, statusCode: number, says: string][] = [
  ['badinv01', '3.1.2.1', 400, 'empty parameters and list elements'],
  ['clerr', '3.1.2.2', 400, 'Content-Length larger than the datagram'],
  ['ncl', '3.1.2.3', 400, 'negative Content-Length'],
  ['scalar02', '3.1.2.4', 400, 'CSeq beyond 32 bits'],
  ['quotbal', '3.1.2.6', 400, 'a quoted string that never closes'],
  ['ltgtruri', '3.1.2.7', 400, 'a Request-URI in angle brackets'],
  ['lwsruri', '3.1.2.8', 400, 'whitespace inside the Request-URI'],
  ['lwsstart', '3.1.2.9', 400, 'more than one space in the request line'],
  ['trws', '3.1.2.10', 400, 'spaces after the SIP version'],
  ['escruri', '3.1.2.11', 400, 'headers in the Request-URI'],
  ['regbadct', '3.1.2.13', 400, 'a URI with headers outside of <>'],
  ['badaspec', '3.1.2.14', 400, 'spaces inside an addr-spec'],
  ['baddn', '3.1.2.15', 400, 'an unquoted display name with a comma'],
  ['badvers', '3.1.2.16', 505, 'an unknown protocol version'],
  ['mismatch01', '3.1.2.17', 400, 'CSeq names another method'],
  ['mismatch02', '3.1.2.18', 501, 'CSeq names another method, and the method is unknown'],
  ['insuf', '3.3.1', 400, 'no Call-ID, From and To'],
  ['multi01', '3.3.8', 400, 'single-value headers repeated'],
  ['mcl01', '3.3.9', 400, 'two Content-Lengths'],
];

const DROPPED: [name: string, section: string, says: string][] = [
  ['scalarlg', '3.1.2.5', 'a response with scalars out of range is discarded'],
  ['bigcode', '3.1.2.19', 'a response with an overlarge status code is discarded'],
];

warnIfAbsent();

function parseTorture(name: string): SipRequest | SipResponse {
  const result = parseMessage(readTortureMessage(name));
  if (result.kind !== 'message') throw new Error(`${name} is refused: ${result.detail}`);
  return result.message;
}

describe.skipIf(!hasTortureMessages)(
  'RFC 4475 torture messages (skipped where the captures are absent)',
  () => {
    it('are 49', () => {
      expect(ACCEPTED.length + REFUSED.length + DROPPED.length).toBe(49);
    });

    it.each(ACCEPTED)('%s (§%s) is accepted: %s', (name) => {
      const message = parseTorture(name);
      const again = parseMessage(serializeMessage(message));
      expect(again).toMatchObject({ kind: 'message', message: { body: message.body } });
      if (again.kind === 'message') expect([...again.message.headers.entries()]).not.toHaveLength(0);
    });

    it.each(REFUSED)('%s (§%s) is refused with %i: %s', (name, _section, statusCode) => {
      const result = parseMessage(readTortureMessage(name));
      expect(result).toMatchObject({ kind: 'malformed', statusCode });
      if (result.kind !== 'malformed' || result.request === null) throw new Error('nobody to answer');
      const response = createResponse(result.request, statusCode);
      expect(response.headers.get('Via')).toBe(result.request.headers.get('Via'));
      expect(result.request.topVia.host).not.toBe('');
      expect(serializeMessage(response).toString()).toMatch(new RegExp(`^SIP/2.0 ${statusCode} .+\r\n`));
    });

    it.each(DROPPED)('%s (§%s) is dropped: %s', (name) => {
      expect(parseMessage(readTortureMessage(name))).toMatchObject({ kind: 'malformed', request: null });
    });

    it('baddn is refused for its display name, even when its missing empty line is mended', () => {
      const mended = Buffer.concat([readTortureMessage('baddn'), Buffer.from('\r\n')]);
      expect(parseMessage(mended)).toMatchObject({
        kind: 'malformed',
        statusCode: 400,
        detail: expect.stringMatching(/From/),
      });
    });
  },
);

describe.skipIf(!hasTortureMessages)('what RFC 4475 says is in the accepted messages', () => {
  it('wsinv: three Vias, two Contacts’ worth of parameters, folded display name', () => {
    const message = parseTorture('wsinv');
    expect(message.vias.map((via) => [via.transport, via.host, via.branch])).toEqual([
      ['UDP', '192.0.2.2', '390skdjuw'],
      ['TCP', 'spindle.example.com', 'z9hG4bK9ikj8'],
      ['UDP', '192.168.255.111', 'z9hG4bK30239'],
    ]);
    expect(message.from).toMatchObject({ displayName: 'J Rosenberg \\"', tag: '98asjd8' });
    expect(message.to.tag).toBe('1918181833n');
    expect(message.cSeq).toEqual({ sequenceNumber: 9, method: 'INVITE' });
    expect(message.maxForwards).toBe(68);
    expect(message.contacts[0]?.displayName).toBe('Quoted string ""');
    expect(message.headers.get('Subject')).toBe('');
    expect(message.headers.get('NewFangledHeader')).toBe('newfangled value continued newfangled value');
  });

  it('intmeth: BEL, NUL and DEL in a display name', () => {
    const message = parseTorture('intmeth') as SipRequest;
    expect(message.to.displayName).toBe('BEL:\x07 NUL:\0 DEL:\x7f');
    expect(message.uri.password).toBe("&it+has=1,weird!*pas$wo~d_too.(doesn't-it)");
    expect(message.from.parameters.get("fromParam''~+*_!.-%")).toBe('работающий');
  });

  it('esc01 and escnull: escapes count in the user only', () => {
    const escaped = parseTorture('esc01') as SipRequest;
    expect(escaped.uri.user).toBe('sips:user@example.com');
    expect(escaped.to.parsedUri()?.user).toBe('user');
    const nul = parseTorture('escnull');
    expect(nul.to.parsedUri()?.user).toBe('null-\0-null');
    expect(nul.contacts.map((contact) => contact.parsedUri()?.user)).toEqual(['\0', '\0\0']);
  });

  it('semiuri, dblreq, unreason and transports', () => {
    expect((parseTorture('semiuri') as SipRequest).uri).toMatchObject({
      user: 'user;par=u@example.net',
      host: 'example.com',
    });
    expect(parseTorture('dblreq').body).toHaveLength(0);
    expect((parseTorture('unreason') as SipResponse).reasonPhrase).toContain('сто девяносто');
    expect(parseTorture('transports').vias.map((via) => via.transport)).toEqual([
      'UDP',
      'SCTP',
      'TLS',
      'UNKNOWN',
      'TCP',
    ]);
  });

  it('cparam01, cparam02 and regescrt: whose parameter it is', () => {
    const [outside] = parseTorture('cparam01').contacts;
    expect([outside?.parameters.has('unknownparam'), outside?.parsedUri()?.parameters.size]).toEqual([
      true,
      0,
    ]);
    const [inside] = parseTorture('cparam02').contacts;
    expect([inside?.parameters.size, inside?.parsedUri()?.parameters.has('unknownparam')]).toEqual([0, true]);
    expect(parseTorture('regescrt').contacts[0]?.parsedUri()?.headers.get('Route')).toBe(
      '<sip:sip.example.com>',
    );
  });

  it('what the user agent refuses: 416, 420, 415, 406', () => {
    expect((parseTorture('unkscm') as SipRequest).uri.scheme).toBe('nobodyknowsthisscheme');
    expect((parseTorture('novelsc') as SipRequest).uri.scheme).toBe('soap.beep');
    expect(parseTorture('bext01').require).toEqual(['nothingsupportsthis', 'nothingsupportsthiseither']);
    expect(parseTorture('invut').contentType?.mediaType).toBe('application/unknownformat');
    expect(parseTorture('sdp01').headers.get('Accept')).toBe('text/nobodyKnowsThis');
  });
});
