/**
 * APP: experiments of others, tolerated and passed on (RFC 3550 §6.7).
 *
 *     0                   1                   2                   3
 *     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *    |V=2|P| subtype |   PT=APP=204  |             length            |
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *    |                           SSRC/CSRC                           |
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *    |                          name (ASCII)                         |
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *    |                   application-dependent data ....             |
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 */
import { APPLICATION_DEFINED_TYPE, createPacket } from './common-header.ts';

const CONTENT_OFFSET = 12;

export interface ApplicationDefined {
  readonly type: 'application-defined';
  readonly subtype: number;
  readonly source: number;
  /** Four bytes, one character each. */
  readonly name: string;
  readonly content: Uint8Array;
}

/** `bytes` is one packet without its padding; null where it is too short for its name. */
export function parseApplicationDefined(bytes: Uint8Array, subtype: number): ApplicationDefined | null {
  if (bytes.length < CONTENT_OFFSET) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return {
    type: 'application-defined',
    subtype,
    source: view.getUint32(4),
    name: String.fromCharCode(...bytes.subarray(8, CONTENT_OFFSET)),
    content: bytes.slice(CONTENT_OFFSET),
  };
}

/** `content` must be whole words, `name` four characters below U+0100. */
export function serializeApplicationDefined(packet: ApplicationDefined): Uint8Array {
  const view = createPacket(APPLICATION_DEFINED_TYPE, packet.subtype, CONTENT_OFFSET + packet.content.length);
  view.setUint32(4, packet.source);
  for (let index = 0; index < 4; index++) view.setUint8(8 + index, packet.name.charCodeAt(index));
  const bytes = new Uint8Array(view.buffer);
  bytes.set(packet.content, CONTENT_OFFSET);
  return bytes;
}
