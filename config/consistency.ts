import type { KeyPath } from './key-path.ts';
import type { Config } from './schema.ts';

/** A value that is fine by itself and wrong beside another one. */
export interface Inconsistency {
  readonly path: KeyPath;
  /** What is allowed, as in the messages of the schema. */
  readonly allowed: string;
}

/** What no single key can tell: keys that contradict each other. */
export function findInconsistencies(config: Config): Inconsistency[] {
  return [
    ...takenTwice(config),
    ...halfCertificate(config),
    ...shortSessions(config),
    ...unknownConnectors(config),
  ];
}

interface TcpListener {
  readonly path: KeyPath;
  readonly name: string;
  readonly address: string;
  readonly port: number | null;
}

function takenTwice({ sip, h323, http }: Config): Inconsistency[] {
  const listeners: TcpListener[] = [
    { path: ['sip', 'tcpPort'], name: 'sip.tcpPort', address: sip.address, port: sip.tcpPort },
    { path: ['sip', 'tlsPort'], name: 'sip.tlsPort', address: sip.address, port: sip.tlsPort },
    {
      path: ['sip', 'webSocketPort'],
      name: 'sip.webSocketPort',
      address: sip.address,
      port: sip.webSocketPort,
    },
    {
      path: ['h323', 'port'],
      name: 'h323.port',
      address: sip.address,
      port: h323.enabled ? h323.port : null,
    },
    { path: ['http', 'port'], name: 'http.port', address: http.address, port: http.port },
  ];
  return listeners.flatMap((listener, index) => {
    const earlier = listeners.slice(0, index).find((other) => isSamePort(listener, other));
    if (earlier === undefined) return [];
    return [{ path: listener.path, allowed: `a TCP port of its own; ${earlier.name} has the same` }];
  });
}

function isSamePort(one: TcpListener, other: TcpListener): boolean {
  if (one.port === null || one.port === 0 || one.port !== other.port) return false;
  const isEverywhere = (address: string) => address === '0.0.0.0' || address === '::';
  return one.address === other.address || isEverywhere(one.address) || isEverywhere(other.address);
}

function halfCertificate({ sip }: Config): Inconsistency[] {
  const { certificate, key } = sip.tls;
  if ((certificate === null) === (key === null)) return [];
  const missing = certificate === null ? 'certificate' : 'key';
  return [
    { path: ['sip', 'tls', missing], allowed: 'a file as well, since certificate and key go together' },
  ];
}

function shortSessions({ sip }: Config): Inconsistency[] {
  if (sip.sessionExpiresSeconds >= sip.minSessionExpiresSeconds) return [];
  const allowed = `at least sip.minSessionExpiresSeconds, which is ${sip.minSessionExpiresSeconds}`;
  return [{ path: ['sip', 'sessionExpiresSeconds'], allowed }];
}

function unknownConnectors({ phoneNumbers, voiceConnectors, voiceConnectorGroups }: Config): Inconsistency[] {
  const connectors = { key: 'voiceConnectors', ids: voiceConnectors.map(({ id }) => id) };
  const groups = { key: 'voiceConnectorGroups', ids: voiceConnectorGroups.map(({ id }) => id) };
  return [
    ...phoneNumbers.flatMap(({ voiceConnectorId, voiceConnectorGroupId }, index) => [
      ...unknownReference(['phoneNumbers', index, 'voiceConnectorId'], voiceConnectorId, connectors),
      ...unknownReference(['phoneNumbers', index, 'voiceConnectorGroupId'], voiceConnectorGroupId, groups),
    ]),
    ...voiceConnectorGroups.flatMap(({ items }, group) =>
      items.flatMap(({ voiceConnectorId }, index) => {
        const path = ['voiceConnectorGroups', group, 'items', index, 'voiceConnectorId'];
        return unknownReference(path, voiceConnectorId, connectors);
      }),
    ),
  ];
}

function unknownReference(
  path: KeyPath,
  id: string | null,
  { key, ids }: { readonly key: string; readonly ids: readonly string[] },
): Inconsistency[] {
  if (id === null || ids.includes(id)) return [];
  return [{ path, allowed: `the id of one of ${key} (${ids.join(', ') || 'there are none'}), or null` }];
}
