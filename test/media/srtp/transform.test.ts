import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CounterModeLayout } from '../../../media/srtp/counter-mode.ts';
import { GaloisCounterModeRtcp, GaloisCounterModeRtp } from '../../../media/srtp/galois-counter-mode.ts';
import { GaloisStreamRtp } from '../../../media/srtp/galois-stream.ts';
import { createBlockCipher, Keystream } from '../../../media/srtp/keystream.ts';
import { createPacketMemory } from '../../../media/srtp/packet-memory.ts';
import { SrtpStream } from '../../../media/srtp/srtp-stream.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

describe('keystream', () => {
  const cipher = createBlockCipher(hex('2b7e151628aed2a6abf7158809cf4f3c'));
  const salt = hex('f0f1f2f3f4f5f6f7f8f9fafbfcfd');

  it('is the one of RFC 3711 B.2, to its last block', () => {
    const bytes = Buffer.alloc(0xff02 * 16);
    const { view } = createPacketMemory(bytes);
    new Keystream(cipher, new CounterModeLayout(salt, 0)).apply(view, 0, bytes.length, 0, 0);
    const block = (index: number) => bytes.subarray(index * 16, index * 16 + 16).toString('hex');
    expect(block(0)).toBe('e03ead0935c95e80e166b16dd92b4eb4');
    expect(block(1)).toBe('d23513162b02d0f72a43a2fe4a5f97ab');
    expect(block(2)).toBe('41e95b3bb0a2e8dd477901e4fca894c0');
    expect(block(0xfeff)).toBe('ec8cdf7398607cb0f2d21675ea9ea1e4');
    expect(block(0xff00)).toBe('362b7c3c6773516318a077d7fc5073ae');
    expect(block(0xff01)).toBe('6a2cc3787889374fbeb4c81b17ba6c44');
  });

  it('is the same made ahead and made alone, in order or not', () => {
    const layout = new CounterModeLayout(salt, 0xdead_beef);
    const ahead = new Keystream(cipher, layout);
    const places = [0, 1, 5, 3, 40, 41, 65_535].map((sequence) => ({ sequence, counter: 1 }));
    for (const { sequence, counter } of [
      ...places,
      { sequence: 0, counter: 2 },
      { sequence: 0, counter: 1 },
    ]) {
      for (const length of [160, 7, 300]) {
        const one = createPacketMemory(new Uint8Array(length));
        const other = createPacketMemory(new Uint8Array(length));
        ahead.apply(one.view, 0, length, counter, sequence);
        new Keystream(cipher, layout, 1).apply(other.view, 0, length, counter, sequence);
        expect(one.bytes).toEqual(other.bytes);
      }
    }
  });
});

describe('AES-GCM', () => {
  const salt = hex('517569642070726f2071756f');
  const key = (length: number) => Buffer.from(Array.from({ length }, (_, index) => index));
  const keys = (length: number) => ({ encryptionKey: key(length), authenticationKey: Buffer.alloc(0), salt });
  const rtpHeader = '8040f17b 8041f8d3 5501a0b2';
  const rtpPayload = Buffer.from('Gallia est omnis divisa in partes tres').toString('hex');

  const implementations = [
    ['keystream made ahead', (length: number) => GaloisStreamRtp.create(keys(length))],
    ['a cipher a packet', (length: number) => new GaloisCounterModeRtp(keys(length))],
  ] as const;
  // RFC 7714 §16.1.1 and §16.2.1
  const vectors = [
    [
      16,
      'f24de3a3 fb34de6c acba861c 9d7e4bca be633bd5 0d294e6f 42a5f47a 51c7d19b 36de3adf 8833 899d7f27 beb16a91 52cf765e e4390cce',
    ],
    [
      32,
      '32b1de78 a822fe12 ef9f78fa 332e33aa b1801238 9a58e2f3 b50b2a02 76ffae0f 1ba63799 b87b 7aa3db36 dfffd6b0 f9bb7878 d7a76c13',
    ],
  ] as const;

  it.each(
    implementations.flatMap(([name, create]) =>
      vectors.map(([keyLength, sealed]) => [name, keyLength, sealed, create] as const),
    ),
  )('of %s protects the RTP packet of RFC 7714 with a key of %i bytes', (_, keyLength, sealed, create) => {
    const transform = create(keyLength);
    if (transform === null) throw new Error('ghash.wasm was not built: npm run prepare');
    const stream = new SrtpStream(0x5501_a0b2);
    const memory = createPacketMemory(Buffer.concat([hex(rtpHeader), hex(rtpPayload), Buffer.alloc(16)]));
    const end = transform.protectRtp(memory, 0, 12, 50, stream, 0, 0xf17b);
    expect(end).toBe(66);
    expect(Buffer.from(memory.bytes)).toEqual(hex(rtpHeader + sealed));
    expect(transform.unprotectRtp(memory, 0, 12, end, stream, 0, 0xf17b)).toBe(50);
    expect(Buffer.from(memory.bytes.subarray(12, 50)).toString()).toBe(
      'Gallia est omnis divisa in partes tres',
    );
  });

  it('is the same of both, whatever the packet, and refuses what was changed', () => {
    const [ahead, single] = implementations.map(([, create]) => create(16)!);
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 1500 }),
        fc.integer({ min: 3, max: 20 }),
        fc.integer({ min: 0, max: 0xffff_ffff }),
        fc.integer({ min: 0, max: 0xffff }),
        fc.integer({ min: 0, max: 0xffff_ffff }),
        fc.nat(),
        (payload, headerWords, rolloverCounter, sequenceNumber, source, place) => {
          const header = Buffer.alloc(headerWords * 4, 0x80);
          const plain = Buffer.concat([Buffer.alloc(3), header, payload, Buffer.alloc(16)]);
          const [from, end] = [3, plain.length - 16];
          const at = from + header.length;
          const index = [rolloverCounter, sequenceNumber] as const;
          const sealed = [ahead!, single!].map((transform) => {
            const memory = createPacketMemory(Buffer.from(plain));
            transform.protectRtp(memory, from, at, end, new SrtpStream(source), ...index);
            return memory;
          });
          expect(sealed[0]!.bytes).toEqual(sealed[1]!.bytes);
          const { bytes } = sealed[0]!;
          const forged = createPacketMemory(Buffer.from(bytes));
          forged.bytes[from + (place % (bytes.length - from))]! ^= 1 << (place & 7);
          const before = Buffer.from(forged.bytes);
          const open = (memory: typeof forged) =>
            ahead!.unprotectRtp(memory, from, at, bytes.length, new SrtpStream(source), ...index);
          expect(open(forged)).toBe(-1);
          expect(forged.bytes).toEqual(before);
          expect(open(sealed[0]!)).toBe(end);
          expect(Buffer.from(bytes.subarray(0, end))).toEqual(plain.subarray(0, end));
        },
      ),
    );
  });

  it('protects the RTCP packet of RFC 7714 §17.1', () => {
    const transform = new GaloisCounterModeRtcp(keys(16));
    const clear = '81c8000d 4d617273';
    const reports =
      '4e545031 4e545032 52545020 0000042a 0000e930 4c756e61 deadbeef deadbeef deadbeef deadbeef deadbeef';
    const sealed =
      '63e94885 dcdab67c a727d766 2f6b7e99 7ff5c0f7 6c06f32d c676a5f1 730d6fda 4ce09b46 86303ded 0bb9275b' +
      'c84aa458 96cf4d2f c5abf872 45d9eade 800005d4';
    const memory = createPacketMemory(Buffer.concat([hex(clear + reports), Buffer.alloc(20)]));
    const end = transform.protectRtcp(memory, 0, 52, 0x4d61_7273, 0x5d4);
    expect(end).toBe(72);
    expect(Buffer.from(memory.bytes)).toEqual(hex(clear + sealed));
    expect(transform.unprotectRtcp(memory, 0, end, 0x4d61_7273, 0x8000_05d4 | 0)).toBe(52);
    expect(Buffer.from(memory.bytes.subarray(0, 52))).toEqual(hex(clear + reports));
  });
});
