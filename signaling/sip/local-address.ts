import { BlockList, isIP, isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';

/** One address of this machine with its network, as `os.networkInterfaces` tells it. */
export interface InterfaceAddress {
  readonly address: string;
  readonly family: string;
  readonly internal: boolean;
  /** `192.0.2.17/24` */
  readonly cidr: string | null;
}

const REFRESH_MS = 5_000;

/**
 * Our address towards a peer: that of the interface whose network the peer is in, else the first that leads
 * out of the machine. A guess, for a datagram does not say which of our addresses it was sent to; machines
 * for which it is wrong set an advertised address.
 */
export function chooseLocalAddress(
  remoteAddress: string,
  addresses: readonly InterfaceAddress[],
): string | null {
  const family = isIPv6(remoteAddress) ? 'IPv6' : 'IPv4';
  const candidates = addresses.filter((candidate) => candidate.family === family);
  const neighbor = candidates.find(({ cidr }) => cidr !== null && isInNetwork(remoteAddress, cidr));
  const outward = candidates.filter(({ internal }) => !internal);
  // Link-local addresses need a zone, which neither Contact nor SDP can carry.
  const chosen = neighbor ?? outward.find(({ address }) => !address.startsWith('fe80:')) ?? outward[0];
  return (chosen ?? candidates[0])?.address ?? null;
}

function isInNetwork(address: string, cidr: string): boolean {
  if (isIP(address) === 0) return false;
  const [network = '', prefix = '0'] = cidr.split('/');
  const family = isIPv6(network) ? 'ipv6' : 'ipv4';
  const block = new BlockList();
  block.addSubnet(network, Number(prefix), family);
  return block.check(address, family);
}

/** {@link chooseLocalAddress} for this machine; asks the system at most every few seconds. */
export class LocalAddresses {
  readonly #chosen = new Map<string, string>();
  #addresses: readonly InterfaceAddress[] = [];
  #readAtMs = Number.NEGATIVE_INFINITY;

  towards(remoteAddress: string, nowMs: number): string {
    if (nowMs - this.#readAtMs > REFRESH_MS) {
      this.#addresses = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
      this.#chosen.clear();
      this.#readAtMs = nowMs;
    }
    const known = this.#chosen.get(remoteAddress);
    if (known !== undefined) return known;
    const fallback = isIPv6(remoteAddress) ? '::1' : '127.0.0.1';
    const address = chooseLocalAddress(remoteAddress, this.#addresses) ?? fallback;
    this.#chosen.set(remoteAddress, address);
    return address;
  }
}
