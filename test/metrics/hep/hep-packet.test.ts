import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HEP_BYTES_MAXIMUM, type HepPacket, serializeHep } from '../../../metrics/hep/hep-packet.ts';

const PACKET: HepPacket = {
  type: 'sip',
  source: { address: '192.0.2.1', port: 5060 },
  destination: { address: '192.0.2.2', port: 5061 },
  ipProtocol: 'UDP',
  atMs: 1_700_000_000_123.456,
  correlationId: 'a@b',
  payload: Buffer.from('OPTIONS'),
};
const AGENT = { captureAgentId: 2001, password: null };

/** Chunks by type, as a collector reads them: vendor 0 only, lengths that add up. */
function readChunks(bytes: Uint8Array): Map<number, Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  expect(Buffer.from(bytes.subarray(0, 4)).toString()).toBe('HEP3');
  expect(view.getUint16(4)).toBe(bytes.length);
  const chunks = new Map<number, Uint8Array>();
  let offset = 6;
  while (offset < bytes.length) {
    const length = view.getUint16(offset + 4);
    expect(view.getUint16(offset)).toBe(0);
    expect(length).toBeGreaterThanOrEqual(6);
    chunks.set(view.getUint16(offset + 2), bytes.subarray(offset + 6, offset + length));
    offset += length;
  }
  expect(offset).toBe(bytes.length);
  return chunks;
}

function serialize(packet: Partial<HepPacket>, agent = AGENT): Map<number, Uint8Array> {
  const bytes = serializeHep({ ...PACKET, ...packet }, agent);
  if (bytes === null) throw new Error('too long');
  return readChunks(bytes);
}

describe('a HEP3 packet', () => {
  it('is what the specification lays out, byte for byte', () => {
    const bytes = serializeHep(PACKET, { captureAgentId: 2001, password: 'key' });
    expect(Buffer.from(bytes ?? []).toString('hex')).toBe(
      [
        '48455033007c',
        '00000001000702',
        '00000002000711',
        '00000003000ac0000201',
        '00000004000ac0000202',
        '00000007000813c4',
        '00000008000813c5',
        '00000009000a6553f100',
        '0000000a000a0001e240',
        '0000000b000701',
        '0000000c000a000007d1',
        '0000000e00096b6579',
        '000000110009614062',
        '0000000f000d4f5054494f4e53',
      ].join(''),
    );
  });

  it.each([
    ['sip', 1],
    ['rtcp-json', 5],
    ['quality-report', 35],
  ] as const)('carries %s as protocol type %i', (type, number) => {
    expect(serialize({ type }).get(0x0b)).toEqual(Uint8Array.of(number));
  });

  it.each([
    ['2001:db8::1', '20010db8000000000000000000000001'],
    ['::', '00000000000000000000000000000000'],
    ['fe80::1:2:3:4', 'fe800000000000000001000200030004'],
    ['1:2:3:4:5:6:7:8', '00010002000300040005000600070008'],
    ['::ffff:192.0.2.33', '00000000000000000000ffffc0000221'],
  ])('writes the IPv6 address %s', (address, expected) => {
    const chunks = serialize({ source: { address, port: 1 } });
    expect(Buffer.from(chunks.get(5) ?? []).toString('hex')).toBe(expected);
    // The other end is IPv4, which stands mapped beside it.
    expect(Buffer.from(chunks.get(6) ?? []).toString('hex')).toBe('00000000000000000000ffffc0000202');
    expect(chunks.get(1)).toEqual(Uint8Array.of(10));
    expect(chunks.has(3)).toBe(false);
  });

  it('leaves out what there is not', () => {
    const chunks = serialize({ correlationId: '' });
    expect([chunks.has(0x0e), chunks.has(0x11)]).toEqual([false, false]);
  });

  it('is none where it would be longer than a datagram', () => {
    const length = serializeHep(PACKET, AGENT)?.length ?? 0;
    const room = HEP_BYTES_MAXIMUM - length + PACKET.payload.length;
    expect(serializeHep({ ...PACKET, payload: new Uint8Array(room) }, AGENT)?.length).toBe(HEP_BYTES_MAXIMUM);
    expect(serializeHep({ ...PACKET, payload: new Uint8Array(room + 1) }, AGENT)).toBeNull();
  });

  it('keeps any payload, address and time', () => {
    const packets = fc.record({
      payload: fc.uint8Array({ maxLength: 300 }),
      source: fc.record({ address: fc.oneof(fc.ipV4(), fc.ipV6()), port: fc.nat(65_535) }),
      destination: fc.record({ address: fc.oneof(fc.ipV4(), fc.ipV6()), port: fc.nat(65_535) }),
      atMs: fc.integer({ min: 0, max: 2 ** 32 * 1000 - 1 }),
      correlationId: fc.string({ unit: 'binary' }),
    });
    fc.assert(
      fc.property(packets, (packet) => {
        const chunks = serialize(packet);
        expect(chunks.get(0x0f)).toEqual(packet.payload);
        expect(Buffer.from(chunks.get(0x11) ?? []).toString()).toBe(
          Buffer.from(packet.correlationId).toString(),
        );
        const seconds = Buffer.from(chunks.get(9) ?? []).readUInt32BE();
        const microseconds = Buffer.from(chunks.get(10) ?? []).readUInt32BE();
        expect(seconds * 1000 + microseconds / 1000).toBe(packet.atMs);
        expect(Buffer.from(chunks.get(7) ?? []).readUInt16BE()).toBe(packet.source.port);
      }),
    );
  });
});
