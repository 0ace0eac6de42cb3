import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { environmentName } from '../../config/key-path.ts';
import { configSchema } from '../../config/schema.ts';
import { keyPathsOf } from '../../config/schema-keys.ts';

describe('default.yaml', () => {
  const text = readFileSync(new URL('../../config/default.yaml', import.meta.url), 'utf8');
  const { meetings, ...shown } = parse(text) as Record<string, unknown>;

  it('shows the defaults of the schema, and meetings as an example', () => {
    const defaults = configSchema.parse({});
    expect(defaults).toMatchObject(shown);
    expect(configSchema.shape.meetings.safeParse(meetings).success).toBe(true);
  });

  it('shows every group that has an effect', () => {
    const hidden = Object.keys(configSchema.shape).filter((key) => !(key in shown));
    expect(hidden).toEqual([
      'meetings',
      'voiceConnectors',
      'voiceConnectorGroups',
      'phoneNumbers',
      'trunk',
      'admin',
    ]);
  });
});

describe('every key', () => {
  const paths = keyPathsOf(configSchema);

  it('has a variable of its own', () => {
    const names = paths.map(environmentName);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain('CARILLON_SIP_TLS_ALLOW_PLAIN_TCP');
    expect(names).toContain('CARILLON_H323_PORT_RANGE');
  });

  it('says why it is there', () => {
    const silent = paths.filter((path) => {
      const node = path.reduce<Node>((group, key) => members(group)[key]!, configSchema as unknown as Node);
      return node.description === undefined && Object.keys(members(node)).length === 0;
    });
    expect(silent).toEqual([]);
  });
});

interface Node {
  readonly description?: string;
  readonly shape?: Record<string, Node>;
  readonly def: { readonly innerType?: Node };
}

function members(node: Node): Record<string, Node> {
  return node.shape ?? (node.def.innerType ? members(node.def.innerType) : {});
}

describe('what the schema takes and refuses', () => {
  const accepts = (config: object) => configSchema.safeParse(config).success;

  it.each([
    ['IPv6 everywhere', { sip: { address: '::' }, http: { address: '::1' } }],
    ['any free port', { sip: { udpPort: 0, tlsPort: null } }],
    ['a host name to advertise', { sip: { advertisedAddress: 'rooms.example.com' } }],
    ['an IPv6 address to advertise', { sip: { advertisedAddress: '2001:db8::1' } }],
    ['a passcode of four digits', { meetings: [{ id: '6064724824', moderatorPasscode: '0123' }] }],
    ['a passcode of eight digits', { meetings: [{ id: '6064724824', moderatorPasscode: '01234567' }] }],
    ['a UUID as connector', { rooms: { connectorId: '6a3b1d7e-0c1f-4f3e-9c55-2f6f0f6d2c11' } }],
    ['a connector with 21 characters', { rooms: { connectorId: '9frbl3ctuw25zxzhylhsw' } }],
    ['an IPv6 block', connector({ termination: { cidrAllowedList: ['2001:db8::/32', '192.0.2.0/24'] } })],
    ['a whole connector', connector({ origination: { routes: [{ host: 'pbx.example.com', weight: 9 }] } })],
    ['a number of workers', { media: { workers: 3 } }],
    ['a title that YAML takes for a number', { meetings: [{ id: '6064724824', title: 2030 }] }],
  ])('takes %s', (_, config) => expect(accepts(config)).toBe(true));

  it.each([
    ['an address that is none', { sip: { address: '1.2.3.256' } }],
    ['a host name as listening address', { sip: { address: 'localhost' } }],
    ['a URL to advertise', { sip: { advertisedAddress: 'sip:rooms.example.com' } }],
    ['a host with a port', { sip: { advertisedAddress: 'rooms.example.com:5060' } }],
    ['four numbers that are no address', { sip: { domains: ['300.1.1.1'] } }],
    ['an empty label', { sip: { domains: ['meet..in'] } }],
    ['a fractional port', { sip: { udpPort: 5060.5 } }],
    ['a port in quotes', { sip: { udpPort: '5060' } }],
    ['a range upside down', { media: { portRange: [20_000, 10_000] } }],
    ['a range that begins odd', { media: { portRange: [10_001, 20_000] } }],
    ['a range of three', { media: { portRange: [10_000, 20_000, 30_000] } }],
    ['a range of privileged ports', { media: { portRange: [100, 2000] } }],
    ['a meeting ID of nine digits', { meetings: [{ id: '606472482' }] }],
    ['a meeting ID of 13 digits', { meetings: [{ id: '6064724824001' }] }],
    ['a meeting ID with letters', { meetings: [{ id: '60647x4824' }] }],
    ['a passcode of three digits', { meetings: [{ id: '6064724824', moderatorPasscode: '123' }] }],
    ['a passcode of nine digits', { meetings: [{ id: '6064724824', moderatorPasscode: '123456789' }] }],
    [
      'a PIN of ten digits',
      { meetings: [{ id: '6064724824', invitees: [{ pin: '6064724824', name: 'M' }] }] },
    ],
    ['251 participants', { meetings: [{ id: '6064724824', maxParticipants: 251 }] }],
    ['a session timer below RFC 4028', { sip: { minSessionExpiresSeconds: 60 } }],
    ['an unknown codec', { media: { codecs: ['G729'] } }],
    ['a codec twice', { media: { codecs: ['PCMU', 'PCMU'] } }],
    ['no codec', { media: { codecs: [] } }],
    ['a packet time between', { media: { packetTimeMs: 25 } }],
    ['a jitter buffer upside down', { media: { jitterBuffer: { minMs: 100, maxMs: 50 } } }],
    ['a block without prefix', connector({ termination: { cidrAllowedList: ['192.0.2.0'] } })],
    ['a block too narrow', connector({ termination: { cidrAllowedList: ['192.0.2.0/33'] } })],
    ['a connector ID in capitals', { rooms: { connectorId: 'ABCDEFGHIJKLMNOPQRSTUV' } }],
    ['a number without plus', { phoneNumbers: [{ number: '12065550100' }] }],
    ['yes for true', { media: { endOnSilence: 'yes' } }],
    ['null for a group', { sip: null }],
    ['an account of eleven digits', { account: '11112222333' }],
    ['a region in words', { region: 'Virginia' }],
  ])('refuses %s', (_, config) => expect(accepts(config)).toBe(false));
});

function connector(keys: object): object {
  return { voiceConnectors: [{ id: 'abcdef1ghij2klmno3pqr4', name: 'head-office', ...keys }] };
}
