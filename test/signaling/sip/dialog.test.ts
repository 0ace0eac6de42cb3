import { describe, expect, it } from 'vitest';
import { createClientDialog, createServerDialog } from '../../../signaling/sip/dialog.ts';
import { routeRequest } from '../../../signaling/sip/dialog-route.ts';
import type { SipRequest, SipResponse } from '../../../signaling/sip/message.ts';
import { parseMessage } from '../../../signaling/sip/parse.ts';

function parse(...lines: readonly string[]): SipRequest | SipResponse {
  const parsed = parseMessage(Buffer.from(`${lines.join('\r\n')}\r\nContent-Length: 0\r\n\r\n`));
  if (parsed.kind !== 'message') throw new Error(parsed.detail);
  return parsed.message;
}

const invite = (...recordRoutes: readonly string[]) =>
  parse(
    'INVITE sip:bob@biloxi.example SIP/2.0',
    'Via: SIP/2.0/UDP p2.example;branch=z9hG4bK1',
    ...recordRoutes.map((route) => `Record-Route: ${route}`),
    'Max-Forwards: 69',
    'From: "Alice" <sip:alice@atlanta.example>;tag=1928',
    'To: <sip:bob@biloxi.example>',
    'Call-ID: a84b4c76e66710',
    'CSeq: 314159 INVITE',
    'Contact: <sip:alice@pc33.atlanta.example>',
  ) as SipRequest;
/** As it comes in, and as it goes out. */
const INVITE = invite('<sip:p2.example;lr>, <sip:p1.example;lr>', '<sip:p0.example;lr>');
const OWN_INVITE = invite();

const SUCCESS = parse(
  'SIP/2.0 200 OK',
  'Via: SIP/2.0/UDP p2.example;branch=z9hG4bK1',
  'Record-Route: <sip:p2.example;lr>, <sip:p1.example;lr>',
  'From: "Alice" <sip:alice@atlanta.example>;tag=1928',
  'To: <sip:bob@biloxi.example>;tag=a6c8',
  'Call-ID: a84b4c76e66710',
  'CSeq: 314159 INVITE',
  'Contact: <sip:bob@192.0.2.4;transport=tcp>',
) as SipResponse;

describe('the server side of a dialog (RFC 3261 §12.1.1)', () => {
  it('is what the INVITE says, the route in order', () => {
    const dialog = createServerDialog(INVITE, 'local');
    expect(dialog.isAddressedBy('a84b4c76e66710', '1928')).toBe(true);
    expect(dialog.isAddressedBy('a84b4c76e66710', null)).toBe(false);
    const bye = dialog.createRequest('BYE');
    expect(bye.requestUri).toBe('sip:alice@pc33.atlanta.example');
    expect([...bye.headers.entries()]).toEqual([
      ['Route', '<sip:p2.example;lr>'],
      ['Route', '<sip:p1.example;lr>'],
      ['Route', '<sip:p0.example;lr>'],
      ['Max-Forwards', '70'],
      ['From', '<sip:bob@biloxi.example>;tag=local'],
      ['To', '"Alice" <sip:alice@atlanta.example>;tag=1928'],
      ['Call-ID', 'a84b4c76e66710'],
      ['CSeq', '1 BYE'],
    ]);
  });

  it('takes requests in order of their CSeq, equal ones included', () => {
    const dialog = createServerDialog(INVITE, 'local');
    expect([314_159, 314_161, 314_160, 314_162].map((number) => dialog.receiveSequence(number))).toEqual([
      'in-order',
      'in-order',
      'out-of-order',
      'in-order',
    ]);
  });
});

describe('the client side of a dialog (RFC 3261 §12.1.2)', () => {
  it('is what the response says, the route reversed', () => {
    const dialog = createClientDialog(OWN_INVITE, SUCCESS);
    const request = dialog.createRequest('UPDATE');
    expect(request.requestUri).toBe('sip:bob@192.0.2.4;transport=tcp');
    expect(request.headers.getAll('Route')).toEqual(['<sip:p1.example;lr>', '<sip:p2.example;lr>']);
    expect(request.headers.get('CSeq')).toBe('314160 UPDATE');
    expect(request.headers.get('To')).toBe('<sip:bob@biloxi.example>;tag=a6c8');
  });

  it('numbers its ACK like the INVITE and counts on from there', () => {
    const dialog = createClientDialog(OWN_INVITE, SUCCESS);
    expect(dialog.createAck(314_159).headers.get('CSeq')).toBe('314159 ACK');
    const request = dialog.createRequest('INFO');
    dialog.renumber(request);
    expect(request.headers.get('CSeq')).toBe('314161 INFO');
  });

  it('leaves out the way to ourselves, which a Record-Route of our own names', () => {
    const dialog = createClientDialog(invite('<sip:p1.example;lr>'), SUCCESS);
    expect(dialog.routeSet).toEqual(['<sip:p2.example;lr>']);
    dialog.confirm(SUCCESS);
    expect(dialog.routeSet).toEqual(['<sip:p2.example;lr>']);
  });

  it('decides on the route anew when it is confirmed', () => {
    const provisional = parse(
      'SIP/2.0 180 Ringing',
      ...['Via', 'From', 'To', 'Call-ID', 'CSeq', 'Contact'].map(
        (name) => `${name}: ${SUCCESS.headers.get(name)}`,
      ),
    ) as SipResponse;
    const dialog = createClientDialog(OWN_INVITE, provisional);
    expect([dialog.state, dialog.routeSet]).toEqual(['early', []]);
    dialog.confirm(SUCCESS);
    expect([dialog.state, dialog.routeSet.length]).toEqual(['confirmed', 2]);
  });
});

describe('the way of a request (RFC 3261 §12.2.1.1)', () => {
  it('without routes is the remote target itself', () => {
    const route = routeRequest('sip:a@192.0.2.1:5070', []);
    expect(route).toMatchObject({ requestUri: 'sip:a@192.0.2.1:5070', routes: [] });
    expect(route.nextHop).toMatchObject({ host: '192.0.2.1', port: 5070 });
  });

  it('by a loose router has the remote target in the Request-URI', () => {
    const route = routeRequest('sip:a@b', ['<sip:p1;lr>', '<sip:p2;lr>']);
    expect(route).toMatchObject({ requestUri: 'sip:a@b', routes: ['<sip:p1;lr>', '<sip:p2;lr>'] });
    expect(route.nextHop?.host).toBe('p1');
  });

  it('by a strict router has it at the end of the Route', () => {
    const route = routeRequest('sip:a@b', ['<sip:p1?Subject=x>', '<sip:p2;lr>']);
    expect(route).toMatchObject({ requestUri: 'sip:p1', routes: ['<sip:p2;lr>', '<sip:a@b>'] });
    expect(route.nextHop?.host).toBe('p1');
  });

  it('by something that is no URI falls back on the target', () => {
    expect(routeRequest('mailto:a@b', []).nextHop).toMatchObject({ scheme: 'mailto' });
    expect(routeRequest('sip:a@b', ['<<']).requestUri).toBe('sip:a@b');
  });
});
