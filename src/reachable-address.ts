import { isIPv6 } from 'node:net';
import type { NetworkInterfaceInfo } from 'node:os';
import { chooseLocalAddress } from '../signaling/sip/local-address.ts';

/** What the operating system says of its interfaces, as `os.networkInterfaces()` gives it. */
export type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

const UNSPECIFIED = new Set(['', '0.0.0.0', '::', 'auto']);

/**
 * The literal address under which a peer reaches us: what was configured, else the address the connection
 * ended at, else ours in the peer's own network, else the first one that leaves the machine. UDP sockets bound
 * to all interfaces do not say where a datagram arrived, hence the search.
 */
export function reachableAddress(
  advertised: string,
  localAddress: string,
  remoteAddress: string,
  interfaces: Interfaces,
): string {
  if (!UNSPECIFIED.has(advertised)) return advertised;
  if (!UNSPECIFIED.has(localAddress)) return localAddress;
  const ours = Object.values(interfaces).flatMap((addresses) => addresses ?? []);
  return chooseLocalAddress(remoteAddress, ours) ?? (isIPv6(remoteAddress) ? '::1' : '127.0.0.1');
}
