import { isIPv4 } from 'node:net';
import type { Config } from '../../config/schema.ts';
import { h323Port, plannedListeners } from '../listener.ts';

/** A hole that a firewall in front of us must have. */
export interface FirewallRule {
  readonly protocol: 'TCP' | 'UDP';
  readonly firstPort: number;
  readonly lastPort: number;
  readonly purpose: string;
}

/** What must get through to us. Listeners on loopback, and those that take any port, need or have no rule. */
export function firewallRules(config: Config): FirewallRule[] {
  const listeners = plannedListeners(config)
    .filter(({ address, port }) => port !== 0 && !isLoopback(address))
    .map(({ protocol, port, name }) => ({ protocol, firstPort: port, lastPort: port, purpose: name }));
  if (isLoopback(config.sip.address)) return listeners;
  const media = rangeRule('UDP', config.media.portRange, 'media (RTP and RTCP)');
  if (h323Port(config.h323) === null) return [...listeners, media];
  const { portRange } = config.h323;
  const h323 = [rangeRule('TCP', portRange, 'H.323 (H.245)'), rangeRule('UDP', portRange, 'H.323 media')];
  return [...listeners, media, ...h323];
}

function rangeRule(
  protocol: 'TCP' | 'UDP',
  [firstPort, lastPort]: readonly [number, number],
  purpose: string,
): FirewallRule {
  return { protocol, firstPort, lastPort, purpose };
}

function isLoopback(address: string): boolean {
  return address === '::1' || (isIPv4(address) && address.startsWith('127.'));
}
