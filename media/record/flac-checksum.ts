/** The checksums of a FLAC frame, of its header and of all of it (RFC 9639 §9.1.8, §9.3). */

const TABLE_8 = createTable(0x07, 8);
const TABLE_16 = createTable(0x8005, 16);

export function crc8(bytes: Uint8Array): number {
  let checksum = 0;
  for (const byte of bytes) checksum = TABLE_8[checksum ^ byte] as number;
  return checksum;
}

export function crc16(bytes: Uint8Array): number {
  let checksum = 0;
  for (const byte of bytes) {
    checksum = ((checksum << 8) & 0xffff) ^ (TABLE_16[(checksum >>> 8) ^ byte] as number);
  }
  return checksum;
}

/** For each byte what it makes of a checksum of 0, the highest bit first. */
function createTable(polynomial: number, width: 8 | 16): Uint16Array {
  const highest = 1 << (width - 1);
  return Uint16Array.from({ length: 256 }, (_, byte) => {
    let value = byte << (width - 8);
    for (let bit = 0; bit < 8; bit++) value = (value << 1) ^ ((value & highest) === 0 ? 0 : polynomial);
    return value & (2 * highest - 1);
  });
}
