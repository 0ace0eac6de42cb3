import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SrtcpReceiver } from '../../../media/srtp/srtcp-receiver.ts';
import { SrtcpSender } from '../../../media/srtp/srtcp-sender.ts';
import { applyTo, masterKey, rtcpPacket, SUITE_NAMES } from './srtp-packets.ts';

function createPair(name = SUITE_NAMES[0]!) {
  const sender = new SrtcpSender(masterKey(name));
  const receiver = new SrtcpReceiver(masterKey(name));
  return {
    sender,
    receiver,
    protect: (packet: Buffer) => applyTo(sender.protect.bind(sender), packet),
    unprotect: (packet: Buffer) => applyTo(receiver.unprotect.bind(receiver), packet),
  };
}

describe.each(SUITE_NAMES)('SRTCP with %s', (name) => {
  it('carries reports of several sources', () => {
    const { protect, unprotect } = createPair(name);
    for (let index = 0; index < 20; index++) {
      const plain = rtcpPacket(1 + (index % 3));
      const sealed = protect(plain)!;
      expect(sealed.length).toBe(plain.length + (name.startsWith('AEAD') ? 20 : 14));
      expect(sealed.subarray(8, 16)).not.toEqual(plain.subarray(8, 16));
      expect(unprotect(sealed)).toEqual(plain);
    }
  });

  it('refuses a report with any bit changed, and leaves it as it came', () => {
    const { protect, unprotect, receiver } = createPair(name);
    const sealed = protect(rtcpPacket())!;
    for (let bit = 8; bit < sealed.length * 8; bit++) {
      const forged = Buffer.from(sealed);
      forged[bit >> 3]! ^= 1 << (bit & 7);
      const untouched = Buffer.from(forged);
      expect(receiver.unprotect(forged, [0], [forged.length], 1)).toBe(0);
      expect(forged).toEqual(untouched);
    }
    expect(receiver.failures.authentication).toBe((sealed.length - 1) * 8);
    expect(unprotect(sealed)).toEqual(rtcpPacket());
  });
});

describe('SRTCP', () => {
  it('takes late reports once', () => {
    const { protect, unprotect, receiver } = createPair();
    const sealed = Array.from({ length: 200 }, () => protect(rtcpPacket())!);
    for (const index of [150, 149, 23]) expect(unprotect(sealed[index]!)).not.toBeNull();
    for (const index of [150, 149, 23, 22]) expect(unprotect(sealed[index]!)).toBeNull();
    expect(receiver.failures.replay).toBe(4);
  });

  it('goes on counting under another key, and changes nothing for the same key', () => {
    const { sender, receiver, protect, unprotect } = createPair();
    const sealed = Array.from({ length: 5 }, () => protect(rtcpPacket())!);
    expect(unprotect(Buffer.from(sealed[0]!))).toEqual(rtcpPacket());
    sender.rekey(masterKey(SUITE_NAMES[0]!));
    receiver.rekey(masterKey(SUITE_NAMES[0]!));
    expect(unprotect(sealed[0]!)).toBeNull();
    sender.rekey(masterKey('AEAD_AES_128_GCM', 3));
    receiver.rekey(masterKey('AEAD_AES_128_GCM', 3));
    const next = protect(rtcpPacket())!;
    expect(next.readUInt32BE(next.length - 4)).toBe(0x8000_0006);
    expect(unprotect(next)).toEqual(rtcpPacket());
  });

  it('stops where the lifetime of the key ends', () => {
    const sender = new SrtcpSender(masterKey('AES_CM_128_HMAC_SHA1_80'), 3);
    const results = [1, 2, 3, 4].map(() => applyTo(sender.protect.bind(sender), rtcpPacket()) !== null);
    expect(results).toEqual([true, true, true, false]);
    expect(sender.failures.expired).toBe(1);
  });

  it('never throws at any bytes, under any suite', () => {
    const receivers = SUITE_NAMES.map((name) => new SrtcpReceiver(masterKey(name)));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.boolean(), (bytes, isVersion2) => {
        if (isVersion2 && bytes.length > 0) bytes[0] = (bytes[0]! & 0x3f) | 0x80;
        for (const receiver of receivers) expect(receiver.unprotect(bytes, [0], [bytes.length], 1)).toBe(0);
      }),
      { numRuns: 500 },
    );
  });
});
