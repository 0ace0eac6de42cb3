import { beforeAll, describe, expect, it } from 'vitest';
import type { OfferAnswer } from '../../../signaling/sdp/offer-answer.ts';
import type { AudioCapabilities, EncryptionPolicy } from '../../../signaling/session-description.ts';
import { makeSelfSignedIdentity } from '../../../src/self-signed-identity.ts';
import { create, LOCAL, offer, reasonOf, streams } from '../../support/sdp-exchange.ts';

const PCMU = { payloadType: 0, encodingName: 'PCMU', clockRateHz: 8000, channels: 1, parameters: null };
let identity: NonNullable<AudioCapabilities['identity']>;

beforeAll(async () => {
  identity = await makeSelfSignedIdentity(['localhost'], Date.now());
});

function exchange(encryption: EncryptionPolicy = 'optional'): OfferAnswer {
  return create('remote', { formats: [PCMU], packetTimeMs: 20, encryption, identity });
}

/** As Chromium writes it, without what does not matter; `changes` take lines away or put others in their place. */
function browserOffer(changes: Readonly<Record<string, string>> = {}): string {
  const lines: Record<string, string> = {
    m: 'm=audio 9 UDP/TLS/RTP/SAVPF 0',
    c: 'c=IN IP4 0.0.0.0',
    ufrag: 'a=ice-ufrag:Qx1y',
    pwd: 'a=ice-pwd:0123456789abcdefghijklmn',
    fingerprint: `a=fingerprint:sha-256 ${Array(32).fill('AB').join(':')}`,
    setup: 'a=setup:actpass',
    mid: 'a=mid:0',
    mux: 'a=rtcp-mux',
    ...changes,
  };
  return offer(...Object.values(lines).filter((line) => line !== ''));
}

describe("a browser's offer", () => {
  it('is answered by the lite side of ICE, passive in DTLS, in its bundle', () => {
    const ours = exchange();
    const audio = ours.receiveOffer(browserOffer());
    expect(audio).toMatchObject({ direction: 'sendrecv', remoteRtp: null, isRtcpMultiplexed: true });
    expect(audio.security?.handshake).toMatchObject({
      remoteUsername: 'Qx1y',
      certificate: identity.certificate,
    });
    const answer = ours.createAnswer(LOCAL);
    expect(streams(answer)).toEqual(['audio 10000 UDP/TLS/RTP/SAVPF 0']);
    for (const line of ['ice-lite', 'group:BUNDLE 0', 'mid:0', 'setup:passive', 'rtcp-mux']) {
      expect(answer).toContain(`a=${line}\r\n`);
    }
    expect(answer).toMatch(/a=candidate:1 1 UDP 2130706431 198\.51\.100\.1 10000 typ host/);
    expect(answer).toMatch(/a=fingerprint:sha-256 ([0-9A-F]{2}:){31}[0-9A-F]{2}/);
  });

  it('keeps our credentials in a re-offer, and gets new ones where it restarts ICE', () => {
    const ours = exchange();
    const username = (text: string): string => {
      ours.receiveOffer(text);
      return /a=ice-ufrag:(\S+)/.exec(ours.createAnswer(LOCAL))![1]!;
    };
    const first = username(browserOffer());
    expect(username(browserOffer())).toBe(first);
    expect(username(browserOffer({ ufrag: 'a=ice-ufrag:Zz9x' }))).not.toBe(first);
  });

  it.each([
    [{ fingerprint: '' }, 'a SHA-256 fingerprint'],
    [{ fingerprint: 'a=fingerprint:sha-1 AB' }, 'a SHA-256 fingerprint'],
    [{ ufrag: '' }, 'ICE'],
    [{ mux: '' }, 'rtcp-mux'],
    [{ setup: 'a=setup:passive' }, 'the active side of DTLS'],
  ])('with %j is refused for want of %s', (changes, words) => {
    expect(reasonOf(() => exchange().receiveOffer(browserOffer(changes)))).toContain(
      `no-common-media-encryption: the offer of UDP/TLS/RTP/SAVPF lacks ${words}`,
    );
  });

  it('is refused where encryption is off', () => {
    const reason = reasonOf(() => exchange('off').receiveOffer(browserOffer()));
    expect(reason).toContain('media-encryption-not-allowed');
  });
});
