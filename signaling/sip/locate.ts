import { isIP } from 'node:net';
import type { SignalingTransport } from '../call-leg.ts';
import type { SipTarget } from './connect.ts';
import { orderServices, type SrvRecord } from './srv-order.ts';
import type { SipUri } from './uri.ts';

const DEFAULT_PORT = 5060;
const DEFAULT_SECURE_PORT = 5061;

/** RFC 3403 §4.1, as SIP uses it (RFC 3263 §4.1). */
export interface NaptrRecord {
  readonly order: number;
  readonly preference: number;
  /** `SIP+D2U`, `SIPS+D2T` … */
  readonly service: string;
  /** The name to ask SRV for. */
  readonly replacement: string;
}

/** The questions RFC 3263 asks of the DNS. A name without an answer gives an empty list. */
export interface Resolver {
  naptr(name: string): Promise<readonly NaptrRecord[]>;
  srv(name: string): Promise<readonly SrvRecord[]>;
  /** IPv4 and IPv6, in the order they are to be tried. */
  addresses(name: string): Promise<readonly string[]>;
}

/** NAPTR services and SRV prefixes of the transports that requests are sent over, in our order of liking. */
const SERVICES: readonly { service: string; prefix: string; transport: SignalingTransport }[] = [
  { service: 'SIPS+D2T', prefix: '_sips._tcp.', transport: 'TLS' },
  { service: 'SIP+D2T', prefix: '_sip._tcp.', transport: 'TCP' },
  { service: 'SIP+D2U', prefix: '_sip._udp.', transport: 'UDP' },
];

/**
 * RFC 3263 §4: the places that a request to `uri` is to be tried at, best first; the next one when one fails
 * (§4.3). Empty if the DNS knows none, and for URIs without a host. `random` gives numbers from 0 up to 1.
 */
export async function locate(
  uri: SipUri,
  resolver: Resolver,
  random: () => number,
): Promise<readonly SipTarget[]> {
  // §4: TARGET is maddr where there is one.
  const host = (uri.parameters.get('maddr') ?? uri.host).replace(/^\[|\]$/g, '');
  if (host === '') return [];
  const isSecure = uri.scheme === 'sips';
  const named = namedTransport(uri, isSecure);
  const transport = named ?? (isSecure ? 'TLS' : 'UDP');
  const port = uri.port ?? defaultPort(transport);
  // §4.1, §4.2: an address or a port leaves nothing to ask NAPTR and SRV.
  if (isIP(host) !== 0) return [{ transport, address: host, port, host }];
  if (uri.port !== null) return resolve(host, port, transport, host, resolver);
  const services = named === null ? await transportsOf(host, isSecure, resolver) : servicesOf(host, named);
  const targets: SipTarget[] = [];
  for (const { name, transport: served } of services) {
    for (const record of orderServices(await resolver.srv(name), random)) {
      targets.push(...(await resolve(record.name, record.port, served, host, resolver)));
    }
  }
  // §4.2: no SRV records, so the name itself must have addresses.
  return targets.length > 0 ? targets : resolve(host, port, transport, host, resolver);
}

interface ServiceName {
  readonly name: string;
  readonly transport: SignalingTransport;
}

/** §4.1: NAPTR in its own order; without it every SRV name that could be. `sips` is content with TLS only. */
async function transportsOf(host: string, isSecure: boolean, resolver: Resolver): Promise<ServiceName[]> {
  const records = [...(await resolver.naptr(host))].sort(
    (left, right) => left.order - right.order || left.preference - right.preference,
  );
  const names: ServiceName[] = [];
  for (const { service, replacement } of records) {
    const known = SERVICES.find((candidate) => candidate.service === service.toUpperCase());
    if (known === undefined || (isSecure && known.transport !== 'TLS')) continue;
    names.push({ name: replacement, transport: known.transport });
  }
  if (names.length > 0) return names;
  return SERVICES.filter(({ transport }) => !isSecure || transport === 'TLS').map(
    ({ prefix, transport }) => ({ name: prefix + host, transport }),
  );
}

function servicesOf(host: string, transport: SignalingTransport): ServiceName[] {
  const service = SERVICES.find((candidate) => candidate.transport === transport);
  return service === undefined ? [] : [{ name: service.prefix + host, transport }];
}

/** The transport parameter; with `sips`, `tcp` means TLS over TCP (RFC 3261 §26.2.2). */
function namedTransport(uri: SipUri, isSecure: boolean): SignalingTransport | null {
  switch (uri.parameters.get('transport')?.toLowerCase()) {
    case 'udp':
      return isSecure ? 'TLS' : 'UDP';
    case 'tcp':
      return isSecure ? 'TLS' : 'TCP';
    case 'tls':
      return 'TLS';
    case 'ws':
      return isSecure ? 'WSS' : 'WS';
    case 'wss':
      return 'WSS';
    default:
      return null;
  }
}

function defaultPort(transport: SignalingTransport): number {
  if (transport === 'TLS') return DEFAULT_SECURE_PORT;
  if (transport === 'WS') return 80;
  return transport === 'WSS' ? 443 : DEFAULT_PORT;
}

/** `host` stays the name of the URI: it is what a certificate must be good for (RFC 5922 §4), not SRV's. */
async function resolve(
  name: string,
  port: number,
  transport: SignalingTransport,
  host: string,
  resolver: Resolver,
): Promise<SipTarget[]> {
  const addresses = isIP(name) === 0 ? await resolver.addresses(name) : [name];
  return addresses.map((address) => ({ transport, address, port, host }));
}
