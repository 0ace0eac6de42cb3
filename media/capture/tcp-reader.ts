/** From an IP packet to the TCP segment in it, in place: enough to follow text protocols. */
import type { AddressNumbers } from './address-numbers.ts';

const PROTOCOL_TCP = 6;
const IPV4_LENGTH = 20;
const IPV6_LENGTH = 40;
const TCP_LENGTH = 20;

export class TcpReader {
  readonly #addresses: AddressNumbers;
  /** Of the last segment found. */
  source = 0;
  destination = 0;
  /** Source port above, destination port below. */
  ports = 0;
  sequenceNumber = 0;
  isStart = false;
  payloadOffset = 0;
  /** Captured, which a short snapshot length may have cut. */
  payloadLength = 0;

  constructor(addresses: AddressNumbers) {
    this.#addresses = addresses;
  }

  /** @returns whether the IP packet between `offset` and `end` is a whole one with TCP in it */
  read(view: DataView, offset: number, end: number): boolean {
    if (offset < 0 || offset >= end) return false;
    const version = view.getUint8(offset) >>> 4;
    if (version === 4) return this.#readIpv4(view, offset, end);
    return version === 6 && this.#readIpv6(view, offset, end);
  }

  #readIpv4(view: DataView, offset: number, end: number): boolean {
    if (offset + IPV4_LENGTH > end || view.getUint8(offset + 9) !== PROTOCOL_TCP) return false;
    if ((view.getUint16(offset + 6) & 0x3fff) !== 0) return false;
    const totalLength = view.getUint16(offset + 2);
    const packetEnd = totalLength === 0 ? end : Math.min(end, offset + totalLength);
    this.source = view.getInt32(offset + 12);
    this.destination = view.getInt32(offset + 16);
    return this.#readTcp(view, offset + (view.getUint8(offset) & 0x0f) * 4, packetEnd);
  }

  #readIpv6(view: DataView, offset: number, end: number): boolean {
    if (offset + IPV6_LENGTH > end || view.getUint8(offset + 6) !== PROTOCOL_TCP) return false;
    const packetEnd = Math.min(end, offset + IPV6_LENGTH + view.getUint16(offset + 4));
    this.source = this.#addresses.number(view, offset + 8);
    this.destination = this.#addresses.number(view, offset + 24);
    return this.#readTcp(view, offset + IPV6_LENGTH, packetEnd);
  }

  #readTcp(view: DataView, offset: number, end: number): boolean {
    if (offset + TCP_LENGTH > end) return false;
    const headerLength = (view.getUint8(offset + 12) >>> 4) * 4;
    if (headerLength < TCP_LENGTH || offset + headerLength > end) return false;
    this.ports = view.getInt32(offset);
    this.sequenceNumber = view.getUint32(offset + 4);
    this.isStart = (view.getUint8(offset + 13) & 0x02) !== 0;
    this.payloadOffset = offset + headerLength;
    this.payloadLength = end - this.payloadOffset;
    return true;
  }
}
