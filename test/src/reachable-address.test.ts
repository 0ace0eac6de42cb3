import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import { reachableAddress } from '../../src/reachable-address.ts';

const entry = (address: string, prefixLength: number, internal = false): NetworkInterfaceInfo =>
  ({
    address,
    netmask: '',
    mac: '',
    internal,
    cidr: `${address}/${prefixLength}`,
    family: address.includes(':') ? 'IPv6' : 'IPv4',
    ...(address.includes(':') ? { scopeid: 0 } : {}),
  }) as NetworkInterfaceInfo;

const interfaces = {
  lo: [entry('127.0.0.1', 8, true), entry('::1', 128, true)],
  eth0: [entry('fe80::1', 64), entry('2001:db8::5', 64), entry('192.0.2.10', 24)],
  eth1: [entry('198.51.100.10', 24)],
};

describe('reachableAddress', () => {
  it.each([
    ['configured wins', '203.0.113.1', '127.0.0.1', '192.0.2.9', '203.0.113.1'],
    ['the address the connection ended at', 'auto', '198.51.100.10', '192.0.2.9', '198.51.100.10'],
    ['loopback peers reach loopback', 'auto', '0.0.0.0', '127.0.0.5', '127.0.0.1'],
    ['the interface in the network of the peer', 'auto', '0.0.0.0', '198.51.100.77', '198.51.100.10'],
    ['the first that leaves the machine', 'auto', '0.0.0.0', '203.0.113.77', '192.0.2.10'],
    ['IPv6 loopback', 'auto', '::', '::1', '::1'],
    ['IPv6, not link-local', 'auto', '::', '2001:db8:ffff::1', '2001:db8::5'],
    ['link-local peers get the link-local address', 'auto', '::', 'fe80::99', 'fe80::1'],
    ['a peer without an address', 'auto', '0.0.0.0', 'nonsense', '192.0.2.10'],
  ])('%s', (_, advertised, local, remote, expected) => {
    expect(reachableAddress(advertised, local, remote, interfaces)).toBe(expected);
  });

  it('falls back to loopback on a machine without a network', () => {
    expect(reachableAddress('auto', '0.0.0.0', '203.0.113.1', {})).toBe('127.0.0.1');
  });
});
