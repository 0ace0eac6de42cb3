import { describe, expect, it } from 'vitest';
import { configSchema } from '../../../config/schema.ts';
import { formatStartupText } from '../../../src/cli/startup-text.ts';
import type { BoundListener } from '../../../src/listener.ts';

const LISTENERS: readonly BoundListener[] = [
  { key: 'sip.udpPort', address: '0.0.0.0', port: 5060 },
  { key: 'sip.tcpPort', address: '0.0.0.0', port: 5060 },
  { key: 'sip.tlsPort', address: '0.0.0.0', port: 5061 },
  { key: 'sip.webSocketPort', address: '0.0.0.0', port: 5066 },
  { key: 'h323.port', address: '0.0.0.0', port: 1720 },
  { key: 'http.port', address: '127.0.0.1', port: 8080 },
];

const MEETING = { id: '6064724824', title: 'Stand-up', moderatorPasscode: '4321' };

function text(listeners: readonly BoundListener[], config: object = { meetings: [MEETING] }): string {
  return formatStartupText({
    version: '1.2.3',
    listeners,
    config: configSchema.parse(config),
    reachableAddress: '192.0.2.7',
  });
}

describe('the start-up text', () => {
  it('says where we listen and what to dial', () => {
    expect(text(LISTENERS)).toBe(`Carillon 1.2.3 is ready.

  SIP over UDP        192.0.2.7:5060
  SIP over TCP        192.0.2.7:5060
  SIP over TLS        192.0.2.7:5061 (plain TCP too)
  SIP over WebSocket  ws://192.0.2.7:5066/sip (wss too)
  H.323               192.0.2.7:1720
  HTTP                http://127.0.0.1:8080/

  Meeting  6064 72 4824, Stand-up, waits for a moderator: passcode 4321#

  SIPp         sipp -sn uac -m 1 -d 10000 -s 6064724824 192.0.2.7:5060
  baresip      baresip -e "/uanew sip:me@192.0.2.7;regint=0" -e "/dial sip:6064724824@192.0.2.7:5060"
  Room system  6064724824@192.0.2.7
`);
  });

  it('names the port to a room when it is not the usual one', () => {
    expect(text([{ key: 'sip.tlsPort', address: '0.0.0.0', port: 40_001 }])).toContain(
      'Room system  6064724824@192.0.2.7:40001\n',
    );
  });

  it('takes TCP where UDP is off', () => {
    const lines = text([{ key: 'sip.tcpPort', address: '0.0.0.0', port: 5070 }]);
    expect(lines).toContain('sipp -t t1 -sn uac -m 1 -d 10000 -s 6064724824 192.0.2.7:5070');
    expect(lines).toContain('"/dial sip:6064724824@192.0.2.7:5070;transport=tcp"');
    expect(lines).toContain('Room system  6064724824@192.0.2.7:5070');
  });

  it('gives no line that would not work', () => {
    const lines = text([{ key: 'sip.webSocketPort', address: '0.0.0.0', port: 5066 }]);
    expect(lines).not.toMatch(/sipp|baresip|Room/);
  });

  it('names the address that was bound, IPv6 in brackets', () => {
    expect(text([{ key: 'sip.udpPort', address: '::1', port: 5060 }])).toContain(
      'SIP over UDP  [::1]:5060\n',
    );
  });

  it('does not promise a secure WebSocket where there is no certificate', () => {
    expect(text(LISTENERS, { sip: { tlsPort: null } })).not.toContain('wss');
  });

  it('does not promise plain TCP where it is switched off', () => {
    expect(text(LISTENERS, { sip: { tls: { allowPlainTcp: false } } })).not.toContain('plain TCP');
  });

  it('says how to get a meeting when there is none', () => {
    expect(text(LISTENERS, {})).toContain('No meeting yet: POST one to /meetings');
  });

  it('leaves out the passcode where there is none', () => {
    const lines = text(LISTENERS, { meetings: [{ id: '1234567890', title: 'Open' }] });
    expect(lines).toContain('Meeting  1234 56 7890, Open\n');
  });

  it('says so when everything is off', () => {
    expect(text([])).toContain('nobody can call');
  });
});
