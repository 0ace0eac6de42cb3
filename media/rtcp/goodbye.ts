/**
 * BYE: sources that leave, and perhaps why (RFC 3550 §6.6).
 *
 *     0                   1                   2                   3
 *     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *    |V=2|P|    SC   |   PT=BYE=203  |             length            |
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *    |                           SSRC/CSRC, SC of them ....          |
 *    +=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+
 *    |     length    |  reason for leaving, optional, UTF-8 ....     |
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 */
import { COMMON_HEADER_LENGTH, createPacket, GOODBYE_TYPE } from './common-header.ts';
import { decodeText, encodeText } from './text.ts';

export interface Goodbye {
  readonly type: 'goodbye';
  readonly sources: readonly number[];
  readonly reason: string | null;
}

/** `bytes` is one packet without its padding, `count` its SC; null where sources or reason do not fit. */
export function parseGoodbye(bytes: Uint8Array, count: number): Goodbye | null {
  const reasonOffset = COMMON_HEADER_LENGTH + count * 4;
  if (reasonOffset > bytes.length) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const sources = Array.from({ length: count }, (_, index) =>
    view.getUint32(COMMON_HEADER_LENGTH + index * 4),
  );
  const reasonLength = bytes[reasonOffset];
  if (reasonLength === undefined) return { type: 'goodbye', sources, reason: null };
  const reason = bytes.subarray(reasonOffset + 1, reasonOffset + 1 + reasonLength);
  if (reason.length < reasonLength) return null;
  return { type: 'goodbye', sources, reason: decodeText(reason) };
}

export function serializeGoodbye(goodbye: Goodbye): Uint8Array {
  const reasonOffset = COMMON_HEADER_LENGTH + goodbye.sources.length * 4;
  const reason = goodbye.reason === null ? null : encodeText(goodbye.reason);
  const length = reason === null ? reasonOffset : (reasonOffset + 1 + reason.length + 3) & ~3;
  const view = createPacket(GOODBYE_TYPE, goodbye.sources.length, length);
  for (const [index, source] of goodbye.sources.entries()) {
    view.setUint32(COMMON_HEADER_LENGTH + index * 4, source);
  }
  const bytes = new Uint8Array(view.buffer);
  if (reason !== null) {
    bytes[reasonOffset] = reason.length;
    bytes.set(reason, reasonOffset + 1);
  }
  return bytes;
}
