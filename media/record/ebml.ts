/** Extensible Binary Meta Language (RFC 8794): elements of an ID, a length and content. */

/** RFC 8794 §6.2: all ones in one octet of length, for a master element that ends with the file. */
const UNKNOWN_LENGTH = Uint8Array.of(0xff);
const LONGEST_LENGTH_OCTETS = 8;

/** An element around others, or around its octets. */
export function ebmlElement(id: number, ...content: readonly Uint8Array[]): Uint8Array {
  const length = content.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([ebmlId(id), ebmlLength(length), ...content]);
}

/** The beginning of a master element whose end is not known yet. */
export function openEbmlElement(id: number): Uint8Array {
  return Buffer.concat([ebmlId(id), UNKNOWN_LENGTH]);
}

/** An unsigned integer in as few octets as hold it (RFC 8794 §7.2). */
export function ebmlUnsigned(id: number, value: number): Uint8Array {
  const octets = octetsOf(value);
  return ebmlElement(id, octets.length === 0 ? Uint8Array.of(0) : octets);
}

/** A 64-bit float (RFC 8794 §7.3). */
export function ebmlFloat(id: number, value: number): Uint8Array {
  const octets = Buffer.alloc(8);
  octets.writeDoubleBE(value);
  return ebmlElement(id, octets);
}

export function ebmlText(id: number, text: string): Uint8Array {
  return ebmlElement(id, Buffer.from(text));
}

/** An ID holds its own length marker (RFC 8794 §5): it is written as it stands. */
function ebmlId(id: number): Uint8Array {
  return octetsOf(id);
}

/** RFC 8794 §6: a marker bit tells the octets; all ones would mean unknown. */
function ebmlLength(length: number): Uint8Array {
  let octets = 1;
  while (octets < LONGEST_LENGTH_OCTETS && length >= 2 ** (7 * octets) - 1) octets++;
  const bytes = Buffer.alloc(octets);
  let rest = length;
  for (let index = octets - 1; index >= 0; index--) {
    bytes[index] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  bytes[0] = (bytes[0] as number) | (0x80 >> (octets - 1));
  return bytes;
}

function octetsOf(value: number): Uint8Array {
  const octets: number[] = [];
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return Uint8Array.from(octets);
}
