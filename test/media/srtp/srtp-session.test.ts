import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SrtpReceiver } from '../../../media/srtp/srtp-receiver.ts';
import { SrtpSender } from '../../../media/srtp/srtp-sender.ts';
import { applyTo, masterKey, rtpPacket, SUITE_NAMES } from './srtp-packets.ts';

const NAME = 'AES_CM_128_HMAC_SHA1_80';

function createPair(name = SUITE_NAMES[0]!) {
  const sender = new SrtpSender(masterKey(name));
  const receiver = new SrtpReceiver(masterKey(name));
  return {
    sender,
    receiver,
    protect: (packet: Buffer) => applyTo(sender.protect.bind(sender), packet),
    unprotect: (packet: Buffer) => applyTo(receiver.unprotect.bind(receiver), packet),
  };
}

describe.each(SUITE_NAMES)('%s', (name) => {
  it('carries packets of every length, none included', () => {
    const { protect, unprotect } = createPair(name);
    for (const [index, length] of [0, 1, 15, 16, 17, 160, 33, 1400, 0, 20_000].entries()) {
      const plain = rtpPacket(index, 5, length);
      expect(unprotect(protect(plain)!)).toEqual(plain);
    }
  });

  it('carries packets over three rollovers of the sequence number, with losses of up to 20,000', () => {
    const { protect, unprotect, receiver } = createPair(name);
    for (let index = 60_000; index < 4 * 65_536; index += 1 + ((index * 7919) % 20_000)) {
      const plain = rtpPacket(index & 0xffff);
      expect(unprotect(protect(plain)!)).toEqual(plain);
    }
    expect(receiver.failures.authentication).toBe(0);
  });

  it('refuses a packet with any bit changed, and leaves it as it came', () => {
    const { protect, unprotect, receiver } = createPair(name);
    const sealed = protect(rtpPacket(1, 7, 20))!;
    // Bits of version, contributing sources and extension make another packet of it, or none.
    for (let bit = 8; bit < sealed.length * 8; bit++) {
      const forged = Buffer.from(sealed);
      forged[bit >> 3]! ^= 1 << (bit & 7);
      const bytes = Buffer.concat([forged, Buffer.alloc(8)]);
      const lengths = [forged.length];
      expect(receiver.unprotect(bytes, [0], lengths, 1)).toBe(0);
      expect(lengths).toEqual([0]);
      expect(bytes.subarray(0, forged.length)).toEqual(forged);
    }
    expect(receiver.failures.authentication).toBe((sealed.length - 1) * 8);
    expect(unprotect(sealed)).toEqual(rtpPacket(1, 7, 20));
  });

  it('treats a batch of several sources, with a bad packet among them', () => {
    const { sender, receiver } = createPair(name);
    const plain = Array.from({ length: 12 }, (_, index) =>
      rtpPacket(500 + index, 1 + (index % 3), 20 + index),
    );
    const bytes = Buffer.alloc(12 * 100);
    const offsets = plain.map((_, index) => index * 100);
    const lengths = Int32Array.from(plain, (packet) => packet.length);
    for (const [index, packet] of plain.entries()) bytes.set(packet, index * 100);
    expect(sender.protect(bytes, offsets, lengths, 12)).toBe(12);
    bytes[5 * 100 + 15]! ^= 1;
    expect(receiver.unprotect(bytes, offsets, lengths, 12)).toBe(11);
    expect([...lengths]).toEqual(plain.map((packet, index) => (index === 5 ? 0 : packet.length)));
    for (const [index, packet] of plain.entries()) {
      if (index !== 5) expect(bytes.subarray(index * 100, index * 100 + packet.length)).toEqual(packet);
    }
  });
});

describe('replay', () => {
  it('takes late packets within the window once, older ones never', () => {
    const { protect, unprotect, receiver } = createPair();
    const sealed = Array.from({ length: 300 }, (_, index) => protect(rtpPacket((65_400 + index) & 0xffff))!);
    for (const index of [0, 200, 199, 73, 150]) expect(unprotect(sealed[index]!), `${index}`).not.toBeNull();
    for (const index of [0, 200, 199, 73, 150, 72, 1])
      expect(unprotect(sealed[index]!), `${index}`).toBeNull();
    expect(receiver.failures).toEqual({ malformed: 0, replay: 7, authentication: 0, expired: 0, sources: 0 });
    expect(unprotect(sealed[299]!)).not.toBeNull();
    expect(unprotect(sealed[201]!)).not.toBeNull();
    expect(unprotect(sealed[171]!)).toBeNull();
  });

  it('takes each packet of any shuffled, doubled stream exactly once', () => {
    const order = fc.array(fc.nat(199), { minLength: 1, maxLength: 150 });
    fc.assert(
      fc.property(order, fc.integer({ min: 1, max: 0xffff }), (indices, first) => {
        const { protect, unprotect } = createPair();
        const sealed = Array.from(
          { length: 201 },
          (_, index) => protect(rtpPacket((first + index) & 0xffff))!,
        );
        // The very first packet arrives, so that the rollover counter is known.
        expect(unprotect(sealed[0]!)).not.toBeNull();
        const seen = new Set([0]);
        for (const index of indices.map((at) => at + 1)) {
          const isFresh = !seen.has(index) && index > Math.max(...seen) - 128;
          expect(unprotect(sealed[index]!) !== null).toBe(isFresh);
          if (isFresh) seen.add(index);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('will not send one index twice: the keystream would be the same', () => {
    const { sender, protect } = createPair();
    expect(protect(rtpPacket(9))).not.toBeNull();
    expect(protect(rtpPacket(9))).toBeNull();
    expect(sender.failures.replay).toBe(1);
  });
});

describe('beginning', () => {
  it('finds the rollover counter of a source whose first packets, before a rollover, were lost', () => {
    const { protect, unprotect } = createPair();
    for (let sequence = 65_530; sequence < 65_536; sequence++) protect(rtpPacket(sequence));
    const plain = rtpPacket(3);
    expect(unprotect(protect(plain)!)).toEqual(plain);
    const next = rtpPacket(4);
    expect(unprotect(protect(next)!)).toEqual(next);
  });

  it('has room for 256 sources and counts the others', () => {
    const { protect, unprotect, receiver, sender } = createPair();
    const another = createPair();
    for (let source = 1; source <= 256; source++)
      expect(unprotect(protect(rtpPacket(1, source))!)).not.toBeNull();
    expect(protect(rtpPacket(1, 257))).toBeNull();
    expect(sender.failures.sources).toBe(1);
    expect(unprotect(another.protect(rtpPacket(1, 257))!)).toBeNull();
    expect(receiver.failures.sources).toBe(1);
  });
});

describe('rekeying', () => {
  function rekeyed() {
    const pair = createPair();
    for (let sequence = 65_500; sequence < 65_536 + 40; sequence++) {
      expect(pair.unprotect(pair.protect(rtpPacket(sequence & 0xffff))!)).not.toBeNull();
    }
    return pair;
  }

  it('goes on with its rollover counter under another key and suite', () => {
    const { sender, receiver, protect, unprotect } = rekeyed();
    sender.rekey(masterKey('AEAD_AES_256_GCM', 9));
    receiver.rekey(masterKey('AEAD_AES_256_GCM', 9));
    for (let sequence = 40; sequence < 200; sequence++) {
      const plain = rtpPacket(sequence);
      expect(unprotect(protect(plain)!)).toEqual(plain);
    }
    expect(receiver.failures.authentication).toBe(0);
  });

  it('takes packets under the old key until 64 came under the new one', () => {
    const { sender, receiver, protect, unprotect } = rekeyed();
    const onTheWay = [40, 41].map((sequence) => protect(rtpPacket(sequence))!);
    sender.rekey(masterKey(NAME, 9));
    receiver.rekey(masterKey(NAME, 9));
    expect(unprotect(protect(rtpPacket(42))!)).toEqual(rtpPacket(42));
    expect(unprotect(onTheWay[0]!)).toEqual(rtpPacket(40));
    expect(unprotect(onTheWay[0]!)).toBeNull();
    for (let sequence = 43; sequence < 43 + 63; sequence++)
      expect(unprotect(protect(rtpPacket(sequence))!)).not.toBeNull();
    expect(unprotect(onTheWay[1]!)).toBeNull();
  });

  it.each([40, 5, 30_000, 65_000])(
    'understands a sender that begins again, at sequence number %i',
    (first) => {
      const { receiver, unprotect } = rekeyed();
      receiver.rekey(masterKey(NAME, 9));
      const fresh = new SrtpSender(masterKey(NAME, 9));
      for (let sequence = first; sequence < first + 20; sequence++) {
        const plain = rtpPacket(sequence);
        expect(unprotect(applyTo(fresh.protect.bind(fresh), plain)!)).toEqual(plain);
      }
    },
  );
});

describe('a key told again', () => {
  it('changes nothing: what was seen stays seen', () => {
    const { sender, receiver, protect, unprotect } = createPair();
    const sealed = protect(rtpPacket(1))!;
    expect(unprotect(Buffer.from(sealed))).not.toBeNull();
    sender.rekey(masterKey(NAME));
    receiver.rekey(masterKey(NAME));
    expect(unprotect(sealed)).toBeNull();
    expect(protect(rtpPacket(1))).toBeNull();
    expect(unprotect(protect(rtpPacket(2))!)).toEqual(rtpPacket(2));
  });
});

describe('limits', () => {
  it('stops where the lifetime of the key ends, and goes on under another key', () => {
    const sender = new SrtpSender(masterKey(NAME), 2);
    const protect = (sequence: number) => applyTo(sender.protect.bind(sender), rtpPacket(sequence));
    expect([protect(1), protect(2), protect(3)].map((packet) => packet !== null)).toEqual([
      true,
      true,
      false,
    ]);
    expect(sender.failures.expired).toBe(1);
    sender.rekey(masterKey(NAME, 5));
    expect(protect(3)).not.toBeNull();
  });

  it('takes no key of a wrong length', () => {
    const { suite, key, salt } = masterKey('AES_256_CM_HMAC_SHA1_80');
    expect(() => new SrtpSender({ suite, key: key.subarray(1), salt })).toThrow(RangeError);
    expect(() => new SrtpReceiver({ suite, key, salt: salt.subarray(2) })).toThrow(RangeError);
  });

  it.each([
    ['nothing', 0],
    ['eleven bytes', 11],
    ['a header without a tag', 12],
    ['a tag cut short', 21],
  ])('refuses %s as malformed', (_, length) => {
    const { receiver } = createPair();
    expect(receiver.unprotect(rtpPacket(1).subarray(0, 30), [0], [length], 1)).toBe(0);
    expect(receiver.failures.malformed).toBe(1);
  });

  it('refuses to protect where there is no room for the tag, and to go beyond the buffer', () => {
    const { sender, receiver } = createPair();
    expect(sender.protect(rtpPacket(1), [0], [172], 1)).toBe(0);
    expect(sender.protect(Buffer.alloc(100, 0x80), [50], [60], 1)).toBe(0);
    expect(receiver.unprotect(Buffer.alloc(100, 0x80), [-1], [60], 1)).toBe(0);
    expect(sender.failures.malformed).toBe(2);
  });

  it('never throws at any bytes, under any suite', () => {
    const receivers = SUITE_NAMES.map((name) => new SrtpReceiver(masterKey(name)));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), fc.boolean(), (bytes, isVersion2) => {
        if (isVersion2 && bytes.length > 0) bytes[0] = (bytes[0]! & 0x3f) | 0x80;
        for (const receiver of receivers) expect(receiver.unprotect(bytes, [0], [bytes.length], 1)).toBe(0);
      }),
      { numRuns: 500 },
    );
  });
});
