import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RtpHeader, SrtpSession } from 'werift-rtp';
import { toneFrame } from '../support/rtp-socket.ts';
import { TestService } from '../support/service.ts';
import type { SipText } from '../support/sip-text.ts';
import { TestCaller } from '../support/test-caller.ts';
import { decodePcmu, toneAmplitudePeak } from '../support/tone.ts';

const KEY_LENGTH = 16;
/** RFC 5764 §4.1.2 and RFC 7714 §14.2, as werift knows them. */
const SUITES = [
  { name: 'AES_CM_128_HMAC_SHA1_80', profile: 1, saltLength: 14 },
  { name: 'AEAD_AES_128_GCM', profile: 7, saltLength: 12 },
] as const;
type Suite = (typeof SUITES)[number];

const SECONDS = 1.5;
const FRAMES = SECONDS * 50;

let service: TestService;

beforeAll(async () => {
  service = await TestService.start({ settings: { media: { srtp: 'required' } } });
});

afterAll(async () => {
  expect((await service.stop()).exitCode).toBe(0);
});

/** An offer of one suite with a new key, and the key. */
function offerOf(caller: TestCaller, { name, saltLength }: Suite): { sdp: string; key: Buffer } {
  const key = randomBytes(KEY_LENGTH + saltLength);
  const line = `a=crypto:1 ${name} inline:${key.toString('base64')}`;
  return { sdp: `${caller.offer.replace('RTP/AVP', 'RTP/SAVP')}${line}\r\n`, key };
}

/** werift's SRTP with our key and that of the answer. */
function sessionOf({ profile }: Suite, key: Buffer, answer: SipText): SrtpSession {
  const remote = Buffer.from(/a=crypto:1 \S+ inline:([^|\s]+)/.exec(answer.body)?.[1] ?? '', 'base64');
  const keys = {
    localMasterKey: key.subarray(0, KEY_LENGTH),
    localMasterSalt: key.subarray(KEY_LENGTH),
    remoteMasterKey: remote.subarray(0, KEY_LENGTH),
    remoteMasterSalt: remote.subarray(KEY_LENGTH),
  };
  return new SrtpSession({ keys, profile });
}

/** Talks a tone to the echo test for a while, encrypted; what comes back meanwhile, still as it came. */
async function talk(caller: TestCaller, session: SrtpSession, toneHz: number, firstFrame: number) {
  const already = caller.rtp.received.length;
  const startedMs = performance.now();
  for (let frame = 0; frame < FRAMES; frame++) {
    const dueMs = startedMs + frame * 20 - performance.now();
    if (dueMs > 0) await new Promise((resolve) => setTimeout(resolve, dueMs));
    const { payload, rtpTimestamp, sequenceNumber } = toneFrame(toneHz, firstFrame + frame);
    const header = new RtpHeader({
      ssrc: caller.rtp.synchronizationSource,
      payloadType: 0,
      sequenceNumber,
      timestamp: rtpTimestamp,
    });
    caller.rtp.sendBytes(caller.remoteRtp, session.encrypt(Buffer.from(payload), header));
  }
  return caller.rtp.received.slice(already).map(({ bytes }) => bytes);
}

/** The sound in those packets that this key opens. */
function soundOf(packets: readonly Buffer[], session: SrtpSession): Int16Array {
  const octets = packets.flatMap((packet) => {
    try {
      return [...session.decrypt(packet).subarray(12)];
    } catch {
      return [];
    }
  });
  return Int16Array.from(octets, decodePcmu);
}

const amplitudeOf = (sound: Int16Array, toneHz: number): number => toneAmplitudePeak(sound, 8000, toneHz);

async function encryptionOf(caller: TestCaller) {
  const { legs } = await service.callOf(caller.callId);
  return legs[0]?.encryption;
}

describe.each(SUITES)('SRTP of werift, with $name', (suite) => {
  it('hears itself, and goes on with the new keys of a re-INVITE', async () => {
    const caller = await TestCaller.open(service.target('TLS'));
    const first = offerOf(caller, suite);
    const answer = await caller.invite({ user: 'echo', sdp: first.sdp });
    caller.acknowledge();
    const session = sessionOf(suite, first.key, answer);
    expect(amplitudeOf(soundOf(await talk(caller, session, 440, 0), session), 440)).toBeGreaterThan(0.15);
    const second = offerOf(caller, suite);
    const again = await caller.request('INVITE', ['Content-Type: application/sdp'], second.sdp);
    caller.acknowledge();
    expect(again.statusCode).toBe(200);
    const rekeyed = sessionOf(suite, second.key, again);
    const packets = await talk(caller, rekeyed, 700, FRAMES);
    expect(amplitudeOf(soundOf(packets, rekeyed), 700)).toBeGreaterThan(0.15);
    const { suite: agreed, refusedPackets } = (await encryptionOf(caller)) ?? {};
    expect([agreed, refusedPackets]).toEqual([suite.name, null]);
    await caller.hangUp();
    caller.close();
  });

  it('is told in words that its packets do not fit its key', async () => {
    const caller = await TestCaller.open(service.target('TLS'));
    const { sdp } = offerOf(caller, suite);
    const answer = await caller.invite({ user: 'echo', sdp });
    caller.acknowledge();
    await talk(caller, sessionOf(suite, randomBytes(KEY_LENGTH + suite.saltLength), answer), 440, 0);
    const encryption = await service.waitFor(
      () => encryptionOf(caller),
      (view) => (view?.refusedPackets?.authentication ?? 0) > 0,
      'packets that were refused',
    );
    expect(encryption?.notes.join()).toMatch(
      new RegExp(`packets do not fit the key that was told \\(${suite.name}, 128-bit key\\)`),
    );
    await caller.hangUp();
    caller.close();
  });
});
