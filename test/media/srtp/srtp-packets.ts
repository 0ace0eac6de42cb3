import {
  findSrtpSuite,
  SRTP_OVERHEAD_MAXIMUM,
  type SrtpMasterKey,
  type SrtpSuiteName,
} from '../../../media/srtp/srtp-suite.ts';

export const SUITE_NAMES: readonly SrtpSuiteName[] = [
  'AES_CM_128_HMAC_SHA1_80',
  'AES_CM_128_HMAC_SHA1_32',
  'AES_192_CM_HMAC_SHA1_80',
  'AES_192_CM_HMAC_SHA1_32',
  'AES_256_CM_HMAC_SHA1_80',
  'AES_256_CM_HMAC_SHA1_32',
  'AEAD_AES_128_GCM',
  'AEAD_AES_256_GCM',
];

/** A key of bytes that only `seed` decides. */
export function masterKey(name: SrtpSuiteName, seed = 1): SrtpMasterKey {
  const suite = findSrtpSuite(name)!;
  const bytes = (length: number, from: number) =>
    Uint8Array.from({ length }, (_, index) => (index * 29 + from) & 0xff);
  return { suite, key: bytes(suite.keyLength, seed), salt: bytes(suite.saltLength, seed + 100) };
}

/** A PCMU packet of `payloadLength` bytes that are all different from those of other packets. */
export function rtpPacket(sequenceNumber: number, source = 0xcafe_babe, payloadLength = 160): Buffer {
  const packet = Buffer.alloc(12 + payloadLength);
  packet[0] = 0x80;
  packet.writeUInt16BE(sequenceNumber, 2);
  packet.writeUInt32BE(source, 8);
  for (let index = 0; index < payloadLength; index++) packet[12 + index] = sequenceNumber + index * 3;
  return packet;
}

/** A receiver report without blocks. */
export function rtcpPacket(source = 0xcafe_babe): Buffer {
  const packet = Buffer.from([0x80, 201, 0, 1, 0, 0, 0, 0, 0x81, 202, 0, 1, 1, 2, 3, 4]);
  packet.writeUInt32BE(source, 4);
  return packet;
}

/** What `protect` or `unprotect` does to one packet; null where it refuses it. */
export function applyTo(
  treat: (bytes: Uint8Array, offsets: number[], lengths: number[], count: number) => number,
  packet: Uint8Array,
): Buffer | null {
  // Not at the beginning of the buffer, and not on a word.
  const bytes = Buffer.alloc(3 + packet.length + SRTP_OVERHEAD_MAXIMUM);
  bytes.set(packet, 3);
  const lengths = [packet.length];
  const treated = treat(bytes, [3], lengths, 1);
  return treated === 0 ? null : bytes.subarray(3, 3 + (lengths[0] ?? 0));
}
