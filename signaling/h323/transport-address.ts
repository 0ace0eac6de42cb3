import { isIPv4, isIPv6 } from 'node:net';
import type { MediaAddress } from '../session-description.ts';
import type { TransportAddress as H225Address } from './h225-types.ts';
import type { TransportAddress as H245Address } from './h245-capability-types.ts';

/** H.225.0 `TransportAddress`: where a signaling channel is; null for an address family we do not have. */
export function readH225Address(address: H225Address | undefined): MediaAddress | null {
  switch (address?.choice) {
    case 'ipAddress':
      return { address: ipText(address.value.ip), port: address.value.port };
    case 'ip6Address':
      return { address: ipText(address.value.ip), port: address.value.port };
    default:
      return null;
  }
}

export function createH225Address({ address, port }: MediaAddress): H225Address {
  const ip = ipOctets(address);
  return { choice: ip.length === 4 ? 'ipAddress' : 'ip6Address', value: { ip, port } };
}

/** H.245 `TransportAddress`: where media goes. */
export function readH245Address(address: H245Address | undefined): MediaAddress | null {
  if (address?.choice !== 'unicastAddress') return null;
  const unicast = address.value;
  switch (unicast.choice) {
    case 'iPAddress':
    case 'iP6Address':
      return { address: ipText(unicast.value.network), port: unicast.value.tsapIdentifier };
    default:
      return null;
  }
}

export function createH245Address({ address, port }: MediaAddress): H245Address {
  const network = ipOctets(address);
  const choice = network.length === 4 ? 'iPAddress' : 'iP6Address';
  return { choice: 'unicastAddress', value: { choice, value: { network, tsapIdentifier: port } } };
}

/** Four octets with dots; sixteen as RFC 5952 writes them, IPv4-mapped ones as IPv4. */
export function ipText(octets: Uint8Array): string {
  if (octets.length === 4) return octets.join('.');
  const words = Array.from({ length: 8 }, (_, index) => {
    return (((octets[index * 2] ?? 0) << 8) | (octets[index * 2 + 1] ?? 0)).toString(16);
  });
  const mapped = words.slice(0, 5).every((word) => word === '0') && words[5] === 'ffff';
  if (mapped) return octets.subarray(12).join('.');
  return new URL(`http://[${words.join(':')}]`).hostname.slice(1, -1);
}

/** @throws RangeError for text that is no literal address */
export function ipOctets(address: string): Uint8Array {
  if (isIPv4(address)) return Uint8Array.from(address.split('.').map(Number));
  if (!isIPv6(address)) throw new RangeError(`${address} is no IP address`);
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: 8 - first.length - last.length }, () => '0');
  return Uint8Array.from(
    [...first, ...zeros, ...last].flatMap((word) => {
      const value = Number.parseInt(word, 16);
      return [value >> 8, value & 0xff];
    }),
  );
}
