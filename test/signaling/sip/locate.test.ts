import { describe, expect, it } from 'vitest';
import { locate, type NaptrRecord, type Resolver } from '../../../signaling/sip/locate.ts';
import type { SrvRecord } from '../../../signaling/sip/srv-order.ts';
import { parseUri } from '../../../signaling/sip/uri.ts';

interface Zone {
  readonly naptr?: Record<string, readonly NaptrRecord[]>;
  readonly srv?: Record<string, readonly SrvRecord[]>;
  readonly addresses?: Record<string, readonly string[]>;
}

/** A resolver that knows its zone by heart and remembers what it was asked. */
function resolverOf(zone: Zone): Resolver & { asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    naptr: async (name) => {
      asked.push(`NAPTR ${name}`);
      return zone.naptr?.[name] ?? [];
    },
    srv: async (name) => {
      asked.push(`SRV ${name}`);
      return zone.srv?.[name] ?? [];
    },
    addresses: async (name) => {
      asked.push(`A ${name}`);
      return zone.addresses?.[name] ?? [];
    },
  };
}

async function targetsOf(text: string, zone: Zone = {}, random = () => 0): Promise<string[]> {
  const targets = await locate(parseUri(text)!, resolverOf(zone), random);
  return targets.map(({ transport, address, port, host }) => `${transport} ${address} ${port} ${host}`);
}

const srv = (priority: number, weight: number, port: number, name: string): SrvRecord => ({
  priority,
  weight,
  port,
  name,
});
const HOST = { addresses: { 'a.test': ['192.0.2.1', '2001:db8::1'] } };

describe('locate: nothing to ask the DNS for (RFC 3263 §4.1, §4.2)', () => {
  it.each([
    ['sip:192.0.2.9', ['UDP 192.0.2.9 5060 192.0.2.9']],
    ['sip:192.0.2.9:5070', ['UDP 192.0.2.9 5070 192.0.2.9']],
    ['sip:bob@192.0.2.9;transport=tcp', ['TCP 192.0.2.9 5060 192.0.2.9']],
    ['sips:192.0.2.9', ['TLS 192.0.2.9 5061 192.0.2.9']],
    ['sips:192.0.2.9;transport=tcp', ['TLS 192.0.2.9 5061 192.0.2.9']],
    ['sip:[2001:db8::9]:5070', ['UDP 2001:db8::9 5070 2001:db8::9']],
    ['sip:a.test;maddr=192.0.2.7', ['UDP 192.0.2.7 5060 192.0.2.7']],
    ['tel:+12065550100', []],
  ])('%s', async (uri, expected) => {
    const resolver = resolverOf({});
    const targets = await locate(parseUri(uri)!, resolver, () => 0);
    expect(targets.map((t) => `${t.transport} ${t.address} ${t.port} ${t.host}`)).toEqual(expected);
    expect(resolver.asked).toEqual([]);
  });
});

describe('locate: names', () => {
  it('asks for addresses only where a port is given', async () => {
    expect(await targetsOf('sip:a.test:5070', HOST)).toEqual([
      'UDP 192.0.2.1 5070 a.test',
      'UDP 2001:db8::1 5070 a.test',
    ]);
  });

  it('follows NAPTR by order and preference, and skips services it cannot use', async () => {
    const naptr = (order: number, preference: number, service: string, replacement: string) => ({
      order,
      preference,
      service,
      replacement,
    });
    const zone: Zone = {
      naptr: {
        'a.test': [
          naptr(60, 50, 'SIP+D2U', '_sip._udp.x.test'),
          naptr(50, 60, 'SIP+D2T', '_sip._tcp.x.test'),
          naptr(50, 50, 'SIPS+D2T', '_sips._tcp.x.test'),
          naptr(10, 10, 'SIP+D2S', '_sip._sctp.x.test'),
        ],
      },
      srv: {
        '_sips._tcp.x.test': [srv(1, 1, 5071, 's.test')],
        '_sip._tcp.x.test': [srv(1, 1, 5072, 's.test')],
        '_sip._udp.x.test': [srv(1, 1, 5073, 's.test')],
      },
      addresses: { 's.test': ['192.0.2.5'] },
    };
    expect(await targetsOf('sip:a.test', zone)).toEqual([
      'TLS 192.0.2.5 5071 a.test',
      'TCP 192.0.2.5 5072 a.test',
      'UDP 192.0.2.5 5073 a.test',
    ]);
    expect(await targetsOf('sips:a.test', zone)).toEqual(['TLS 192.0.2.5 5071 a.test']);
  });

  it('asks SRV of its own accord without NAPTR, and for one transport only where one is named', async () => {
    const zone: Zone = {
      srv: {
        '_sip._udp.a.test': [srv(1, 1, 5080, 'u.test')],
        '_sip._tcp.a.test': [srv(1, 1, 5081, 'u.test')],
      },
      addresses: { 'u.test': ['192.0.2.6'] },
    };
    expect(await targetsOf('sip:a.test', zone)).toEqual([
      'TCP 192.0.2.6 5081 a.test',
      'UDP 192.0.2.6 5080 a.test',
    ]);
    expect(await targetsOf('sip:a.test;transport=udp', zone)).toEqual(['UDP 192.0.2.6 5080 a.test']);
  });

  it('falls back to the addresses of the name itself', async () => {
    expect(await targetsOf('sip:a.test', HOST)).toEqual([
      'UDP 192.0.2.1 5060 a.test',
      'UDP 2001:db8::1 5060 a.test',
    ]);
    expect(await targetsOf('sips:a.test', HOST)).toEqual([
      'TLS 192.0.2.1 5061 a.test',
      'TLS 2001:db8::1 5061 a.test',
    ]);
    expect(await targetsOf('sip:nowhere.test', HOST)).toEqual([]);
  });
});

describe('SRV order (RFC 2782)', () => {
  const zone: Zone = {
    srv: {
      '_sip._udp.a.test': [
        srv(2, 0, 1, 'backup.test'),
        srv(1, 10, 2, 'small.test'),
        srv(1, 90, 3, 'large.test'),
        srv(1, 0, 4, '.'),
      ],
    },
    addresses: { 'backup.test': ['192.0.2.1'], 'small.test': ['192.0.2.2'], 'large.test': ['192.0.2.3'] },
  };
  const uri = 'sip:a.test;transport=udp';
  const ports = (targets: string[]) => targets.map((target) => target.split(' ')[2]);

  it('tries lower priorities first and lets the lot decide within one', async () => {
    expect(ports(await targetsOf(uri, zone, () => 0.05))).toEqual(['2', '3', '1']);
    expect(ports(await targetsOf(uri, zone, () => 0.5))).toEqual(['3', '2', '1']);
  });

  it('draws by weight in the long run', async () => {
    let seed = 1;
    const random = () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    let large = 0;
    for (let round = 0; round < 1000; round++) {
      if (ports(await targetsOf(uri, zone, random))[0] === '3') large++;
    }
    expect(large).toBeGreaterThan(850);
    expect(large).toBeLessThan(940);
  });
});
