import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CallFailure } from '../../../signaling/call-failure.ts';
import { findAttribute } from '../../../signaling/sdp/description.ts';
import { parseSdp } from '../../../signaling/sdp/parse.ts';
import type { LocalMedia } from '../../../signaling/session-description.ts';
import { create, LOCAL, offer, reasonOf, streams } from '../../support/sdp-exchange.ts';

describe('a re-offer', () => {
  const first = offer('m=video 5000 RTP/AVP 31', 'm=audio 6000 RTP/AVP 0');

  it('raises the version only with a change', () => {
    const exchange = create();
    const versions = [first, first, `${first}a=sendonly\r\n`, `${first}a=sendonly\r\n`, first].map((text) => {
      exchange.receiveOffer(text);
      return parseSdp(exchange.createAnswer(LOCAL)).origin.sessionVersion;
    });
    expect(versions).toEqual(['1', '1', '2', '2', '3']);
  });

  it('that cannot be met leaves the agreement as it was', () => {
    const exchange = create();
    exchange.receiveOffer(first);
    exchange.createAnswer(LOCAL);
    const agreed = exchange.audio;
    expect(reasonOf(() => exchange.receiveOffer(offer('m=audio 6000 RTP/AVP 18')))).toContain(
      'no-common-codec',
    );
    expect(exchange.audio).toBe(agreed);
  });

  it('that takes the stream away is answered with port 0, and may bring it back', () => {
    const exchange = create();
    exchange.receiveOffer(first);
    exchange.createAnswer(LOCAL);
    const audio = exchange.receiveOffer(offer('m=video 0 RTP/AVP 31', 'm=audio 0 RTP/AVP 0'));
    expect(audio).toMatchObject({ direction: 'inactive', remoteRtp: null });
    expect(streams(exchange.createAnswer(LOCAL))).toEqual(['video 0 RTP/AVP 31', 'audio 0 RTP/AVP 0']);
    exchange.receiveOffer(first);
    expect(streams(exchange.createAnswer(LOCAL))[1]).toBe('audio 10000 RTP/AVP 0');
  });

  it('keeps the stream that was taken, whatever stands before it', () => {
    const exchange = create();
    exchange.receiveOffer(first);
    exchange.createAnswer(LOCAL);
    const audio = exchange.receiveOffer(offer('m=audio 5000 RTP/AVP 0', 'm=audio 6000 RTP/AVP 0'));
    expect(audio.remoteRtp?.port).toBe(6000);
  });
});

describe('our offer', () => {
  it('says all we can do and reads the answer', () => {
    const exchange = create();
    const text = exchange.createOffer(LOCAL);
    expect(streams(text)).toEqual(['audio 10000 RTP/AVP 0 8 101 13']);
    expect(exchange.state).toBe('local-offer');
    const audio = exchange.receiveAnswer(
      offer('m=audio 6000 RTP/AVP 8 0 97', 'a=rtpmap:97 telephone-event/8000', 'a=recvonly'),
    );
    expect(audio).toMatchObject({
      format: { encodingName: 'PCMA' },
      telephoneEvent: { payloadType: 97 },
      comfortNoise: null,
      direction: 'sendonly',
    });
    expect(audio.receiveFormats.map(({ encodingName }) => encodingName)).toEqual(['PCMU', 'PCMA']);
    expect(exchange.state).toBe('stable');
  });

  it('has the streams refused before in their places, and one taken away stays away (RFC 3264 §8)', () => {
    const exchange = create();
    exchange.receiveOffer(
      offer('m=video 5000 RTP/AVP 31', 'm=audio 6000 RTP/AVP 0', 'm=text 7000 RTP/AVP 98'),
    );
    exchange.createAnswer(LOCAL);
    const ours = exchange.createOffer(LOCAL);
    expect(streams(ours)).toEqual(['video 0 RTP/AVP 31', 'audio 10000 RTP/AVP 0', 'text 0 RTP/AVP 98']);
    const refused = ['m=video 0 RTP/AVP 31', 'm=text 0 RTP/AVP 98'] as const;
    exchange.receiveAnswer(offer(refused[0], 'm=audio 6000 RTP/AVP 0', refused[1]));
    const nothing = offer(refused[0], 'm=audio 0 RTP/AVP 0', refused[1]);
    exchange.receiveOffer(nothing);
    exchange.createAnswer(LOCAL);
    expect(streams(exchange.createOffer(LOCAL))[1]).toBe('audio 0 RTP/AVP 0');
    expect(exchange.receiveAnswer(nothing)).toMatchObject({ direction: 'inactive', remoteRtp: null });
    expect(exchange.state).toBe('stable');
  });

  it('names RTCP where it is not on the next port', () => {
    const elsewhere = { rtp: LOCAL.rtp, rtcp: { address: '198.51.100.2', port: 9 } };
    const attribute = (local: LocalMedia): string | null | undefined =>
      findAttribute(parseSdp(create().createOffer(local)).media[0]!.attributes, 'rtcp')?.value;
    expect(attribute(elsewhere)).toBe('9 IN IP4 198.51.100.2');
    expect(attribute({ rtp: LOCAL.rtp, rtcp: { address: LOCAL.rtp.address, port: 9 } })).toBe('9');
    expect(attribute(LOCAL)).toBeUndefined();
    expect(create().createOffer({ rtp: LOCAL.rtp, rtcp: LOCAL.rtp })).toContain('a=rtcp-mux');
  });

  it.each([
    ['refused', 'm=audio 0 RTP/AVP 0', 'no-audio-offered: the answer refuses'],
    ['answered with something else', 'm=audio 6000 RTP/AVP 18', 'no-common-codec: the answer has G729/8000'],
    ['answered with video', 'm=video 6000 RTP/AVP 31', 'no-audio-offered'],
  ])('%s is a failure in words', (_name, line, words) => {
    const exchange = create();
    exchange.createOffer(LOCAL);
    expect(reasonOf(() => exchange.receiveAnswer(offer(line)))).toContain(words);
    expect(exchange.state).toBe('stable');
  });
});

describe('any offer', () => {
  const protocol = fc.constantFrom('RTP/AVP', 'RTP/AVPF', 'RTP/SAVP', 'UDP/BFCP');
  const stream = fc
    .record({
      type: fc.constantFrom('audio', 'video', 'application'),
      port: fc.constantFrom(0, 6000, 65_535),
      protocol,
      formats: fc.array(fc.integer({ min: 0, max: 130 }), { minLength: 1, maxLength: 5 }),
      lines: fc.array(
        fc.constantFrom(
          'a=sendonly',
          'a=rtpmap:97 PCMA/8000',
          'a=rtcp:1',
          'a=rtcp-mux',
          'a=ptime:7',
          'a=rtpmap:0 x',
          'c=IN IP6 ::1',
        ),
        { maxLength: 4 },
      ),
    })
    .map((one) =>
      [`m=${one.type} ${one.port} ${one.protocol} ${one.formats.join(' ')}`, ...one.lines].join('\r\n'),
    );

  it('is answered stream for stream, or refused with a CallFailure; and the answer can be read', () => {
    fc.assert(
      fc.property(
        fc.array(stream, { maxLength: 5 }),
        fc.constantFrom('local', 'remote'),
        (media, preference) => {
          const text = offer(...media);
          const exchange = create(preference);
          try {
            exchange.receiveOffer(text);
          } catch (error) {
            expect(error).toBeInstanceOf(CallFailure);
            return;
          }
          const offered = parseSdp(text).media;
          const answered = parseSdp(exchange.createAnswer(LOCAL)).media;
          expect(answered.map(({ type, protocol: profile }) => [type, profile])).toEqual(
            offered.map(({ type, protocol: profile }) => [type, profile]),
          );
          expect(answered.filter(({ port }) => port !== 0)).toHaveLength(1);
          const index = answered.findIndex(({ port }) => port !== 0);
          expect(offered[index]!.formats).toEqual(expect.arrayContaining([...answered[index]!.formats]));
        },
      ),
    );
  });

  it('throws nothing but CallFailure', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(reasonOf(() => create().receiveOffer(bytes))).toContain('malformed-offer');
      }),
    );
  });
});
