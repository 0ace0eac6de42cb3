/** Captures made by hand: classic pcap with Ethernet, IPv4 and UDP around each payload. */

export interface UdpFrame {
  readonly atUs: number;
  readonly sourceAddress: number;
  readonly destinationAddress: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly payload: Uint8Array;
}

const ETHERNET_LENGTH = 14;
const IPV4_LENGTH = 20;
const UDP_LENGTH = 8;

/** A whole capture file: little-endian, microseconds, link type Ethernet. */
export function buildPcap(frames: readonly UdpFrame[]): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(65_535, 16);
  header.writeUInt32LE(1, 20);
  return Buffer.concat([header, ...frames.map(buildRecord)]);
}

function words(...values: number[]): Buffer {
  return Buffer.from(new Uint32Array(values).buffer);
}

/** The same as pcapng: little-endian, one interface. */
export function buildPcapng(frames: readonly UdpFrame[]): Buffer {
  const section = words(0x0a0d0d0a, 28, 0x1a2b3c4d, 1, 0xffff_ffff, 0xffff_ffff, 28);
  const description = words(1, 20, 1, 65_535, 20);
  const blocks = frames.map((frame) => {
    const ethernet = buildEthernetFrame(frame);
    const padding = Buffer.alloc(-ethernet.length & 3);
    const length = 32 + ethernet.length + padding.length;
    const time = [Math.floor(frame.atUs / 2 ** 32), frame.atUs % 2 ** 32] as const;
    const header = words(6, length, 0, ...time, ethernet.length, ethernet.length);
    return Buffer.concat([header, ethernet, padding, words(length)]);
  });
  return Buffer.concat([section, description, ...blocks]);
}

/** Without a time, to be put behind others. */
export function buildSimplePacketBlock(frame: UdpFrame): Buffer {
  const ethernet = buildEthernetFrame(frame);
  const padding = Buffer.alloc(-ethernet.length & 3);
  const length = 16 + ethernet.length + padding.length;
  return Buffer.concat([words(3, length, ethernet.length), ethernet, padding, words(length)]);
}

function buildRecord(frame: UdpFrame): Buffer {
  const ethernet = buildEthernetFrame(frame);
  const header = Buffer.alloc(16);
  header.writeUInt32LE(Math.floor(frame.atUs / 1e6), 0);
  header.writeUInt32LE(frame.atUs % 1e6, 4);
  header.writeUInt32LE(ethernet.length, 8);
  header.writeUInt32LE(ethernet.length, 12);
  return Buffer.concat([header, ethernet]);
}

function buildEthernetFrame(frame: UdpFrame): Buffer {
  const bytes = Buffer.alloc(ETHERNET_LENGTH + IPV4_LENGTH + UDP_LENGTH + frame.payload.length);
  bytes.write('020000000001020000000002', 'hex');
  bytes.writeUInt16BE(0x0800, 12);
  bytes.writeUInt8(0x45, 14);
  bytes.writeUInt16BE(bytes.length - ETHERNET_LENGTH, 16);
  bytes.writeUInt8(64, 22);
  bytes.writeUInt8(17, 23);
  bytes.writeUInt32BE(frame.sourceAddress, 26);
  bytes.writeUInt32BE(frame.destinationAddress, 30);
  bytes.writeUInt16BE(frame.sourcePort, 34);
  bytes.writeUInt16BE(frame.destinationPort, 36);
  bytes.writeUInt16BE(UDP_LENGTH + frame.payload.length, 38);
  bytes.set(frame.payload, 42);
  return bytes;
}
