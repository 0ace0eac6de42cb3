/** Captures of any link type, byte order and resolution, with packets put together layer by layer. */

export interface RawPacket {
  readonly atUs: number;
  /** From the link layer on. */
  readonly bytes: Buffer;
}

export interface CaptureShape {
  readonly isBigEndian?: boolean;
  /** Else microseconds. */
  readonly isNanoseconds?: boolean;
  readonly linkType?: number;
}

const ETHERNET = 1;
const FRAGMENT_BYTES = 64; // a multiple of 8
const IPV6_FRAGMENT = 44;
export const PROTOCOL_TCP = 6;
export const PROTOCOL_UDP = 17;

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

function words(isBigEndian: boolean, ...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) {
    if (isBigEndian) bytes.writeUInt32BE(value >>> 0, index * 4);
    else bytes.writeUInt32LE(value >>> 0, index * 4);
  }
  return bytes;
}

export function rawPcap(packets: readonly RawPacket[], shape: CaptureShape = {}): Buffer {
  const { isBigEndian = false, isNanoseconds = false, linkType = ETHERNET } = shape;
  const version = isBigEndian ? 0x0002_0004 : 0x0004_0002;
  const magic = isNanoseconds ? 0xa1b2_3c4d : 0xa1b2_c3d4;
  const header = words(isBigEndian, magic, version, 0, 0, 65_535, linkType);
  const records = packets.map(({ atUs, bytes }) => {
    const fraction = Math.round((atUs % 1e6) * (isNanoseconds ? 1000 : 1));
    const lengths = [bytes.length, bytes.length] as const;
    return Buffer.concat([words(isBigEndian, Math.floor(atUs / 1e6), fraction, ...lengths), bytes]);
  });
  return Buffer.concat([header, ...records]);
}

export function rawPcapng(packets: readonly RawPacket[], shape: CaptureShape = {}): Buffer {
  const { isBigEndian = false, isNanoseconds = false, linkType = ETHERNET } = shape;
  const block = (type: number, body: Buffer): Buffer => {
    const padded = Buffer.concat([body, Buffer.alloc(-body.length & 3)]);
    const length = padded.length + 12;
    return Buffer.concat([words(isBigEndian, type, length), padded, words(isBigEndian, length)]);
  };
  const version = isBigEndian ? 0x0001_0000 : 0x0000_0001;
  const section = block(0x0a0d_0d0a, words(isBigEndian, 0x1a2b_3c4d, version, 0xffff_ffff, 0xffff_ffff));
  const link = isBigEndian ? (linkType << 16) >>> 0 : linkType;
  // if_tsresol, option 9 of one byte: 10^-9 s.
  const option = isBigEndian ? [0x0009_0001, 0x0900_0000] : [0x0001_0009, 0x0000_0009];
  const description = block(1, words(isBigEndian, link, 65_535, ...(isNanoseconds ? [...option, 0] : [])));
  const records = packets.map(({ atUs, bytes }) => {
    const ticks = BigInt(Math.round(atUs * (isNanoseconds ? 1000 : 1)));
    const time = [Number(ticks >> 32n), Number(ticks & 0xffff_ffffn)] as const;
    return block(6, Buffer.concat([words(isBigEndian, 0, ...time, bytes.length, bytes.length), bytes]));
  });
  return Buffer.concat([section, description, ...records]);
}

export function udp(sourcePort: number, destinationPort: number, payload: Uint8Array): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt16BE(sourcePort, 0);
  header.writeUInt16BE(destinationPort, 2);
  header.writeUInt16BE(8 + payload.length, 4);
  return Buffer.concat([header, payload]);
}

export function tcp(
  sourcePort: number,
  destinationPort: number,
  sequenceNumber: number,
  payload: Uint8Array,
): Buffer {
  const header = Buffer.alloc(20);
  header.writeUInt16BE(sourcePort, 0);
  header.writeUInt16BE(destinationPort, 2);
  header.writeUInt32BE(sequenceNumber >>> 0, 4);
  header[12] = 0x50;
  header[13] = 0x18; // PSH, ACK
  header.writeUInt16BE(65_535, 14);
  return Buffer.concat([header, payload]);
}

/** From 10.0.0.1 to 10.0.0.2. */
export function ipv4(protocol: number, payload: Uint8Array, fragment = 0, identification = 1): Buffer {
  const header = hex('45000000 00000000 40000000 0a000001 0a000002');
  header.writeUInt16BE(header.length + payload.length, 2);
  header.writeUInt16BE(identification, 4);
  header.writeUInt16BE(fragment, 6);
  header[9] = protocol;
  return Buffer.concat([header, payload]);
}

/** Two or more packets that carry one; the last one first, as some senders do. */
export function ipv4Fragments(protocol: number, payload: Buffer, identification: number): Buffer[] {
  const pieces = Math.ceil(payload.length / FRAGMENT_BYTES);
  return Array.from({ length: pieces }, (_, index) => {
    const at = (pieces - 1 - index) * FRAGMENT_BYTES;
    const more = at + FRAGMENT_BYTES < payload.length ? 0x2000 : 0;
    return ipv4(protocol, payload.subarray(at, at + FRAGMENT_BYTES), more | (at / 8), identification);
  });
}

/** From 2001:db8::1 to 2001:db8::2. */
export function ipv6(next: number, payload: Uint8Array): Buffer {
  const header = hex('60000000 00000040 20010db8000000000000000000000001 20010db8000000000000000000000002');
  header.writeUInt16BE(payload.length, 4);
  header[6] = next;
  return Buffer.concat([header, payload]);
}

/** The same behind a hop-by-hop and a destination extension. */
export function ipv6WithExtensions(next: number, payload: Uint8Array): Buffer {
  const hopByHop = hex('3c00 010400000000');
  const destination = Buffer.from([next, 0, 1, 4, 0, 0, 0, 0]);
  return ipv6(0, Buffer.concat([hopByHop, destination, payload]));
}

/** Two or more packets that carry one, in their order (RFC 8200 §4.5). */
export function ipv6Fragments(next: number, payload: Buffer, identification: number): Buffer[] {
  const pieces = Math.ceil(payload.length / FRAGMENT_BYTES);
  return Array.from({ length: pieces }, (_, index) => {
    const at = index * FRAGMENT_BYTES;
    const header = Buffer.alloc(8);
    header[0] = next;
    header.writeUInt16BE(at | Number(at + FRAGMENT_BYTES < payload.length), 2);
    header.writeUInt32BE(identification, 4);
    return ipv6(IPV6_FRAGMENT, Buffer.concat([header, payload.subarray(at, at + FRAGMENT_BYTES)]));
  });
}

/** What lies before IP, by link type. */
export const LINK_HEADERS = {
  ethernet: {
    linkType: 1,
    ipv4: hex('020000000001 020000000002 0800'),
    ipv6: hex('020000000001 020000000002 86dd'),
  },
  vlan: {
    linkType: 1,
    ipv4: hex('020000000001 020000000002 8100 0064 0800'),
    ipv6: hex('020000000001 020000000002 8100 0064 86dd'),
  },
  qinq: {
    linkType: 1,
    ipv4: hex('020000000001 020000000002 88a8 0064 8100 0065 0800'),
    ipv6: hex('020000000001 020000000002 88a8 0064 8100 0065 86dd'),
  },
  linuxCooked: {
    linkType: 113,
    ipv4: hex('0000 0001 0006 020000000001 0000 0800'),
    ipv6: hex('0000 0001 0006 020000000001 0000 86dd'),
  },
  linuxCooked2: {
    linkType: 276,
    ipv4: hex('0800 0000 00000001 0001 00 06 0200000000010000'),
    ipv6: hex('86dd 0000 00000001 0001 00 06 0200000000010000'),
  },
  raw: { linkType: 101, ipv4: Buffer.alloc(0), ipv6: Buffer.alloc(0) },
  loopback: { linkType: 0, ipv4: hex('02000000'), ipv6: hex('1e000000') },
} as const;

export type LinkName = keyof typeof LINK_HEADERS;
