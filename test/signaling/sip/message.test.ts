import { describe, expect, it } from 'vitest';
import { createResponse } from '../../../signaling/sip/create-response.ts';
import { SipHeaders } from '../../../signaling/sip/headers.ts';
import { SipHeaderError, SipRequest, SipResponse } from '../../../signaling/sip/message.ts';
import { Parameters } from '../../../signaling/sip/parameters.ts';
import { serializeMessage } from '../../../signaling/sip/serialize.ts';
import { Via } from '../../../signaling/sip/via.ts';

function invite(...extra: [string, string][]): SipRequest {
  const headers = new SipHeaders();
  headers.append('Via', 'SIP/2.0/UDP 192.0.2.1;rport;branch=z9hG4bKa, SIP/2.0/TCP  b;branch=z9hG4bKb');
  headers.append('Via', 'SIP/2.0/TLS c;branch=z9hG4bKc');
  headers.append('From', '"A" <sip:a@b>;tag=1');
  headers.append('To', '<sip:c@d>');
  headers.append('Call-ID', 'x@y');
  headers.append('CSeq', '7 INVITE');
  for (const [name, value] of extra) headers.append(name, value);
  return new SipRequest('INVITE', 'sip:c@d', headers);
}

describe('SipHeaders', () => {
  it('finds fields by any form of their name', () => {
    const { headers } = invite(['k', 'timer'], ['Supported', '100rel'], ['X-Room', '4']);
    expect([headers.get('v'), headers.get('VIA')]).toEqual([headers.get('Via'), headers.get('Via')]);
    expect(headers.getAll('supported')).toEqual(['timer', '100rel']);
    expect(headers.get('x-room')).toBe('4');
    expect([headers.has('K'), headers.has('Route'), headers.get('Route')]).toEqual([true, false, undefined]);
  });

  it('set replaces all in the place of the first, setFirst only the first', () => {
    const { headers } = invite();
    headers.setFirst('Via', 'x');
    expect(headers.getAll('Via')).toEqual(['x', 'SIP/2.0/TLS c;branch=z9hG4bKc']);
    headers.set('v', 'y');
    expect([...headers.entries()][0]).toEqual(['Via', 'y']);
    expect(headers.getAll('Via')).toEqual(['y']);
    headers.set('Server', 'z');
    headers.prepend('Route', '<sip:p>');
    headers.delete('from');
    expect([...headers.entries()].map(([name]) => name)).toEqual([
      'Route',
      'Via',
      'To',
      'Call-ID',
      'CSeq',
      'Server',
    ]);
  });

  it('lets no value begin a header of its own', () => {
    const message = invite();
    message.headers.set('Subject', 'a\r\nEvil: b');
    message.headers.append('Server', 'c\n\n');
    expect(serializeMessage(message).toString()).toContain('Subject: a Evil: b\r\nServer: c \r\n');
    expect(serializeMessage(new SipResponse(400, 'x\r\ny')).toString()).toMatch(/^SIP\/2.0 400 x y\r\n/);
  });

  it('is not fooled by names of Object.prototype', () => {
    const { headers } = invite(['__proto__', 'a'], ['constructor', 'b']);
    expect([headers.get('__proto__'), headers.get('constructor'), headers.get('toString')]).toEqual([
      'a',
      'b',
      undefined,
    ]);
    const parameters = new Parameters();
    expect([parameters.get('__proto__'), parameters.has('constructor')]).toEqual([undefined, false]);
  });
});

describe('SipMessage', () => {
  it('reads structures afresh after a header changes', () => {
    const message = invite();
    expect(message.to.tag).toBeNull();
    message.headers.set('To', '<sip:c@d>;tag=9');
    expect(message.to.tag).toBe('9');
    expect(message.from).toBe(message.from);
  });

  it('rewrites the top Via alone', () => {
    const message = invite();
    const { transport, host, port, parameters } = message.topVia;
    expect(message.topVia.rport).toBe(true);
    message.topVia = new Via(
      transport,
      host,
      port,
      parameters.set('rport', '5061').set('received', '2001:db8::1'),
    );
    expect(message.headers.getAll('Via')).toEqual([
      'SIP/2.0/UDP 192.0.2.1;rport=5061;branch=z9hG4bKa;received=2001:db8::1, SIP/2.0/TCP  b;branch=z9hG4bKb',
      'SIP/2.0/TLS c;branch=z9hG4bKc',
    ]);
    expect(message.topVia).toMatchObject({ rport: 5061, received: '2001:db8::1', branch: 'z9hG4bKa' });
    expect(message.vias).toHaveLength(3);
  });

  it('gives option tags in lower case and methods as they are', () => {
    const message = invite(['Require', '100rel , Timer'], ['Allow', 'INVITE,ack'], ['Supported', '']);
    expect([message.require, message.allow, message.supported]).toEqual([
      ['100rel', 'timer'],
      ['INVITE', 'ack'],
      [],
    ]);
  });

  it('says which header is missing when asked on a message of our own making', () => {
    expect(() => new SipRequest('INVITE', 'sip:a@b').cSeq).toThrow(new SipHeaderError('CSeq'));
    expect(new SipRequest('INVITE', 'sip:a@b').contacts).toEqual([]);
    expect([invite().maxForwards, invite(['Max-Forwards', '70']).maxForwards]).toEqual([null, 70]);
  });
});

describe('createResponse (RFC 3261 §8.2.6)', () => {
  const request = invite(['Record-Route', '<sip:p;lr>'], ['Timestamp', '54'], ['Contact', '<sip:a@b>']);

  it.each([
    [100, 'tag', ['Via', 'Via', 'From', 'To', 'Call-ID', 'CSeq', 'Timestamp'], '<sip:c@d>'],
    [180, 'tag', ['Via', 'Via', 'From', 'To', 'Call-ID', 'CSeq', 'Record-Route'], '<sip:c@d>;tag=tag'],
    [200, 'tag', ['Via', 'Via', 'From', 'To', 'Call-ID', 'CSeq', 'Record-Route'], '<sip:c@d>;tag=tag'],
    [486, 'tag', ['Via', 'Via', 'From', 'To', 'Call-ID', 'CSeq'], '<sip:c@d>;tag=tag'],
    [486, null, ['Via', 'Via', 'From', 'To', 'Call-ID', 'CSeq'], '<sip:c@d>'],
  ])('%i with tag %s', (statusCode, tag, names, to) => {
    const response = createResponse(request, statusCode, undefined, tag);
    expect([...response.headers.entries()].map(([name]) => name)).toEqual(names);
    expect(response.headers.get('To')).toBe(to);
    expect(response.headers.getAll('Via')).toEqual(request.headers.getAll('Via'));
    expect(response.reasonPhrase).not.toBe('');
  });

  it('keeps a tag that is there, and leaves the request alone', () => {
    const inDialog = invite();
    inDialog.headers.set('To', '<sip:c@d>;tag=old');
    expect(createResponse(inDialog, 200, 'OK', 'new').to.tag).toBe('old');
    const response = createResponse(request, 200);
    response.headers.set('Via', 'x');
    expect(request.headers.getAll('Via')).toHaveLength(2);
  });
});

describe('serializeMessage', () => {
  it('writes the length of the body in bytes, last, whatever the header said', () => {
    const message = invite(['l', '999'], ['Subject', 'é']);
    message.body = Buffer.from('ü');
    expect(serializeMessage(message).toString()).toMatch(
      /^INVITE sip:c@d SIP\/2\.0\r\n(?:.+\r\n)+Subject: é\r\nContent-Length: 2\r\n\r\nü$/,
    );
  });
});
