import { describe, expect, it } from 'vitest';
import type { EncryptionKey, MediaEncryption } from '../../../media/engine/media-leg.ts';
import { serializeCompound } from '../../../media/rtcp/compound.ts';
import { SrtcpReceiver } from '../../../media/srtp/srtcp-receiver.ts';
import { SrtcpSender } from '../../../media/srtp/srtcp-sender.ts';
import { SrtpReceiver } from '../../../media/srtp/srtp-receiver.ts';
import { SrtpSender } from '../../../media/srtp/srtp-sender.ts';
import { findSrtpSuite, type SrtpMasterKey } from '../../../media/srtp/srtp-suite.ts';
import { FakeLeg } from './fake-leg.ts';
import { rtpPacket, tonePayload } from './rtp-caller.ts';

const SUITES = [
  'AES_CM_128_HMAC_SHA1_80',
  'AES_CM_128_HMAC_SHA1_32',
  'AES_256_CM_HMAC_SHA1_80',
  'AEAD_AES_128_GCM',
  'AEAD_AES_256_GCM',
];

function keyOf(suiteName: string, octet: number): EncryptionKey {
  const { keyLength, saltLength } = findSrtpSuite(suiteName)!;
  return {
    masterKey: new Uint8Array(keyLength).fill(octet),
    masterSalt: new Uint8Array(saltLength).fill(octet + 1),
    lifetimePackets: null,
  };
}

function master(suiteName: string, octet: number): SrtpMasterKey {
  const { masterKey, masterSalt } = keyOf(suiteName, octet);
  return { suite: findSrtpSuite(suiteName)!, key: masterKey, salt: masterSalt };
}

function encryption(suite: string, sending = 1, receiving = 2): MediaEncryption {
  return { suite, sending: keyOf(suite, sending), receiving: keyOf(suite, receiving) };
}

function update(leg: FakeLeg, keys: MediaEncryption | null): void {
  leg.update({ security: { encryption: keys } });
}

/** Protects or unprotects one packet. */
function treat(
  run: (bytes: Uint8Array, offsets: number[], lengths: number[], count: number) => number,
  packet: Uint8Array,
): Uint8Array {
  const roomy = new Uint8Array(packet.length + 20);
  roomy.set(packet);
  const lengths = [packet.length];
  run(roomy, [0], lengths, 1);
  return roomy.slice(0, lengths[0]);
}

/** Sends `count` packets of a tone under a key; numbers and timestamps go on from `first`. */
function talk(leg: FakeLeg, sender: SrtpSender, count: number, first = 0): void {
  leg.run(count * 20, (tick) => {
    const sequenceNumber = (first + tick) & 0xffff;
    const timestamp = (first + tick) * 160;
    const packet = rtpPacket({ sequenceNumber, timestamp, payload: tonePayload(440, timestamp, 160) });
    leg.receive(treat(sender.protect.bind(sender), packet));
  });
}

describe.each(SUITES)('a leg under %s', (suite) => {
  it('hears what fits its key, and counts it as if it were plain', () => {
    const leg = new FakeLeg();
    update(leg, encryption(suite));
    talk(leg, new SrtpSender(master(suite, 2)), 50);
    expect(leg.media.loudness).toBeGreaterThan(3000);
    expect(leg.protectionFailures).toEqual([]);
    expect(leg.close()!.received).toMatchObject({ packets: 50, bytes: 50 * 172, lost: 0 });
  });

  it('sends what the other side can read, reports too', () => {
    const leg = new FakeLeg();
    update(leg, encryption(suite));
    leg.run(6000);
    const rtp = new SrtpReceiver(master(suite, 1));
    for (const { bytes } of leg.sentRtp) {
      expect(bytes.length).toBeGreaterThan(172);
      expect(treat(rtp.unprotect.bind(rtp), bytes).subarray(12)).toEqual(new Uint8Array(160).fill(0xff));
    }
    const rtcp = new SrtcpReceiver(master(suite, 1));
    expect(leg.sentRtcp.length).toBeGreaterThan(0);
    for (const { bytes } of leg.sentRtcp) {
      expect(treat(rtcp.unprotect.bind(rtcp), bytes).length).toBeGreaterThan(20);
    }
    expect(leg.close()!.sent).toMatchObject({ packets: 300, bytes: 300 * 172 });
  });

  it('goes on over a rollover of the sequence numbers, and over new keys', () => {
    const leg = new FakeLeg();
    update(leg, encryption(suite));
    const sender = new SrtpSender(master(suite, 2));
    talk(leg, sender, 50, 65_510);
    update(leg, encryption(suite, 1, 3));
    // One packet more under the old key was on its way.
    talk(leg, sender, 1, 65_560);
    sender.rekey(master(suite, 3));
    talk(leg, sender, 50, 65_561);
    expect(leg.close()!.received).toMatchObject({ packets: 101, lost: 0 });
    expect(leg.protectionFailures).toEqual([]);
  });

  it('opens with new keys what came under them before they were told, and forgets that it was refused', () => {
    const leg = new FakeLeg();
    update(leg, encryption(suite));
    const sender = new SrtpSender(master(suite, 2));
    talk(leg, sender, 50);
    sender.rekey(master(suite, 3));
    talk(leg, sender, 3, 50);
    const stranger = new SrtpSender(master(suite, 9));
    talk(leg, stranger, 1, 53);
    update(leg, encryption(suite, 1, 3));
    talk(leg, sender, 46, 54);
    leg.run(1000);
    expect(leg.protectionFailures.at(-1)).toMatchObject({ authentication: 1 });
    expect(leg.close()!.received).toMatchObject({ packets: 99, lost: 1 });
  });

  it('tells what does not fit, once a second, and plays none of it', () => {
    const leg = new FakeLeg();
    update(leg, encryption(suite));
    talk(leg, new SrtpSender(master(suite, 9)), 100);
    expect(leg.media.loudness).toBe(0);
    expect(leg.protectionFailures).toHaveLength(2);
    expect(leg.protectionFailures.at(-1)!.authentication).toBeGreaterThan(50);
    expect(leg.close()!.received).toMatchObject({ packets: 0 });
  });

  it('takes no packet twice, and no stranger for a forger', () => {
    const leg = new FakeLeg();
    update(leg, encryption(suite));
    const sender = new SrtpSender(master(suite, 2));
    const payload = tonePayload(440, 0, 160);
    const packet = treat(
      sender.protect.bind(sender),
      rtpPacket({ sequenceNumber: 1, timestamp: 0, payload }),
    );
    leg.receive(packet, 5000);
    leg.receive(packet);
    leg.receive(packet);
    leg.run(20);
    expect(leg.protectionFailures).toMatchObject([{ replay: 1, authentication: 0 }]);
    expect(leg.recorder.refusals).toMatchObject([{ port: 5000, packets: 1 }]);
    expect(leg.close()!.received).toMatchObject({ packets: 1, duplicates: 0 });
  });

  it('takes reports under its key only', () => {
    const leg = new FakeLeg();
    update(leg, encryption(suite));
    const goodbye = serializeCompound([
      {
        type: 'receiver-report',
        synchronizationSource: 5,
        reportBlocks: [],
        profileExtension: new Uint8Array(0),
      },
    ]);
    const [right, wrong] = [new SrtcpSender(master(suite, 2)), new SrtcpSender(master(suite, 9))];
    leg.receiveControl(treat(right.protect.bind(right), goodbye));
    leg.receiveControl(treat(wrong.protect.bind(wrong), goodbye));
    leg.receiveControl(goodbye);
    expect(leg.close()!.received).toMatchObject({ rtcpPackets: 1 });
  });
});

it('a leg under SRTP takes nothing in clear, and STUN for no SRTP', () => {
  const leg = new FakeLeg();
  update(leg, encryption('AES_CM_128_HMAC_SHA1_80'));
  leg.runWithTone(40);
  leg.receive(new Uint8Array(20));
  leg.receiveControl(new Uint8Array(20));
  leg.run(1000);
  expect(leg.protectionFailures).toMatchObject([{ authentication: 1 }, { authentication: 2, malformed: 0 }]);
  expect(leg.media.discards).toMatchObject({ malformedPackets: 1 });
  expect(leg.close()!.received).toMatchObject({ packets: 0 });
});

it('a leg goes in clear again where the keys are taken away', () => {
  const leg = new FakeLeg();
  update(leg, encryption('AES_CM_128_HMAC_SHA1_80'));
  talk(leg, new SrtpSender(master('AES_CM_128_HMAC_SHA1_80', 2)), 10);
  update(leg, null);
  leg.runWithTone(200, 10);
  expect(leg.close()!.received).toMatchObject({ packets: 20, lost: 0 });
});
