import { describe, expect, it } from 'vitest';
import { chooseLocalAddress, LocalAddresses } from '../../../signaling/sip/local-address.ts';

const ADDRESSES = [
  { address: '127.0.0.1', family: 'IPv4', internal: true, cidr: '127.0.0.1/8' },
  { address: '::1', family: 'IPv6', internal: true, cidr: '::1/128' },
  { address: '192.0.2.17', family: 'IPv4', internal: false, cidr: '192.0.2.17/24' },
  { address: '10.1.0.5', family: 'IPv4', internal: false, cidr: '10.1.0.5/16' },
  { address: '2001:db8::17', family: 'IPv6', internal: false, cidr: '2001:db8::17/64' },
];

describe('our address towards a peer', () => {
  it.each([
    ['127.0.0.9', '127.0.0.1'],
    ['10.1.200.1', '10.1.0.5'],
    ['192.0.2.99', '192.0.2.17'],
    ['198.51.100.1', '192.0.2.17'],
    ['::1', '::1'],
    ['2001:db8::99', '2001:db8::17'],
    ['2001:db8:1::1', '2001:db8::17'],
  ])('%s: %s', (remote, local) => {
    expect(chooseLocalAddress(remote, ADDRESSES)).toBe(local);
  });

  it('is loopback where there is no other, and none of the wrong family', () => {
    expect(chooseLocalAddress('198.51.100.1', ADDRESSES.slice(0, 2))).toBe('127.0.0.1');
    expect(chooseLocalAddress('2001:db8::1', ADDRESSES.slice(0, 1))).toBeNull();
  });

  it('is found on this machine', () => {
    expect(new LocalAddresses().towards('127.0.0.1', 0)).toBe('127.0.0.1');
  });
});
