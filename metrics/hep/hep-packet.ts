/**
 * HEP3, the Homer Encapsulation Protocol: one message of a call with where and when it was seen, as chunks
 * behind "HEP3" and the length of all (HEP3 Network Protocol Specification, rev. 36):
 *
 *     0                   1                   2                   3
 *     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *    |                        "H" "E" "P" "3"                        |
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *    |  length of all, these 6 too   |      vendor (0: general)      |
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *    |          chunk type           | chunk length, 6 of header too |
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *    :                      contents, by type                        :
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 */
import { isIPv6 } from 'node:net';

export interface HepAddress {
  /** Literal IPv4 or IPv6, without a zone. */
  readonly address: string;
  readonly port: number;
}

/** A SIP message as it was, RTCP as JSON, or a quality report (RFC 6035). */
type HepPayloadType = 'sip' | 'rtcp-json' | 'quality-report';

export interface HepPacket {
  readonly type: HepPayloadType;
  readonly source: HepAddress;
  readonly destination: HepAddress;
  readonly ipProtocol: 'UDP' | 'TCP';
  readonly atMs: number;
  /** Call-ID: what belongs to one call is found by it. */
  readonly correlationId: string;
  readonly payload: Uint8Array;
}

/** Who captured. */
export interface HepAgent {
  readonly captureAgentId: number;
  /** Null where the collector asks for none. */
  readonly password: string | null;
}

const MAGIC = 0x48455033; // "HEP3"
const HEADER_BYTES = 6;
const CHUNK_HEADER_BYTES = 6;
/** Lengths have 16 bits, and UDP carries this much (RFC 768, RFC 791 §3.1). */
export const HEP_BYTES_MAXIMUM = 65_507;

const FAMILIES = { v4: 2, v6: 10 } as const; // AF_INET, AF_INET6 of Linux
const IP_PROTOCOLS = { TCP: 6, UDP: 17 } as const; // IANA protocol numbers
const PAYLOAD_TYPES = { sip: 1, 'rtcp-json': 5, 'quality-report': 35 } as const;

const CHUNK = {
  ipFamily: 0x0001,
  ipProtocol: 0x0002,
  sourceV4: 0x0003,
  destinationV4: 0x0004,
  sourceV6: 0x0005,
  destinationV6: 0x0006,
  sourcePort: 0x0007,
  destinationPort: 0x0008,
  seconds: 0x0009,
  microseconds: 0x000a,
  payloadType: 0x000b,
  captureAgentId: 0x000c,
  authenticationKey: 0x000e,
  payload: 0x000f,
  correlationId: 0x0011,
} as const;

/** Null where it is longer than a datagram can be. */
export function serializeHep(packet: HepPacket, agent: HepAgent): Uint8Array | null {
  const { source, destination, payload } = packet;
  const isVersionSix = isIPv6(source.address) || isIPv6(destination.address);
  const atUs = Math.round(packet.atMs * 1000);
  const chunks: (readonly [type: number, contents: Uint8Array])[] = [
    [CHUNK.ipFamily, unsigned(1, isVersionSix ? FAMILIES.v6 : FAMILIES.v4)],
    [CHUNK.ipProtocol, unsigned(1, IP_PROTOCOLS[packet.ipProtocol])],
    [isVersionSix ? CHUNK.sourceV6 : CHUNK.sourceV4, addressBytes(source.address, isVersionSix)],
    [
      isVersionSix ? CHUNK.destinationV6 : CHUNK.destinationV4,
      addressBytes(destination.address, isVersionSix),
    ],
    [CHUNK.sourcePort, unsigned(2, source.port)],
    [CHUNK.destinationPort, unsigned(2, destination.port)],
    [CHUNK.seconds, unsigned(4, Math.floor(atUs / 1e6))],
    [CHUNK.microseconds, unsigned(4, atUs % 1e6)],
    [CHUNK.payloadType, unsigned(1, PAYLOAD_TYPES[packet.type])],
    [CHUNK.captureAgentId, unsigned(4, agent.captureAgentId)],
  ];
  if (agent.password !== null) chunks.push([CHUNK.authenticationKey, Buffer.from(agent.password)]);
  if (packet.correlationId !== '') chunks.push([CHUNK.correlationId, Buffer.from(packet.correlationId)]);
  chunks.push([CHUNK.payload, payload]);
  return join(chunks);
}

function join(chunks: readonly (readonly [type: number, contents: Uint8Array])[]): Uint8Array | null {
  const length = chunks.reduce(
    (sum, [, contents]) => sum + CHUNK_HEADER_BYTES + contents.length,
    HEADER_BYTES,
  );
  if (length > HEP_BYTES_MAXIMUM) return null;
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC);
  view.setUint16(4, length);
  let offset = HEADER_BYTES;
  for (const [type, contents] of chunks) {
    // The vendor before the type is 0 already.
    view.setUint16(offset + 2, type);
    view.setUint16(offset + 4, CHUNK_HEADER_BYTES + contents.length);
    bytes.set(contents, offset + CHUNK_HEADER_BYTES);
    offset += CHUNK_HEADER_BYTES + contents.length;
  }
  return bytes;
}

function unsigned(length: 1 | 2 | 4, value: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(length));
  if (length === 1) view.setUint8(0, value);
  else if (length === 2) view.setUint16(0, value);
  else view.setUint32(0, value);
  return new Uint8Array(view.buffer);
}

/** An IPv4 address beside an IPv6 one is written mapped (RFC 4291 §2.5.5.2). */
function addressBytes(address: string, isVersionSix: boolean): Uint8Array {
  if (!isVersionSix) return Uint8Array.from(address.split('.').map(Number));
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  for (const [index, group] of groupsOf(isIPv6(address) ? address : `::ffff:${address}`).entries()) {
    view.setUint16(index * 2, group);
  }
  return bytes;
}

/** The eight groups of a literal IPv6 address (RFC 4291 §2.2). */
function groupsOf(address: string): number[] {
  const hexadecimal = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) => {
    const [high, low] = [Number(a) * 256 + Number(b), Number(c) * 256 + Number(d)];
    return `${high.toString(16)}:${low.toString(16)}`;
  });
  const [head = '', tail] = hexadecimal.split('::');
  const before = readGroups(head);
  const after = tail === undefined ? [] : readGroups(tail);
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => 0);
  return [...before, ...zeros, ...after];
}

function readGroups(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}
