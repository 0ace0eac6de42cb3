/**
 * SDES: who a source is (RFC 3550 §6.5). Each chunk is padded with zeros to a whole word, at least one, which
 * ends its list.
 *
 *     0                   1                   2                   3
 *     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *    |V=2|P|    SC   |  PT=SDES=202  |             length            |
 *    +=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+
 *    |                          SSRC/CSRC                            |
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *    |   item type   |    length     |  text, UTF-8 ....             |
 *    +=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+
 */
import { COMMON_HEADER_LENGTH, createPacket, SOURCE_DESCRIPTION_TYPE } from './common-header.ts';
import { decodeText, encodeText } from './text.ts';

export const CNAME_ITEM = 1; // RFC 3550 §6.5.1

interface SourceDescriptionItem {
  /** CNAME 1, NAME 2, EMAIL 3, PHONE 4, LOC 5, TOOL 6, NOTE 7, PRIV 8. */
  readonly itemType: number;
  readonly text: string;
}

interface SourceDescriptionChunk {
  readonly source: number;
  readonly items: readonly SourceDescriptionItem[];
}

export interface SourceDescription {
  readonly type: 'source-description';
  readonly chunks: readonly SourceDescriptionChunk[];
}

/** `bytes` is one packet without its padding, `count` its SC; null where a chunk or item does not fit. */
export function parseSourceDescription(bytes: Uint8Array, count: number): SourceDescription | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const chunks: SourceDescriptionChunk[] = [];
  let offset = COMMON_HEADER_LENGTH;
  for (let index = 0; index < count; index++) {
    if (offset + 4 > bytes.length) return null;
    const source = view.getUint32(offset);
    const items: SourceDescriptionItem[] = [];
    const end = parseItems(bytes, offset + 4, items);
    if (end === null) return null;
    chunks.push({ source, items });
    offset = end;
  }
  return { type: 'source-description', chunks };
}

export function serializeSourceDescription(description: SourceDescription): Uint8Array {
  const chunks = description.chunks.map(encodeChunk);
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, COMMON_HEADER_LENGTH);
  const view = createPacket(SOURCE_DESCRIPTION_TYPE, chunks.length, length);
  const bytes = new Uint8Array(view.buffer);
  let offset = COMMON_HEADER_LENGTH;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}

/** @returns where the next chunk begins; null where an item runs past the end. */
function parseItems(bytes: Uint8Array, from: number, into: SourceDescriptionItem[]): number | null {
  let offset = from;
  for (;;) {
    const itemType = bytes[offset];
    if (itemType === undefined) return null;
    if (itemType === 0) return (offset + 4) & ~3;
    const textLength = bytes[offset + 1];
    if (textLength === undefined || offset + 2 + textLength > bytes.length) return null;
    const text = decodeText(bytes.subarray(offset + 2, offset + 2 + textLength));
    into.push({ itemType, text });
    offset += 2 + textLength;
  }
}

function encodeChunk(chunk: SourceDescriptionChunk): Uint8Array {
  const texts = chunk.items.map((item) => encodeText(item.text));
  const itemsLength = texts.reduce((sum, text) => sum + 2 + text.length, 0);
  const bytes = new Uint8Array((4 + itemsLength + 4) & ~3);
  new DataView(bytes.buffer).setUint32(0, chunk.source);
  let offset = 4;
  for (const [index, text] of texts.entries()) {
    bytes[offset] = chunk.items[index]?.itemType ?? 0;
    bytes[offset + 1] = text.length;
    bytes.set(text, offset + 2);
    offset += 2 + text.length;
  }
  return bytes;
}
