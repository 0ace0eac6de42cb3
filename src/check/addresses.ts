import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { isIP, isIPv6 } from 'node:net';
import type { Config } from '../../config/schema.ts';
import { type Interfaces, reachableAddress } from '../reachable-address.ts';
import { type Finding, fail, ok, warn } from './finding.ts';

const SUBJECT = 'Advertised address';
const ROUND_TRIP_TIMEOUT_MS = 1000;

/** Resolves a host name to its addresses; rejects when there are none. */
export type Resolve = (host: string) => Promise<readonly string[]>;

async function resolveHost(host: string): Promise<readonly string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}

/** Whether callers that are told the advertised address get to this machine. */
export async function checkAdvertisedAddress(
  { advertisedAddress, address }: Pick<Config['sip'], 'advertisedAddress' | 'address'>,
  interfaces: Interfaces,
  resolve: Resolve = resolveHost,
): Promise<Finding> {
  const ours = addressesOf(interfaces);
  if (advertisedAddress === 'auto')
    return describeAutomatic(reachableAddress('auto', address, '', interfaces));
  if (isIP(advertisedAddress) > 0) return describeLiteral(advertisedAddress, ours);
  try {
    const resolved = await resolve(advertisedAddress);
    const detail = `${advertisedAddress} is ${resolved.join(', ')}`;
    if (resolved.some((candidate) => ours.has(candidate))) return ok(SUBJECT, detail);
    return warn(SUBJECT, `${detail}, none of them on this machine`, FORWARDING);
  } catch {
    const hint = 'Set sip.advertisedAddress to a name that DNS knows, to an IP address, or to auto.';
    return fail(SUBJECT, `${advertisedAddress} cannot be resolved`, hint);
  }
}

const FORWARDING =
  'Right behind a NAT that forwards the ports below; otherwise set sip.advertisedAddress to auto.';

function describeAutomatic(chosen: string): Finding {
  if (chosen !== '::1' && !chosen.startsWith('127.'))
    return ok(SUBJECT, `auto, which is ${chosen} for most callers`);
  const hint =
    'Other machines cannot call: set sip.address to 0.0.0.0, or connect this machine to a network.';
  return warn(SUBJECT, `auto, which is ${chosen}`, hint);
}

function describeLiteral(address: string, ours: ReadonlySet<string>): Finding {
  if (ours.has(address)) return ok(SUBJECT, `${address} is on this machine`);
  return warn(SUBJECT, `${address} is not on this machine`, FORWARDING);
}

function addressesOf(interfaces: Interfaces): ReadonlySet<string> {
  return new Set(Object.values(interfaces).flatMap((list) => (list ?? []).map(({ address }) => address)));
}

/** A datagram sent to our own address and back, as media would travel. */
export async function checkUdpRoundTrip(bindAddress: string, targetAddress: string): Promise<Finding> {
  const subject = 'UDP round trip';
  try {
    const elapsedMs = await measureRoundTrip(bindAddress, targetAddress);
    return ok(subject, `${elapsedMs.toFixed(1)} ms to ${targetAddress} and back`);
  } catch (error) {
    const detail = `no datagram came back from ${targetAddress}: ${(error as Error).message}`;
    return fail(subject, detail, 'A local firewall drops UDP; allow the ports below.');
  }
}

function measureRoundTrip(bindAddress: string, targetAddress: string): Promise<number> {
  // With :: bound we are reached over IPv4 as well, so the target decides.
  const kind = isIPv6(targetAddress) ? 'udp6' : 'udp4';
  const boundAddress = bindAddress === '::' || bindAddress === '0.0.0.0' ? undefined : bindAddress;
  const echo = createSocket(kind);
  const caller = createSocket(kind);
  const measured = new Promise<number>((resolve, reject) => {
    for (const socket of [echo, caller]) socket.once('error', reject);
    const deadline = setTimeout(() => reject(new Error('nothing for a second')), ROUND_TRIP_TIMEOUT_MS);
    echo.on('message', (message, { address, port }) => echo.send(message, port, address));
    caller.once('message', () => {
      clearTimeout(deadline);
      resolve(performance.now() - sentAtMs);
    });
    let sentAtMs = 0;
    echo.bind(0, boundAddress, () => {
      sentAtMs = performance.now();
      caller.send('carillon', echo.address().port, targetAddress);
    });
  });
  return measured.finally(() => {
    echo.close();
    caller.close();
  });
}
