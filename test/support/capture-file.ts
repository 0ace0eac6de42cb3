import { readFileSync } from 'node:fs';

/** One UDP datagram or TCP segment of a capture. */
export interface CapturedPacket {
  readonly atMs: number;
  readonly protocol: 'TCP' | 'UDP';
  readonly source: string;
  readonly destination: string;
  /** TCP only, else 0. */
  readonly sequenceNumber: number;
  readonly payload: Uint8Array;
}

const ENHANCED_PACKET_BLOCK = 6;
const INTERFACE_BLOCK = 1;
const ETHERNET_HEADER_OCTETS = 14;

/** Reads a little-endian pcapng file of Ethernet frames with IPv4, as tshark writes it. */
export function readCapture(path: string): CapturedPacket[] {
  const file = readFileSync(path);
  const packets: CapturedPacket[] = [];
  let ticksPerMs = 1000;
  for (let offset = 0; offset + 12 <= file.length; offset += file.readUInt32LE(offset + 4)) {
    const type = file.readUInt32LE(offset);
    if (type === INTERFACE_BLOCK) {
      const resolution = resolutionOf(file.subarray(offset + 16, offset + file.readUInt32LE(offset + 4) - 4));
      ticksPerMs = 10 ** (resolution - 3);
    }
    if (type !== ENHANCED_PACKET_BLOCK) continue;
    const ticks = file.readUInt32LE(offset + 12) * 2 ** 32 + file.readUInt32LE(offset + 16);
    const frame = file.subarray(offset + 28, offset + 28 + file.readUInt32LE(offset + 20));
    const packet = parseFrame(frame, ticks / ticksPerMs);
    if (packet !== null) packets.push(packet);
  }
  return packets;
}

/** Option 9 (if_tsresol) of the interface: ticks are 10^-n seconds; 6 unless told. */
function resolutionOf(options: Buffer): number {
  for (let offset = 0; offset + 4 <= options.length; ) {
    const length = options.readUInt16LE(offset + 2);
    if (options.readUInt16LE(offset) === 9) return options.readUInt8(offset + 4);
    offset += 4 + Math.ceil(length / 4) * 4;
  }
  return 6;
}

function parseFrame(frame: Buffer, atMs: number): CapturedPacket | null {
  const ip = frame.subarray(ETHERNET_HEADER_OCTETS);
  const protocol = ip[9] === 6 ? 'TCP' : ip[9] === 17 ? 'UDP' : null;
  if (protocol === null || frame.readUInt16BE(12) !== 0x0800) return null;
  const segment = ip.subarray(((ip[0] as number) & 0x0f) * 4, ip.readUInt16BE(2));
  const headerOctets = protocol === 'UDP' ? 8 : ((segment[12] as number) >> 4) * 4;
  return {
    atMs,
    protocol,
    source: `${[...ip.subarray(12, 16)].join('.')}:${segment.readUInt16BE(0)}`,
    destination: `${[...ip.subarray(16, 20)].join('.')}:${segment.readUInt16BE(2)}`,
    sequenceNumber: protocol === 'TCP' ? segment.readUInt32BE(4) : 0,
    payload: segment.subarray(headerOctets),
  };
}

/** Octets of one direction of one TCP connection, as they came. */
export interface TcpPiece {
  readonly atMs: number;
  readonly source: string;
  readonly destination: string;
  readonly octets: Uint8Array;
}

/** What applications read, in capture order: retransmissions are dropped, gaps are not expected on loopback. */
export function tcpPieces(packets: readonly CapturedPacket[]): TcpPiece[] {
  const expected = new Map<string, number>();
  const pieces: TcpPiece[] = [];
  for (const { protocol, source, destination, sequenceNumber, payload, atMs } of packets) {
    if (protocol !== 'TCP' || payload.length === 0) continue;
    const direction = `${source}>${destination}`;
    const next = expected.get(direction) ?? sequenceNumber;
    const seen = (next - sequenceNumber) | 0;
    if (seen < 0) throw new Error(`a gap of ${-seen} octets in ${direction}`);
    if (seen >= payload.length) continue;
    pieces.push({ atMs, source, destination, octets: payload.subarray(seen) });
    expected.set(direction, (sequenceNumber + payload.length) >>> 0);
  }
  return pieces;
}
