import type { CallLeg } from '../../signaling/call-leg.ts';

/** What somebody calls with: a large meeting mutes all but room systems when they join. */
export type Device = 'room-system' | 'telephone';

/**
 * H.323 is spoken by room systems alone; over SIP they are known by their User-Agent.
 * @param roomSystems parts of that header, in lower case
 */
export function deviceOf(
  { protocol, userAgent }: Pick<CallLeg, 'protocol' | 'userAgent'>,
  roomSystems: readonly string[],
): Device {
  const name = userAgent?.toLowerCase() ?? '';
  const isRoomSystem = protocol === 'H.323' || roomSystems.some((part) => name.includes(part));
  return isRoomSystem ? 'room-system' : 'telephone';
}
