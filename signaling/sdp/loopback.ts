/** Media loopback (RFC 6849): the other side is sent back what it sends, to measure the way there and back. */
import { findAttribute, type SdpAttribute } from './description.ts';

/** Decoded and encoded again, as an echo test does; the other type returns packets as they came. */
const MEDIA_LOOPBACK = 'rtp-media-loopback';

/** What we say where we are the mirror (RFC 6849 §5.3: the type chosen, and the role that is not the offerer's). */
export const LOOPBACK_MIRROR: readonly SdpAttribute[] = [
  { name: 'loopback', value: MEDIA_LOOPBACK },
  { name: 'loopback-mirror', value: null },
];

/** Whether the offer asks for what it sends to be decoded, encoded and sent back. */
export function asksForMediaLoopback(media: readonly SdpAttribute[]): boolean {
  const types = findAttribute(media, 'loopback')?.value?.trim().split(/\s+/) ?? [];
  return types.includes(MEDIA_LOOPBACK) && findAttribute(media, 'loopback-source') !== undefined;
}
