import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findIpPacket } from '../../../media/capture/link-layer.ts';
import { UdpReader } from '../../../media/capture/udp-reader.ts';

const hex = (...parts: string[]): number[] => [...Buffer.from(parts.join('').replaceAll(' ', ''), 'hex')];
const PAYLOAD = hex('8000 0001 0000 0002 0000 0003 aabb');
const UDP = hex('2710 7530 0016 0000', Buffer.from(PAYLOAD).toString('hex'));

function ipv4(payload: readonly number[], fragment = 0, options: readonly number[] = []): number[] {
  const header = hex('45 00 0000 1234 0000 40 11 0000 0a000001 0a000002');
  header[0] = 0x45 + options.length / 4;
  header[3] = 20 + options.length + payload.length;
  header[6] = fragment >> 8;
  header[7] = fragment & 0xff;
  return [...header, ...options, ...payload];
}

const ADDRESSES_6 = '20010db8000000000000000000000001 20010db8000000000000000000000002';
function ipv6(next: number, payload: readonly number[]): number[] {
  const header = hex('6000 0000 0000 00 40', ADDRESSES_6);
  header[5] = payload.length;
  header[6] = next;
  return [...header, ...payload];
}

function read(reader: UdpReader, packet: readonly number[], linkType = 101, prefix = 5) {
  const view = new DataView(Uint8Array.from([...Array(prefix).fill(0xee), ...packet, 0xee, 0xee]).buffer);
  const ip = findIpPacket(view, prefix, packet.length, linkType);
  if (!reader.read(view, ip, prefix + packet.length)) return null;
  const { payloadOffset, payloadLength } = reader;
  return [...new Uint8Array(reader.view.buffer, reader.view.byteOffset + payloadOffset, payloadLength)];
}

const ETHERNET = hex('020000000001 020000000002');
const SLL = hex('0000 0001 0006 020000000001 0000');
const SLL2_REST = hex('0000 00000001 0001 00 06 0200000000010000');

describe('findIpPacket', () => {
  it.each([
    ['Ethernet', 1, [...ETHERNET, ...hex('0800')]],
    ['Ethernet with a VLAN', 1, [...ETHERNET, ...hex('8100 0064 0800')]],
    ['Ethernet with QinQ', 1, [...ETHERNET, ...hex('88a8 0064 8100 0065 0800')]],
    ['Ethernet with the old QinQ', 1, [...ETHERNET, ...hex('9100 0064 8100 0065 0800')]],
    ['Linux cooked', 113, [...SLL, ...hex('0800')]],
    ['Linux cooked with a VLAN', 113, [...SLL, ...hex('8100 0064 0800')]],
    ['Linux cooked 2', 276, [...hex('0800'), ...SLL2_REST]],
    ['Linux cooked 2 with a VLAN', 276, [...hex('8100'), ...SLL2_REST, ...hex('0064 0800')]],
    ['raw IP', 101, []],
    ['raw IPv4', 228, []],
    ['BSD loopback', 0, hex('02000000')],
    ['OpenBSD loopback', 108, hex('00000002')],
  ])('%s', (_, linkType, header) => {
    expect(read(new UdpReader(), [...header, ...ipv4(UDP)], linkType)).toEqual(PAYLOAD);
  });

  it.each([
    ['ARP', 1, [...ETHERNET, ...hex('0806 0001')]],
    ['an Ethernet frame of twelve bytes', 1, ETHERNET],
    ['a VLAN tag without what it hides', 1, [...ETHERNET, ...hex('8100 0064')]],
    ['a link type unheard of', 147, ipv4(UDP)],
    ['Linux cooked 2 cut short', 276, hex('0800 0000')],
    ['loopback cut short', 0, hex('0200')],
  ])('finds nothing in %s', (_, linkType, frame) => {
    expect(read(new UdpReader(), frame, linkType)).toBeNull();
  });
});

describe('UdpReader', () => {
  it('reads addresses and ports', () => {
    const reader = new UdpReader();
    read(reader, ipv4(UDP));
    expect([reader.source, reader.destination, reader.ports]).toEqual([0x0a000001, 0x0a000002, 0x27107530]);
    expect(reader.addresses.format(reader.source)).toBe('10.0.0.1');
  });

  it('steps over IPv4 options, and leaves out what pads the frame', () => {
    expect(read(new UdpReader(), [...ipv4(UDP, 0, [1, 1, 1, 1]), 0, 0, 0])).toEqual(PAYLOAD);
  });

  it('keeps what a short snapshot left, and the length that was sent', () => {
    const reader = new UdpReader();
    expect(read(reader, ipv4(UDP).slice(0, 36))).toEqual(PAYLOAD.slice(0, 8));
    expect(reader.sentLength).toBe(14);
  });

  it('reads IPv6 behind extension headers', () => {
    const hopByHop = hex('3c 00 010400000000');
    const destination = hex('33 01 0000000000000000000000000000');
    const authentication = hex('11 04 0000', '00000001 00000002 000000000000000000000000');
    const reader = new UdpReader();
    expect(read(reader, ipv6(0, [...hopByHop, ...destination, ...authentication, ...UDP]))).toEqual(PAYLOAD);
    expect(reader.addresses.format(reader.source)).toBe('2001:db8::1');
    expect(reader.addresses.format(reader.destination)).toBe('2001:db8::2');
    expect(reader.source).not.toBe(reader.destination);
  });

  it.each([
    ['TCP', ipv4(UDP).with(9, 6)],
    ['an IPv4 header length below its minimum', ipv4(UDP).with(0, 0x44)],
    ['an IPv4 header longer than the packet', ipv4([]).with(0, 0x4f)],
    ['a UDP length below its header', ipv4(UDP).with(25, 7)],
    ['UDP cut short', ipv4(UDP.slice(0, 7))],
    ['another version of IP', ipv4(UDP).with(0, 0x55)],
    ['an IPv6 header cut short', ipv6(17, UDP).slice(0, 39)],
    ['IPv6 without a next header', ipv6(59, UDP)],
    ['an IPv6 extension that runs out', ipv6(60, hex('11 09 000000000000'))],
  ])('finds nothing in %s', (_, packet) => {
    expect(read(new UdpReader(), packet)).toBeNull();
  });

  const MORE = 0x2000;
  it('puts IPv4 fragments together, in any order and with copies', () => {
    const reader = new UdpReader();
    expect(read(reader, ipv4(UDP.slice(16), 2))).toBeNull();
    expect(read(reader, ipv4(UDP.slice(8, 16), MORE | 1))).toBeNull();
    expect(read(reader, ipv4(UDP.slice(8, 16), MORE | 1))).toBeNull();
    expect(read(reader, ipv4(UDP.slice(0, 8), MORE))).toEqual(PAYLOAD);
    expect(read(reader, ipv4(UDP.slice(0, 8), MORE))).toBeNull();
  });

  it('does not complete what overlaps (RFC 5722)', () => {
    const reader = new UdpReader();
    read(reader, ipv4(UDP.slice(0, 16), MORE));
    expect(read(reader, ipv4(UDP.slice(8), 1))).toBeNull();
  });

  it('puts IPv6 fragments together', () => {
    const reader = new UdpReader();
    const fragment = (units: number): number[] =>
      hex('11 00', units.toString(16).padStart(4, '0'), '00000007');
    expect(read(reader, ipv6(44, [...fragment(1), ...UDP.slice(0, 16)]))).toBeNull();
    expect(read(reader, ipv6(44, [...fragment(16), ...UDP.slice(16)]))).toEqual(PAYLOAD);
    expect(read(reader, ipv6(44, [...fragment(0), ...UDP]))).toEqual(PAYLOAD);
  });

  it('never throws, and never points outside the packet', () => {
    const start = fc.constantFrom(
      ipv4(UDP),
      ipv4(UDP.slice(0, 16), MORE),
      ipv6(17, UDP),
      ipv6(0, [...hex('3c 00 010400000000'), ...UDP]),
    );
    const edits = fc.array(fc.tuple(fc.nat(79), fc.nat(255)), { maxLength: 8 });
    const reader = new UdpReader();
    fc.assert(
      fc.property(
        start,
        edits,
        fc.nat(80),
        fc.constantFrom(0, 1, 101, 108, 113, 276),
        (packet, changes, cut, linkType) => {
          const bytes = [...packet];
          for (const [place, value] of changes) bytes[place % bytes.length] = value;
          const kept = bytes.slice(0, cut);
          const payload = read(reader, kept, linkType, 0);
          expect(payload?.length ?? 0).toBeLessThanOrEqual(bytes.length);
        },
      ),
      { numRuns: 5000 },
    );
  });
});
