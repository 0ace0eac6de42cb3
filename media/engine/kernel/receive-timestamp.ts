/**
 * When the kernel received a datagram, from the control messages beside it (cmsg(3), socket(7) SO_TIMESTAMPNS):
 * struct cmsghdr { size_t cmsg_len; int cmsg_level; int cmsg_type; } and then struct timespec, 64 bits each.
 */
import { SO_TIMESTAMPNS, SOL_SOCKET } from './libc.ts';

const HEADER_BYTES = 16;
const TIMESPEC_BYTES = 16;
const ALIGNMENT = 8;
/** Room for one timestamp. */
export const TIMESTAMP_CONTROL_BYTES = HEADER_BYTES + TIMESPEC_BYTES;

/** Microseconds of the system's date since `baseSeconds`; −1 where no timestamp is among the messages. */
export function readTimestampUs(
  words: Int32Array,
  offset: number,
  length: number,
  baseSeconds: number,
): number {
  let at = offset;
  const end = offset + length;
  while (end - at >= HEADER_BYTES) {
    const messageLength = words[at / 4] as number;
    // A length that cannot be would never end.
    if (messageLength < HEADER_BYTES || messageLength > end - at) return -1;
    const isTimestamp = words[at / 4 + 2] === SOL_SOCKET && words[at / 4 + 3] === SO_TIMESTAMPNS;
    if (isTimestamp && messageLength >= HEADER_BYTES + TIMESPEC_BYTES) {
      return readTimespecUs(words, at + HEADER_BYTES, baseSeconds);
    }
    at += Math.ceil(messageLength / ALIGNMENT) * ALIGNMENT;
  }
  return -1;
}

/** struct timespec { long tv_sec; long tv_nsec; } (clock_gettime(2)), in microseconds since `baseSeconds`. */
export function readTimespecUs(words: Int32Array, offset: number, baseSeconds: number): number {
  const low = (words[offset / 4] as number) >>> 0;
  const seconds = low + (words[offset / 4 + 1] as number) * 2 ** 32 - baseSeconds;
  return seconds * 1e6 + (words[offset / 4 + 2] as number) / 1000;
}
