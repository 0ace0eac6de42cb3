/** From a captured frame to the IP packet in it, by link type (www.tcpdump.org/linktypes.html). */

const LINK_NULL = 0;
export const LINK_ETHERNET = 1;
const LINK_LOOP = 108;
const LINK_LINUX_COOKED = 113;
const LINK_LINUX_COOKED_2 = 276;
/** Raw IP: two old numbers, the common one, IPv4 only, IPv6 only. */
const LINK_RAW: readonly number[] = [12, 14, 101, 228, 229];

const TYPE_IPV4 = 0x0800;
const TYPE_IPV6 = 0x86dd;
const TYPE_VLAN = 0x8100; // IEEE 802.1Q
const TYPE_PROVIDER_VLAN = 0x88a8; // IEEE 802.1ad, QinQ
const TYPE_OLD_VLAN = 0x9100;
const NO_IP = -1;

/** @returns where the IP header begins; −1 where the frame holds none that is known */
export function findIpPacket(view: DataView, offset: number, length: number, linkType: number): number {
  if (linkType === LINK_ETHERNET) return findBehindType(view, offset + 12, offset + length);
  if (linkType === LINK_LINUX_COOKED) return findBehindType(view, offset + 14, offset + length);
  if (linkType === LINK_LINUX_COOKED_2) return findInCooked2(view, offset, length);
  if (LINK_RAW.includes(linkType)) return offset;
  // The four bytes are an address family, whose number for IPv6 differs by system: the version tells.
  if (linkType === LINK_NULL || linkType === LINK_LOOP) return length >= 4 ? offset + 4 : NO_IP;
  return NO_IP;
}

/** `offset` is where a type field lies, with IP or a VLAN tag behind it. */
function findBehindType(view: DataView, offset: number, end: number): number {
  let at = offset;
  while (at + 2 <= end) {
    const type = view.getUint16(at);
    if (type === TYPE_IPV4 || type === TYPE_IPV6) return at + 2;
    if (type !== TYPE_VLAN && type !== TYPE_PROVIDER_VLAN && type !== TYPE_OLD_VLAN) return NO_IP;
    at += 4;
  }
  return NO_IP;
}

function findInCooked2(view: DataView, offset: number, length: number): number {
  if (length < 20) return NO_IP;
  const type = view.getUint16(offset);
  if (type === TYPE_IPV4 || type === TYPE_IPV6) return offset + 20;
  // A VLAN tag follows the header: its control information, then the type it hides.
  return type === TYPE_VLAN || type === TYPE_PROVIDER_VLAN
    ? findBehindType(view, offset + 22, offset + length)
    : NO_IP;
}
