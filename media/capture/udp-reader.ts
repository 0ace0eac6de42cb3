/** From an IP packet to the UDP datagram in it, in place; only fragments are copied. */
import { AddressNumbers } from './address-numbers.ts';
import { IpFragments } from './ip-fragments.ts';

const PROTOCOL_UDP = 17;
const IPV4_LENGTH = 20;
const IPV6_LENGTH = 40;
const UDP_LENGTH = 8;
const FRAGMENT_MASK = 0x3fff; // more fragments, or an offset
const EXTENSION_FRAGMENT = 44; // RFC 8200 §4.5
/** Hop-by-hop, routing, destination options, mobility, HIP, Shim6: all give their length in the same way. */
const EXTENSIONS: readonly number[] = [0, 43, 60, 135, 139, 140];
const EXTENSION_AUTHENTICATION = 51; // RFC 4302, counted in words

export class UdpReader {
  /** Of the last datagram found; the payload is in `view`, which may be another than that of the capture. */
  view: DataView = new DataView(new ArrayBuffer(0));
  payloadOffset = 0;
  /** Captured, which a short snapshot length may have cut. */
  payloadLength = 0;
  /** As `payloadLength` says it would be in full, by the UDP header. */
  sentLength = 0;
  source = 0;
  destination = 0;
  /** Source port above, destination port below. */
  ports = 0;
  readonly addresses = new AddressNumbers();
  readonly #fragments = new IpFragments();

  /** @returns whether the IP packet between `offset` and `end` holds UDP, or completes it */
  read(view: DataView, offset: number, end: number): boolean {
    if (offset < 0 || offset >= end) return false;
    const version = view.getUint8(offset) >>> 4;
    if (version === 4) return this.#readIpv4(view, offset, end);
    return version === 6 && this.#readIpv6(view, offset, end);
  }

  #readIpv4(view: DataView, offset: number, end: number): boolean {
    if (offset + IPV4_LENGTH > end || view.getUint8(offset + 9) !== PROTOCOL_UDP) return false;
    const headerLength = (view.getUint8(offset) & 0x0f) * 4;
    const totalLength = view.getUint16(offset + 2);
    // A length of zero is left to the network card to fill in (segmentation offload): all that was captured.
    const packetEnd = totalLength === 0 ? end : Math.min(end, offset + totalLength);
    const payload = offset + headerLength;
    if (headerLength < IPV4_LENGTH || payload > packetEnd) return false;
    this.source = view.getInt32(offset + 12);
    this.destination = view.getInt32(offset + 16);
    const fragment = view.getUint16(offset + 6);
    if ((fragment & FRAGMENT_MASK) === 0) return this.#readUdp(view, payload, packetEnd);
    const key = `${this.source},${this.destination},${view.getUint16(offset + 4)}`;
    return this.#readFragment(
      key,
      view,
      payload,
      packetEnd,
      (fragment & 0x1fff) * 8,
      (fragment & 0x2000) === 0,
    );
  }

  #readIpv6(view: DataView, offset: number, end: number): boolean {
    if (offset + IPV6_LENGTH > end) return false;
    const packetEnd = Math.min(end, offset + IPV6_LENGTH + view.getUint16(offset + 4));
    let next = view.getUint8(offset + 6);
    let at = offset + IPV6_LENGTH;
    while (next !== PROTOCOL_UDP) {
      if (at + 8 > packetEnd) return false;
      if (next === EXTENSION_FRAGMENT) return this.#readIpv6Fragment(view, offset, at, packetEnd);
      const units = view.getUint8(at + 1);
      const isAuthentication = next === EXTENSION_AUTHENTICATION;
      if (!isAuthentication && !EXTENSIONS.includes(next)) return false;
      next = view.getUint8(at);
      at += isAuthentication ? (units + 2) * 4 : (units + 1) * 8;
    }
    this.#numberIpv6(view, offset);
    return this.#readUdp(view, at, packetEnd);
  }

  #readIpv6Fragment(view: DataView, offset: number, at: number, end: number): boolean {
    if (view.getUint8(at) !== PROTOCOL_UDP) return false;
    this.#numberIpv6(view, offset);
    const fragment = view.getUint16(at + 2);
    const key = `${this.source},${this.destination},6,${view.getUint32(at + 4)}`;
    if ((fragment & 0xfff9) === 0) return this.#readUdp(view, at + 8, end);
    return this.#readFragment(key, view, at + 8, end, fragment & 0xfff8, (fragment & 1) === 0);
  }

  #numberIpv6(view: DataView, offset: number): void {
    this.source = this.addresses.number(view, offset + 8);
    this.destination = this.addresses.number(view, offset + 24);
  }

  #readFragment(
    key: string,
    view: DataView,
    offset: number,
    end: number,
    from: number,
    isLast: boolean,
  ): boolean {
    const piece = new Uint8Array(view.buffer, view.byteOffset + offset, end - offset);
    const whole = this.#fragments.add(key, piece, from, isLast);
    return whole !== null && this.#readUdp(new DataView(whole.buffer), 0, whole.length);
  }

  #readUdp(view: DataView, offset: number, end: number): boolean {
    if (offset + UDP_LENGTH > end) return false;
    const length = view.getUint16(offset + 4);
    if (length !== 0 && length < UDP_LENGTH) return false;
    this.view = view;
    this.ports = view.getInt32(offset);
    this.payloadOffset = offset + UDP_LENGTH;
    this.sentLength = (length === 0 ? end - offset : length) - UDP_LENGTH;
    this.payloadLength = Math.min(this.sentLength, end - this.payloadOffset);
    return true;
  }
}
