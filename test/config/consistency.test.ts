import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../config/config-error.ts';
import { findInconsistencies } from '../../config/consistency.ts';
import { loadConfig } from '../../config/load.ts';
import { configSchema } from '../../config/schema.ts';

function find(config: object): string[] {
  return findInconsistencies(configSchema.parse(config)).map(
    ({ path, allowed }) => `${path.join('.')}: ${allowed}`,
  );
}

const connectorId = 'abcdef1ghij2klmno3pqr4';

describe('keys beside each other', () => {
  it.each([
    ['the defaults', {}],
    ['UDP and TCP on one number', { sip: { udpPort: 5061, tcpPort: null } }],
    ['any free port twice', { sip: { tcpPort: 0, tlsPort: 0 }, http: { port: 0 } }],
    ['one number on two addresses', { sip: { address: '192.0.2.1', tcpPort: 8080 } }],
    ['the number of a listener that is off', { sip: { tcpPort: 1720 }, h323: { enabled: false } }],
    [
      'a number of a connector that is there',
      {
        voiceConnectors: [{ id: connectorId, name: 'a' }],
        phoneNumbers: [{ number: '+12065550100', voiceConnectorId: connectorId }],
      },
    ],
    ['a number of no connector', { phoneNumbers: [{ number: '+12065550100' }] }],
  ])('may be %s', (_, config) => expect(find(config)).toEqual([]));

  it.each([
    [
      'TCP and TLS on one port',
      { sip: { tlsPort: 5060 } },
      'sip.tlsPort: a TCP port of its own; sip.tcpPort has the same',
    ],
    [
      'HTTP on the port of all addresses',
      { sip: { webSocketPort: 8080 } },
      'http.port: a TCP port of its own; sip.webSocketPort has the same',
    ],
    [
      'a connector on the UDP port of all others',
      { voiceConnectors: [{ id: connectorId, name: 'a', port: 5060 }], sip: { tcpPort: null } },
      'voiceConnectors.0.port: a UDP port of its own; sip.udpPort has the same',
    ],
    [
      'a connector on the port of TLS',
      { voiceConnectors: [{ id: connectorId, name: 'a', port: 5061 }] },
      'voiceConnectors.0.port: a TCP port of its own; sip.tlsPort has the same',
    ],
    [
      'a certificate without its key',
      { sip: { tls: { certificate: 'a.pem' } } },
      'sip.tls.key: a file as well, since certificate and key go together',
    ],
    [
      'a key without its certificate',
      { sip: { tls: { key: 'a.pem' } } },
      'sip.tls.certificate: a file as well, since certificate and key go together',
    ],
    [
      'a session shorter than the shortest',
      { sip: { sessionExpiresSeconds: 100, minSessionExpiresSeconds: 200 } },
      'sip.sessionExpiresSeconds: at least sip.minSessionExpiresSeconds, which is 200',
    ],
    [
      'a number of a connector that is not there',
      { phoneNumbers: [{ number: '+12065550100', voiceConnectorId: connectorId }] },
      'phoneNumbers.0.voiceConnectorId: the id of one of voiceConnectors (there are none), or null',
    ],
  ])('may not be %s', (_, config, expected) => expect(find(config)).toEqual([expected]));

  it('are told as errors of the configuration', () => {
    const flags = [{ flag: '--tls-port', key: 'sip.tlsPort', text: '5060' }];
    expect(() => loadConfig({ flags })).toThrow(ConfigError);
    expect(() => loadConfig({ flags })).toThrow(
      'sip.tlsPort (--tls-port): found 5060; allowed: a TCP port of its own',
    );
  });
});

describe('duplicates are told with both paths', () => {
  const invitee = { pin: '6064724824001', name: 'Mary' };
  it.each([
    [
      'meeting IDs, grouped or not',
      { meetings: [{ id: '6064724824' }, { id: '6064 72 4824' }] },
      ['meetings', 1, 'id'],
      'meetings[0].id',
    ],
    [
      'PINs of one meeting',
      { meetings: [{ id: '6064724824', invitees: [invitee, invitee] }] },
      ['meetings', 0, 'invitees', 1, 'pin'],
      'invitees[0].pin',
    ],
    [
      'PINs of two meetings',
      {
        meetings: [
          { id: '6064724824', invitees: [invitee] },
          { id: '6064724825', invitees: [invitee] },
        ],
      },
      ['meetings', 1, 'invitees', 0, 'pin'],
      'meetings[0].invitees[0].pin',
    ],
    [
      'connector IDs',
      {
        voiceConnectors: [
          { id: connectorId, name: 'a' },
          { id: connectorId, name: 'b' },
        ],
      },
      ['voiceConnectors', 1, 'id'],
      'voiceConnectors[0].id',
    ],
    [
      'telephone numbers',
      { phoneNumbers: [{ number: '+12065550100' }, { number: '+12065550100' }] },
      ['phoneNumbers', 1, 'number'],
      'phoneNumbers[0].number',
    ],
  ])('%s', (_, config, path, first) => {
    const issue = configSchema.safeParse(config).error?.issues[0];
    expect(issue?.path).toEqual(path);
    expect(issue?.message).toBe(`a value of its own; ${first} has the same`);
  });
});
