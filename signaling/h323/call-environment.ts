import type { AudioCapabilities } from '../session-description.ts';
import type { Clock } from './clock.ts';
import type { EndpointType } from './h225-types.ts';
import type { GatekeeperClient } from './ras/gatekeeper-client.ts';
import type { TcpPortRange } from './tcp-port-range.ts';
import type { ConnectionLimits } from './tpkt-connection.ts';

/** What a call needs of a gatekeeper. */
export type CallGatekeeper = Pick<GatekeeperClient, 'admit' | 'release'>;

/** What every call of an endpoint shares. */
export interface CallEnvironment {
  readonly clock: Clock;
  readonly capabilities: AudioCapabilities;
  readonly endpoint: EndpointType;
  /** What terminals show of us. */
  readonly displayName: string;
  /** For H.245 over a TCP connection of its own. */
  readonly ports: TcpPortRange;
  readonly limits: ConnectionLimits;
  /** The address a peer reaches us at, by the local address of its connection. */
  advertisedAddressFor(localAddress: string): string;
  /** A number of at least 24 random bits. */
  random(): number;
  /** Who is asked before a call is taken; null: nobody. */
  gatekeeper(): CallGatekeeper | null;
  /** Something a peer sent was dropped. */
  onMalformed(detail: string, remoteAddress: string): void;
}
