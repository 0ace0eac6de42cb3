import { formatKeyPath, type KeyPath } from './key-path.ts';
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

interface Listener {
  readonly path: KeyPath;
  readonly protocol: 'UDP' | 'TCP';
  readonly address: string;
  readonly port: number | null;
}

function takenTwice(config: Config): Inconsistency[] {
  const listeners = listenersOf(config);
  return listeners.flatMap((listener, index) => {
    const earlier = listeners.slice(0, index).find((other) => isSamePort(listener, other));
    if (earlier === undefined) return [];
    const { path, protocol } = listener;
    return [{ path, allowed: `a ${protocol} port of its own; ${formatKeyPath(earlier.path)} has the same` }];
  });
}

function listenersOf({ sip, h323, http, voiceConnectors }: Config): Listener[] {
  const { address } = sip;
  const connectors = voiceConnectors.flatMap(({ port }, index) =>
    (['UDP', 'TCP'] as const).map((protocol) => ({
      path: ['voiceConnectors', index, 'port'],
      protocol,
      address,
      port,
    })),
  );
  return [
    { path: ['sip', 'udpPort'], protocol: 'UDP', address, port: sip.udpPort },
    { path: ['sip', 'tcpPort'], protocol: 'TCP', address, port: sip.tcpPort },
    { path: ['sip', 'tlsPort'], protocol: 'TCP', address, port: sip.tlsPort },
    { path: ['sip', 'webSocketPort'], protocol: 'TCP', address, port: sip.webSocketPort },
    { path: ['h323', 'port'], protocol: 'TCP', address, port: h323.enabled ? h323.port : null },
    { path: ['http', 'port'], protocol: 'TCP', address: http.address, port: http.port },
    ...connectors,
  ];
}

function isSamePort(one: Listener, other: Listener): boolean {
  if (one.port === null || one.port === 0 || one.port !== other.port) return false;
  if (one.protocol !== other.protocol) return false;
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
