import { describe, expect, it } from 'vitest';
import type { MediaEncryption, MediaHandshake } from '../../../media/engine/media-leg.ts';
import { SrtpSender } from '../../../media/srtp/srtp-sender.ts';
import { applyTo, masterKey, SUITE_NAMES } from '../srtp/srtp-packets.ts';
import { CALLER_PORT, FakeLeg } from './fake-leg.ts';
import { mediaSession, type RtpPacketFields, rtpPacket, tonePayload } from './rtp-caller.ts';

/** As the next worker gets it: through a message. */
function moved(leg: FakeLeg, session: Parameters<FakeLeg['update']>[0] = {}): FakeLeg {
  const continuation = structuredClone(leg.media.takeContinuation());
  leg.close();
  const next = new FakeLeg({ continuation, random: () => 0.7 });
  next.nowMs = leg.nowMs;
  next.update(session);
  return next;
}

function packet(sequenceNumber: number, fields: Partial<RtpPacketFields> = {}): Uint8Array {
  const timestamp = sequenceNumber * 160;
  return rtpPacket({ sequenceNumber, timestamp, payload: tonePayload(440, timestamp, 160), ...fields });
}

describe.each(SUITE_NAMES)('a leg under %s that another worker goes on with', (suite) => {
  const key = (seed: number) => {
    const { key: masterKeyOctets, salt } = masterKey(suite, seed);
    return { masterKey: masterKeyOctets, masterSalt: salt, lifetimePackets: null };
  };
  const session = (receiving: number) => {
    const encryption: MediaEncryption = { suite, sending: key(1), receiving: key(receiving) };
    return { security: { encryption } };
  };
  const seal = (sender: SrtpSender, sequenceNumber: number) =>
    applyTo(sender.protect.bind(sender), packet(sequenceNumber))!;

  it('knows how often the sequence numbers began again, and what came before', () => {
    const leg = new FakeLeg();
    leg.update(session(2));
    const sender = new SrtpSender(masterKey(suite, 2));
    // Twice around, so that no guess from the first packet could be right.
    for (const number of [0, 30_000, 60_000, 20_000, 50_000, 10_000, 39_999])
      leg.receive(seal(sender, number));
    const last = seal(sender, 40_000);
    leg.receive(last);
    const next = moved(leg, session(2));
    next.receive(last);
    for (const number of [40_001, 40_002]) next.receive(seal(sender, number));
    next.run(1000);
    expect(next.protectionFailures).toMatchObject([{ replay: 1, authentication: 0 }]);
    expect(next.close()!.received).toMatchObject({ packets: 2, lost: 0 });
  });

  it('is on the way to another key', () => {
    const leg = new FakeLeg();
    leg.update(session(2));
    const sender = new SrtpSender(masterKey(suite, 2));
    for (const number of [40_000, 5]) leg.receive(seal(sender, number));
    leg.update(session(3));
    const next = moved(leg, session(3));
    next.receive(seal(sender, 6));
    sender.rekey(masterKey(suite, 3));
    next.receive(seal(sender, 7));
    expect(next.close()!.received).toMatchObject({ packets: 2, lost: 0 });
    expect(next.protectionFailures).toEqual([]);
  });

  it('gets the next key while it is on the way', () => {
    const leg = new FakeLeg();
    leg.update(session(2));
    const sender = new SrtpSender(masterKey(suite, 2));
    for (const number of [40_000, 5]) leg.receive(seal(sender, number));
    const next = moved(leg, session(3));
    next.receive(seal(sender, 6));
    sender.rekey(masterKey(suite, 3));
    next.receive(seal(sender, 7));
    expect(next.close()!.received).toMatchObject({ packets: 2, lost: 0 });
  });

  it('keeps the count of what was refused', () => {
    const leg = new FakeLeg();
    leg.update(session(2));
    const sender = new SrtpSender(masterKey(suite, 9));
    for (const number of [1, 2, 3]) leg.receive(seal(sender, number));
    leg.run(1000);
    const next = moved(leg, session(2));
    next.run(1000);
    expect(next.protectionFailures).toEqual([]);
    next.receive(seal(sender, 4));
    next.run(1000);
    expect(next.protectionFailures).toMatchObject([{ authentication: 4 }]);
  });
});

it('a browser’s leg goes on where its handshake led, and begins no other', () => {
  const encryption = {
    suite: 'AEAD_AES_128_GCM',
    sending: keyOf('AEAD_AES_128_GCM', 1),
    receiving: keyOf('AEAD_AES_128_GCM', 2),
  };
  const handshake: MediaHandshake = {
    localUsername: 'ours',
    localPassword: 'a password of ours',
    remoteUsername: 'theirs',
    remoteFingerprint: '',
    certificate: 'none: there is no handshake that could read it',
    key: '',
  };
  const session = {
    remoteRtp: null,
    remoteRtcp: null,
    isRtcpMultiplexed: true,
    security: { encryption: null, handshake },
  };
  const nobody = new FakeLeg().media.takeContinuation();
  const path = { remote: { address: '127.0.0.1', port: CALLER_PORT }, encryption };
  const first = new FakeLeg({ continuation: { ...nobody, security: { path, protection: null } } });
  first.update(session);
  const sender = new SrtpSender(masterKey('AEAD_AES_128_GCM', 2));
  for (const number of [30_000, 60_000, 20_000, 50_000, 10_000]) {
    first.receive(applyTo(sender.protect.bind(sender), packet(number))!);
  }
  const next = moved(first, session);
  next.run(40, (tick) => next.receive(applyTo(sender.protect.bind(sender), packet(10_001 + tick))!));
  expect(next.handshakeFailures).toEqual([]);
  expect(next.sentRtp.map(({ to }) => to.port)).toEqual([CALLER_PORT, CALLER_PORT]);
  expect(next.close()!.received).toMatchObject({ packets: 2 });
});

function keyOf(suite: (typeof SUITE_NAMES)[number], seed: number) {
  const { key, salt } = masterKey(suite, seed);
  return { masterKey: key, masterSalt: salt, lifetimePackets: null };
}

describe('a leg in clear that another worker goes on with', () => {
  it('keeps the address that it learned, and lets nobody else have it', () => {
    const leg = new FakeLeg();
    leg.update({ isAddressLearned: true });
    for (const number of [1, 2, 3]) leg.receive(packet(number), 5000);
    const next = moved(leg, { isAddressLearned: true });
    for (const number of [101, 102, 103]) next.receive(packet(number, { synchronizationSource: 7 }), 6000);
    next.receive(packet(4), 5000);
    next.run(40);
    expect(next.sentRtp.map(({ to }) => to.port)).toEqual([5000, 5000]);
    expect(next.close()!.received).toMatchObject({ packets: 1 });
  });

  it('forgets it where the other side tells another one meanwhile', () => {
    const leg = new FakeLeg();
    leg.update({ isAddressLearned: true });
    for (const number of [1, 2, 3]) leg.receive(packet(number), 5000);
    const next = moved(leg, mediaSession(7000, { isAddressLearned: true }));
    next.run(20);
    expect(next.sentRtp.map(({ to }) => to.port)).toEqual([7000]);
  });

  it('takes what comes while nobody has the ports for no loss on the way', () => {
    const leg = new FakeLeg();
    leg.update();
    for (const number of [65_530, 65_531, 65_533]) leg.receive(packet(number));
    const next = moved(leg);
    for (const number of [65_535, 0, 2]) next.receive(packet(number));
    expect(next.close()!.received).toMatchObject({ packets: 3, lost: 1 });
  });

  it('tells a key once that is held on the way, and none again that is over', () => {
    const leg = new FakeLeg();
    leg.update();
    const press = (at: FakeLeg, event: number, number: number, timestamp: number, duration: number) =>
      at.receive({
        sequenceNumber: number,
        timestamp,
        payloadType: 101,
        payload: Uint8Array.of(event, duration >= 800 ? 0x8a : 0x0a, duration >> 8, duration & 0xff),
      });
    for (const number of [1, 2, 3]) press(leg, 11, number, 1000, 800);
    press(leg, 4, 4, 3000, 160);
    press(leg, 4, 5, 3000, 320);
    const next = moved(leg);
    press(next, 11, 3, 1000, 800);
    for (const number of [6, 7, 8]) press(next, 4, number, 3000, 800);
    next.run(400);
    expect(leg.recorder.digits.map(({ digit }) => digit)).toEqual(['#']);
    expect(next.recorder.digits).toMatchObject([{ digit: '4', durationMs: 100, packets: 5, packetsLost: 0 }]);
  });

  it('tells a key that is held on the way where another source takes over', () => {
    const leg = new FakeLeg();
    leg.update();
    const held = { payloadType: 101, payload: Uint8Array.of(4, 0x0a, 0, 160) };
    leg.receive({ sequenceNumber: 1, timestamp: 3000, ...held });
    const next = moved(leg);
    next.receive(packet(900, { synchronizationSource: 7 }));
    expect(next.recorder.digits).toMatchObject([{ digit: '4', packets: 1 }]);
  });
});
