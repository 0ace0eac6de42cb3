import { describe, expect, it } from 'vitest';
import type { OfferAnswer } from '../../../signaling/sdp/offer-answer.ts';
import type { EncryptionPolicy } from '../../../signaling/session-description.ts';
import { create, LOCAL, offer, reasonOf, streams } from '../../support/sdp-exchange.ts';

const PCMU = { payloadType: 0, encodingName: 'PCMU', clockRateHz: 8000, channels: 1, parameters: null };

function exchange(encryption: EncryptionPolicy): OfferAnswer {
  return create('remote', { formats: [PCMU], packetTimeMs: 20, encryption });
}

/** A line with a key of the right length, filled with one octet. */
function line(
  tag: number,
  suite: string,
  octet: number,
  length = suite.startsWith('AEAD') ? 28 : 30,
): string {
  return `a=crypto:${tag} ${suite} inline:${Buffer.alloc(length, octet).toString('base64')}`;
}

const SAVP = 'm=audio 6000 RTP/SAVP 0';
const AVP = 'm=audio 6000 RTP/AVP 0';
const CM = 'AES_CM_128_HMAC_SHA1_80';

function cryptoOf(description: string): string[] {
  return description.split('\r\n').filter((text) => text.startsWith('a=crypto:'));
}

describe('an offer of encryption', () => {
  it.each([
    ['off', SAVP, [line(1, CM, 7)], 'media-encryption-not-allowed'],
    ['optional', SAVP, [], 'no-common-media-encryption'],
    ['optional', SAVP, [line(1, 'F8_128_HMAC_SHA1_80', 7)], 'no-common-media-encryption'],
    ['optional', SAVP, [line(1, CM, 7, 29)], 'no-common-media-encryption'],
    ['required', AVP, [], 'media-encryption-required'],
    ['required', AVP, [line(1, 'F8_128_HMAC_SHA1_80', 7)], 'media-encryption-required'],
  ] as const)('where it is %s, and %s with %j, is refused: %s', (policy, media, lines, reason) => {
    expect(reasonOf(() => exchange(policy).receiveOffer(offer(media, ...lines)))).toContain(`${reason}: `);
  });

  it('is refused in words: the suites offered, and how long their keys should be', () => {
    const lines = [line(1, 'F8_128_HMAC_SHA1_80', 7), line(2, CM, 7, 29)];
    const reason = reasonOf(() => exchange('required').receiveOffer(offer(SAVP, ...lines)));
    expect(reason).toContain('F8_128_HMAC_SHA1_80 was offered; accepted are AES_CM_128_HMAC_SHA1_80');
    expect(reason).toContain('AES_CM_128_HMAC_SHA1_80 takes 30 bytes of key and salt; 29 were offered');
  });

  it.each([
    ['off', AVP, [], null],
    ['off', AVP, [line(1, CM, 7)], null],
    ['optional', AVP, [], null],
    ['optional', AVP, [line(1, 'F8_128_HMAC_SHA1_80', 7)], null],
    ['optional', AVP, [line(3, CM, 7)], `3 ${CM}`],
    ['optional', SAVP, [line(3, CM, 7)], `3 ${CM}`],
    [
      'required',
      SAVP,
      [line(1, 'F8_128_HMAC_SHA1_80', 7), line(2, 'AEAD_AES_128_GCM', 7)],
      '2 AEAD_AES_128_GCM',
    ],
  ] as const)('where it is %s, and %s with %j, is answered: %s', (policy, media, lines, answered) => {
    const ours = exchange(policy);
    const { security } = ours.receiveOffer(offer(media, ...lines));
    const answer = ours.createAnswer(LOCAL);
    expect(streams(answer)).toEqual([media.slice(2).replace('6000', '10000')]);
    const written = cryptoOf(answer).map((text) => text.split(':')[1]!.replace(' inline', ''));
    expect(written).toEqual(answered === null ? [] : [answered]);
    const { encryption } = security!;
    expect(encryption === null).toBe(answered === null);
    if (encryption === null) return;
    expect(new Set(encryption.receiving.masterKey)).toEqual(new Set([7]));
    const key = Buffer.concat([encryption.sending.masterKey, encryption.sending.masterSalt]);
    expect(cryptoOf(answer)[0]).toContain(`inline:${key.toString('base64')}`);
  });

  it('in a stream that cannot be taken gives way to one that can', () => {
    const ours = exchange('optional');
    ours.receiveOffer(offer(SAVP, line(1, 'F8_128_HMAC_SHA1_80', 7), AVP));
    expect(streams(ours.createAnswer(LOCAL))).toEqual(['audio 0 RTP/SAVP 0', 'audio 10000 RTP/AVP 0']);
  });

  it('anew changes their key and not ours, unless the suite is another', () => {
    const ours = exchange('optional');
    const take = (suite: string, octet: number) => {
      const { encryption } = ours.receiveOffer(offer(SAVP, line(1, suite, octet))).security!;
      ours.createAnswer(LOCAL);
      return encryption!;
    };
    const [first, second, third] = [take(CM, 7), take(CM, 8), take('AEAD_AES_128_GCM', 8)];
    expect(second.receiving).not.toEqual(first.receiving);
    expect(second.sending).toEqual(first.sending);
    expect(third.sending).not.toEqual(first.sending);
  });
});

describe('our offer', () => {
  it.each([
    ['off', 'audio 10000 RTP/AVP 0', 0],
    ['optional', 'audio 10000 RTP/AVP 0', 5],
    ['required', 'audio 10000 RTP/SAVP 0', 5],
  ] as const)('where encryption is %s is %s with %i keys', (policy, stream, keys) => {
    const description = exchange(policy).createOffer(LOCAL);
    expect(streams(description)).toEqual([stream]);
    expect(cryptoOf(description)).toHaveLength(keys);
  });

  it('comes to the suite that the answer takes, and keeps to it in the next offer', () => {
    const [ours, theirs] = [exchange('optional'), exchange('optional')];
    const there = theirs.receiveOffer(ours.createOffer(LOCAL)).security!.encryption!;
    const here = ours.receiveAnswer(theirs.createAnswer(LOCAL)).security!.encryption!;
    expect(here.suite).toBe('AEAD_AES_256_GCM');
    expect(here.keyLengthBits).toBe(256);
    expect([here.sending, here.receiving]).toEqual([there.receiving, there.sending]);
    const again = theirs.receiveOffer(ours.createOffer(LOCAL)).security!.encryption!;
    expect(again.receiving).toEqual(there.receiving);
  });

  it('is in clear where the answer has no key, or refused where that is required', () => {
    const answer = offer(AVP);
    const optional = exchange('optional');
    optional.createOffer(LOCAL);
    expect(optional.receiveAnswer(answer).security!.encryption).toBeNull();
    const required = exchange('required');
    required.createOffer(LOCAL);
    expect(reasonOf(() => required.receiveAnswer(answer))).toContain('media-encryption-required');
  });

  it('cannot be answered with a suite that it did not have', () => {
    const ours = exchange('optional');
    ours.createOffer(LOCAL);
    const answer = offer(AVP, line(9, CM, 7));
    expect(reasonOf(() => ours.receiveAnswer(answer))).toContain(
      'no-common-media-encryption: the answer accepts 9',
    );
  });
});
