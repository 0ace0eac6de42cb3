import { expect, it } from 'vitest';
import { deviceOf } from '../../../src/meeting/device.ts';
import { ROOM_RULES } from '../../support/meeting-room.ts';

it.each([
  ['H.323', null, 'room-system'],
  ['SIP', 'TANDBERG/4129 (X8.11)', 'room-system'],
  ['SIP', 'Cisco-CE/9.15.3', 'room-system'],
  ['SIP', 'PolycomRealPresenceGroup500/6.2', 'room-system'],
  ['SIP', 'LifeSize Icon 600', 'room-system'],
  ['SIP', 'baresip v1.0.0 (x86_64/Linux)', 'telephone'],
  ['SIP', null, 'telephone'],
] as const)('%s from %s is a %s', (protocol, userAgent, device) => {
  expect(deviceOf({ protocol, userAgent }, ROOM_RULES.roomSystems)).toBe(device);
});
