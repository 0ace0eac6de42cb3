/** An address of a socket without zone, and IPv4 as IPv4 where the socket is dual-stack. */
export function plainAddress(address: string | undefined): string {
  const withoutZone = (address ?? '').split('%')[0] ?? '';
  return withoutZone.startsWith('::ffff:') && withoutZone.includes('.') ? withoutZone.slice(7) : withoutZone;
}
