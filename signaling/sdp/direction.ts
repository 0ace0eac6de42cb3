import type { MediaDirection } from '../session-description.ts';
import { findAttribute, type SdpAttribute } from './description.ts';

/** The direction a section states (RFC 8866 §6.7), or null where it states none. */
export function statedDirection(attributes: readonly SdpAttribute[]): MediaDirection | null {
  for (const { name, value } of attributes) {
    if (value === null && isDirection(name)) {
      return name;
    }
  }
  return null;
}

function isDirection(name: string): name is MediaDirection {
  return name === 'sendrecv' || name === 'sendonly' || name === 'recvonly' || name === 'inactive';
}

/** The same stream seen from the other side: what one sends the other receives. */
export function reverseDirection(direction: MediaDirection): MediaDirection {
  return direction === 'sendonly' ? 'recvonly' : direction === 'recvonly' ? 'sendonly' : direction;
}

/** What both allow, each seen from the same side (RFC 3264 §6.1). */
export function intersectDirections(one: MediaDirection, other: MediaDirection): MediaDirection {
  return directionOf(isSending(one) && isSending(other), isReceiving(one) && isReceiving(other));
}

function isSending(direction: MediaDirection): boolean {
  return direction === 'sendrecv' || direction === 'sendonly';
}

function isReceiving(direction: MediaDirection): boolean {
  return direction === 'sendrecv' || direction === 'recvonly';
}

function directionOf(sends: boolean, receives: boolean): MediaDirection {
  if (sends) {
    return receives ? 'sendrecv' : 'sendonly';
  }
  return receives ? 'recvonly' : 'inactive';
}

/** True where the other side asks us to learn its address from its packets: `a=direction:active` (comedia). */
export function isAddressLearned(attributes: readonly SdpAttribute[]): boolean {
  return findAttribute(attributes, 'direction')?.value?.trim().toLowerCase() === 'active';
}
