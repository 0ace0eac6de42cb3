/**
 * STUN (RFC 8489), as much as connectivity checks need: a binding request is read and checked, its answer written.
 *
 *      0                   1                   2                   3
 *     |0 0|  type (14)              |            length             |
 *     |                    magic cookie 0x2112A442                  |
 *     |                    transaction ID (96)                      |
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { isIPv4 } from 'node:net';
import { crc32 } from 'node:zlib';

const HEADER_LENGTH = 20;
const MAGIC_COOKIE = 0x2112_a442;
const BINDING_REQUEST = 0x0001;
const BINDING_SUCCESS = 0x0101;
/** Attribute types (RFC 8489 §18.3, RFC 8445 §16.1). */
const USERNAME = 0x0006;
const MESSAGE_INTEGRITY = 0x0008;
const XOR_MAPPED_ADDRESS = 0x0020;
const USE_CANDIDATE = 0x0025;
const FINGERPRINT = 0x8028;
const INTEGRITY_LENGTH = 20;
const FINGERPRINT_XOR = 0x5354_554e; // RFC 8489 §14.7

export interface BindingRequest {
  readonly transactionId: Uint8Array;
  readonly username: string;
  readonly isNominating: boolean;
}

/** RFC 7983 §7: by its first octet a datagram is STUN, DTLS, or RTP and RTCP. */
export function isStun(firstOctet: number): boolean {
  return firstOctet < 4;
}

/**
 * Reads a binding request whose MESSAGE-INTEGRITY fits the password (RFC 8489 §9.1.3).
 * @returns null for everything else, whatever it is
 */
export function readBindingRequest(bytes: Uint8Array, password: string): BindingRequest | null {
  const packet = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (packet.length < HEADER_LENGTH || packet.readUInt16BE(0) !== BINDING_REQUEST) return null;
  if (packet.readUInt32BE(4) !== MAGIC_COOKIE) return null;
  const end = HEADER_LENGTH + packet.readUInt16BE(2);
  if (end > packet.length) return null;
  let username: string | null = null;
  let isNominating = false;
  for (let at = HEADER_LENGTH; at + 4 <= end; ) {
    const type = packet.readUInt16BE(at);
    const length = packet.readUInt16BE(at + 2);
    const value = packet.subarray(at + 4, at + 4 + length);
    if (at + 4 + length > end) return null;
    if (type === USERNAME) username = value.toString('utf8');
    if (type === USE_CANDIDATE) isNominating = true;
    // RFC 8489 §14.5: what stands behind MESSAGE-INTEGRITY is not covered by it.
    if (type === MESSAGE_INTEGRITY) {
      if (username === null || !isIntact(packet, at, value, password)) return null;
      return { transactionId: packet.subarray(8, HEADER_LENGTH), username, isNominating };
    }
    at += 4 + ((length + 3) & ~3);
  }
  return null;
}

/** The HMAC covers all before it, with the length as if the message ended behind it (RFC 8489 §14.5). */
function isIntact(packet: Buffer, at: number, value: Buffer, password: string): boolean {
  const covered = Buffer.from(packet.subarray(0, at));
  covered.writeUInt16BE(at + 4 + INTEGRITY_LENGTH - HEADER_LENGTH, 2);
  const expected = createHmac('sha1', password).update(covered).digest();
  return value.length === expected.length && timingSafeEqual(value, expected);
}

/** The answer: where the request came from, as we saw it. */
export function writeBindingSuccess(
  { transactionId }: Pick<BindingRequest, 'transactionId'>,
  address: string,
  port: number,
  password: string,
): Uint8Array {
  const mapped = xorMappedAddress(transactionId, address, port);
  const header = Buffer.alloc(HEADER_LENGTH);
  header.writeUInt16BE(BINDING_SUCCESS, 0);
  header.writeUInt32BE(MAGIC_COOKIE, 4);
  header.set(transactionId, 8);
  const body = Buffer.concat([header, attribute(XOR_MAPPED_ADDRESS, mapped)]);
  body.writeUInt16BE(body.length + 4 + INTEGRITY_LENGTH - HEADER_LENGTH, 2);
  const integrity = createHmac('sha1', password).update(body).digest();
  const intact = Buffer.concat([body, attribute(MESSAGE_INTEGRITY, integrity)]);
  intact.writeUInt16BE(intact.length + 8 - HEADER_LENGTH, 2);
  const fingerprint = Buffer.alloc(4);
  fingerprint.writeUInt32BE((crc32(intact) ^ FINGERPRINT_XOR) >>> 0);
  return Buffer.concat([intact, attribute(FINGERPRINT, fingerprint)]);
}

function attribute(type: number, value: Buffer): Buffer {
  const written = Buffer.alloc(4 + ((value.length + 3) & ~3));
  written.writeUInt16BE(type, 0);
  written.writeUInt16BE(value.length, 2);
  written.set(value, 4);
  return written;
}

/** RFC 8489 §14.2. IPv4 in an IPv6 socket's form is told as IPv4, which is what the other side has. */
function xorMappedAddress(transactionId: Uint8Array, address: string, port: number): Buffer {
  const octets = addressOctets(address.startsWith('::ffff:') ? address.slice(7) : address);
  const value = Buffer.alloc(4 + octets.length);
  value[1] = octets.length === 4 ? 1 : 2;
  value.writeUInt16BE(port ^ (MAGIC_COOKIE >>> 16), 2);
  const mask = Buffer.alloc(16);
  mask.writeUInt32BE(MAGIC_COOKIE, 0);
  mask.set(transactionId, 4);
  octets.forEach((octet, index) => {
    value[4 + index] = octet ^ (mask[index] as number);
  });
  return value;
}

function addressOctets(address: string): number[] {
  if (isIPv4(address)) return address.split('.').map(Number);
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? [];
  const words = (text: string): number[] =>
    text === '' ? [] : text.split(':').map((word) => Number.parseInt(word, 16));
  const [before, after] = [words(head), words(tail ?? '')];
  const zeros = new Array<number>(Math.max(0, 8 - before.length - after.length)).fill(0);
  return [...before, ...zeros, ...after].flatMap((word) => [word >> 8, word & 0xff]);
}
