import type { CallDirection } from '../../metrics/aggregator.ts';
import { CallFailure } from '../../signaling/call-failure.ts';
import type { Route } from './definition.ts';
import { orderRoutes } from './route-order.ts';
import type { VoiceConnector } from './voice-connector.ts';

/** One place where the call may be taken. */
export interface Attempt {
  readonly connector: VoiceConnector;
  /** Null is the simulated telephone network. */
  readonly route: Route | null;
}

/** The places an outbound call is tried at. @throws CallFailure `no-route`. */
export function planOutbound(
  connector: VoiceConnector,
  random: () => number,
  hasNetwork: boolean,
): Attempt[] {
  const { routes } = connector.definition.termination;
  if (routes.length === 0 && hasNetwork) return [{ connector, route: null }];
  return planned('Outbound', [connector], (it) => (it === connector ? routes : []), random);
}

/**
 * The places an inbound call is tried at: the routes of each connector of the number in turn.
 * @throws CallFailure `connector-disabled` or `no-route`.
 */
export function planInbound(connectors: readonly VoiceConnector[], random: () => number): Attempt[] {
  const open = connectors.filter(({ definition }) => !definition.origination.disabled);
  if (connectors.length > 0 && open.length === 0) {
    throw new CallFailure('connector-disabled', 'Origination of the connector is disabled.');
  }
  return planned('Inbound', open, ({ definition }) => definition.origination.routes, random);
}

function planned(
  direction: CallDirection,
  connectors: readonly VoiceConnector[],
  routesOf: (connector: VoiceConnector) => readonly Route[],
  random: () => number,
): Attempt[] {
  const attempts = connectors.flatMap((connector) =>
    orderRoutes(routesOf(connector), random).map((route) => ({ connector, route })),
  );
  if (attempts.length > 0) return attempts;
  const side = direction === 'Outbound' ? 'termination' : 'origination';
  const names = connectors.map(({ id }) => id).join(', ') || 'no connector';
  throw new CallFailure('no-route', `The number leads to ${names}, without a route in ${side}.routes.`);
}

/**
 * The Request-URI a route is called by, as customers see it: with port and transport. Where encryption is
 * required the connection is TLS whatever the route says.
 */
export function targetOf({ connector, route }: Attempt, number: string, direction: CallDirection): string {
  if (route === null) return `sip:${number}@telephone-network.invalid`;
  const isSecure = direction === 'Inbound' && connector.definition.requireEncryption;
  return `sip:${number}@${hostAndTransport(route, isSecure)}`;
}

/** Where a route is asked whether it is there. */
export function pingTargetOf(route: Route, isSecure: boolean): string {
  return `sip:${hostAndTransport(route, isSecure)}`;
}

function hostAndTransport({ host, port, protocol }: Route, isSecure: boolean): string {
  const literal = host.includes(':') ? `[${host}]` : host;
  return `${literal}:${port};transport=${isSecure ? 'TLS' : protocol}`;
}
