import { describe, expect, it } from 'vitest';
import { parseH225, serializeH225 } from '../../../signaling/h323/h225.ts';
import type { AliasAddress, SetupUUIE } from '../../../signaling/h323/h225-types.ts';
import { serializeCalledNumber, serializeText } from '../../../signaling/h323/q931-elements.ts';
import { readSetup } from '../../../signaling/h323/setup.ts';
import { createH225Address, ipOctets, ipText } from '../../../signaling/h323/transport-address.ts';
import { genuineCall } from '../../support/h323-fixtures.ts';

const PEER = { remoteAddress: '192.0.2.1', localAddress: '192.0.2.2' };
const REFERENCE = { callReference: 7, isFromDestination: false };

function read(setup: Partial<SetupUUIE>, elements: Record<string, Uint8Array> = {}) {
  const value = {
    protocolIdentifier: '0.0.8.2250.0.2',
    sourceInfo: { mc: false, undefinedNode: false },
    activeMC: false,
    conferenceID: new Uint8Array(16).fill(1),
    conferenceGoal: { choice: 'create', value: null },
    callType: { choice: 'pointToPoint', value: null },
    ...setup,
  } as SetupUUIE;
  const octets = serializeH225(
    'setup',
    REFERENCE,
    { choice: 'setup', value },
    { isTunnelling: false, elements },
  );
  const read = readSetup(parseH225(octets), PEER);
  if (read === null) throw new Error('no Setup');
  return read;
}

const h323Id = (value: string): AliasAddress => ({ choice: 'h323-ID', value });

describe('whom a Setup calls', () => {
  it.each<[string, AliasAddress[], string]>([
    ['digits', [{ choice: 'dialledDigits', value: '6064724824' }], '6064724824'],
    ['an alias', [h323Id('6064724824')], '6064724824'],
    ['an alias with its scheme', [h323Id('h323:6064724824')], '6064724824'],
    ['id@address', [h323Id('6064724824@192.0.2.2')], '6064724824'],
    ['a URL', [{ choice: 'url-ID', value: 'h323:6064724824@192.0.2.2' }], '6064724824'],
    ['ip##id', [h323Id('192.0.2.2##6064724824')], '192.0.2.2##6064724824'],
    ['a padded alias', [h323Id('6064724824\0')], '6064724824'],
    ['our address alone', [h323Id('192.0.2.2')], ''],
    ['our address and port', [h323Id('192.0.2.2:1720')], ''],
    ['our address, then digits', [h323Id('192.0.2.2'), { choice: 'dialledDigits', value: '42' }], '42'],
    [
      'a transport address',
      [{ choice: 'transportID', value: createH225Address({ address: '192.0.2.2', port: 1720 }) }],
      '',
    ],
    ['nobody', [], ''],
  ])('%s', (_name, destinationAddress, user) => {
    expect(read({ destinationAddress }).called.user).toBe(user);
  });

  it('is the called party number before any alias', () => {
    const calledPartyNumber = serializeCalledNumber('6064724824');
    const { called } = read({ destinationAddress: [h323Id('echo')] }, { calledPartyNumber });
    expect(called).toEqual({
      user: '6064724824',
      host: '192.0.2.2',
      uri: 'h323:6064724824@192.0.2.2',
      displayName: '',
    });
  });
});

describe('who calls', () => {
  it('has the display as name, without padding', () => {
    const { calling } = read({ sourceAddress: [h323Id('room')] }, { display: serializeText('Room 7') });
    expect(calling).toMatchObject({ user: 'room', host: '192.0.2.1', displayName: 'Room 7' });
  });

  it.each<[Partial<SetupUUIE>, readonly string[]]>([
    [{ language: ['de-AT', 'en'] }, ['de-at', 'en']],
    [{ language: [] }, []],
    [{}, []],
  ])('with %j wants to hear %j', (setup, languages) => {
    expect(read(setup).acceptedLanguages).toEqual(languages);
  });

  it('is named by vendor and product', () => {
    const setup = readSetup(parseH225(genuineCall('tunnel-fast')[0]!.octets), PEER);
    expect(setup?.userAgent).toBe('H323Plus h323peer 1.0.1 (H323plus v1.28.0)');
  });

  it('of version 1 has the conference as call', () => {
    const { identity } = read({ protocolIdentifier: '0.0.8.2250.0.1' });
    expect(identity).toMatchObject({ version: 1, callIdentifier: new Uint8Array(16).fill(1) });
  });
});

describe('addresses', () => {
  it.each(['192.0.2.7', '2001:db8::1', '::1', 'fe80::a:b:c:d'])('%s comes back', (text) => {
    expect(ipText(ipOctets(text))).toBe(text);
  });

  it('IPv4 in IPv6 is IPv4', () => {
    expect(ipText(ipOctets('::ffff:192.0.2.7'))).toBe('192.0.2.7');
    expect(() => ipOctets('example.com')).toThrow(RangeError);
  });
});
