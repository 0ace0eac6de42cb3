import type { Config } from '../config/schema.ts';
import type { SignalingTransport } from '../signaling/call-leg.ts';

/** A listener as people know it: by the key that moves it. */
export type ListenerKey =
  | 'sip.udpPort'
  | 'sip.tcpPort'
  | 'sip.tlsPort'
  | 'sip.webSocketPort'
  | 'voiceConnectors.port'
  | 'h323.port'
  | 'http.port';

/** A listener that is open, with the port it really has. */
export interface BoundListener {
  readonly key: ListenerKey;
  /** As bound: `0.0.0.0` and `::` are all addresses. */
  readonly address: string;
  readonly port: number;
}

/** A listener that the configuration asks for. */
export interface PlannedListener extends BoundListener {
  readonly name: string;
  /** What the socket speaks, for firewalls. */
  readonly protocol: 'UDP' | 'TCP';
  /** Command-line flag that moves it; null where only the configuration does. */
  readonly flag: string | null;
}

interface ListenerKind {
  readonly key: ListenerKey;
  readonly name: string;
  readonly protocol: 'UDP' | 'TCP';
  readonly flag: string | null;
}

const SIP_LISTENERS: readonly (ListenerKind & {
  readonly setting: 'udpPort' | 'tcpPort' | 'tlsPort' | 'webSocketPort';
})[] = [
  { key: 'sip.udpPort', setting: 'udpPort', name: 'SIP over UDP', protocol: 'UDP', flag: '--udp-port' },
  { key: 'sip.tcpPort', setting: 'tcpPort', name: 'SIP over TCP', protocol: 'TCP', flag: '--tcp-port' },
  { key: 'sip.tlsPort', setting: 'tlsPort', name: 'SIP over TLS', protocol: 'TCP', flag: '--tls-port' },
  {
    key: 'sip.webSocketPort',
    setting: 'webSocketPort',
    name: 'SIP over WebSocket',
    protocol: 'TCP',
    flag: '--websocket-port',
  },
];

const H323_LISTENER: ListenerKind = { key: 'h323.port', name: 'H.323', protocol: 'TCP', flag: '--h323-port' };
const HTTP_LISTENER: ListenerKind = { key: 'http.port', name: 'HTTP', protocol: 'TCP', flag: '--http-port' };

const CONNECTOR_LISTENERS: readonly ListenerKind[] = (['UDP', 'TCP'] as const).map((protocol) => ({
  key: 'voiceConnectors.port',
  name: 'Voice Connector',
  protocol,
  flag: null,
}));

/** The listeners that are switched on; port 0 asks for any free one. */
export function plannedListeners({ sip, h323, http, voiceConnectors }: Config): readonly PlannedListener[] {
  return [
    ...SIP_LISTENERS.flatMap(({ setting, ...kind }) => plan(kind, sip.address, sip[setting])),
    ...voiceConnectors.flatMap(({ port }) =>
      CONNECTOR_LISTENERS.flatMap((kind) => plan(kind, sip.address, port)),
    ),
    ...plan(H323_LISTENER, sip.address, h323Port(h323)),
    ...plan(HTTP_LISTENER, http.address, http.port),
  ];
}

/** Null where H.323 is switched off. */
export function h323Port({ enabled, port }: Config['h323']): number | null {
  return enabled ? port : null;
}

function plan(kind: ListenerKind, address: string, port: number | null): PlannedListener[] {
  return port === null ? [] : [{ ...kind, address, port }];
}

/** `SIP over TLS`, for people. */
export function listenerName(key: ListenerKey): string {
  return (
    [...SIP_LISTENERS, ...CONNECTOR_LISTENERS, H323_LISTENER, HTTP_LISTENER].find((kind) => kind.key === key)
      ?.name ?? key
  );
}

/** The key that a listener of SIP is configured by. */
export const SIP_LISTENER_KEYS: Readonly<Record<SignalingTransport, ListenerKey>> = {
  UDP: 'sip.udpPort',
  TCP: 'sip.tcpPort',
  TLS: 'sip.tlsPort',
  WS: 'sip.webSocketPort',
  WSS: 'sip.webSocketPort',
};
