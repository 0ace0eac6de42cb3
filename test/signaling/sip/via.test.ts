import { describe, expect, it } from 'vitest';
import { parseVia, parseViaList } from '../../../signaling/sip/via.ts';

describe('parseVia', () => {
  it.each([
    ['SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1', ['UDP', '192.0.2.1', 5060, 'z9hG4bK1', null, null]],
    [
      'SIP / 2.0 / UDP first.example.com: 4000;ttl=16 ;maddr=224.2.0.1 ;branch=z9hG4bKa7c6a8dlze.1',
      ['UDP', 'first.example.com', 4000, 'z9hG4bKa7c6a8dlze.1', null, null],
    ],
    ['sip/2.0/tcp host ; rport', ['TCP', 'host', null, null, null, true]],
    [
      'SIP/2.0/WSS df7jal23ls0d.invalid;branch=z9hG4bK56sdasks;rport=5061;received=[::1]',
      ['WSS', 'df7jal23ls0d.invalid', null, 'z9hG4bK56sdasks', '::1', 5061],
    ],
    [
      'SIP/2.0/TLS [2001:db8::1]:5061;received=2001:db8::2',
      ['TLS', '2001:db8::1', 5061, null, '2001:db8::2', null],
    ],
  ])('reads %s', (text, expected) => {
    const via = parseVia(text);
    expect([via?.transport, via?.host, via?.port, via?.branch, via?.received, via?.rport]).toEqual(expected);
    expect(parseVia(String(via))).toEqual(via);
  });

  it.each([
    '',
    'SIP/2.0/UDP',
    'SIP/2.0/UDP ',
    'SIP/2.0 UDP a',
    'SIP/3.0/UDP a',
    'SIP/2.0/UDPa',
    'SIP/2.0/UDP a b',
    'SIP/2.0/UDP a:',
    'SIP/2.0/UDP :5060',
    'SIP/2.0/UDP a:-1',
    'SIP/2.0/UDP [::1',
    'SIP/2.0/UDP a;',
    'SIP/2.0/UDP a;;b',
    'SIP/2.0/UDP <a>',
    '/2.0/UDP a',
  ])('refuses %j', (text) => {
    expect(parseVia(text)).toBeNull();
  });

  it('refuses a list with an empty element', () => {
    expect(parseViaList('SIP/2.0/UDP a,')).toBeNull();
    expect(parseViaList('SIP/2.0/UDP a;x=",", SIP/2.0/UDP b')).toHaveLength(2);
  });
});
