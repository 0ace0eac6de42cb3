import { describe, expect, it } from 'vitest';
import { create, LOCAL, offer, reasonOf, streams } from '../../support/sdp-exchange.ts';

describe('an offer', () => {
  it('of a plain phone is answered with one codec, its events and comfort noise', () => {
    const exchange = create();
    const audio = exchange.receiveOffer(
      offer(
        'm=audio 6000 RTP/AVP 18 8 0 96 13',
        'a=rtpmap:96 telephone-event/8000',
        'a=fmtp:96 0-15',
        'a=ptime:30',
      ),
    );
    expect(audio).toMatchObject({
      format: { payloadType: 8, encodingName: 'PCMA' },
      telephoneEvent: { payloadType: 96, parameters: '0-15' },
      comfortNoise: { payloadType: 13 },
      direction: 'sendrecv',
      remoteRtp: { address: '192.0.2.1', port: 6000 },
      remoteRtcp: { address: '192.0.2.1', port: 6001 },
      packetTimeMs: 30,
      isRtcpMultiplexed: false,
      isAddressLearned: false,
    });
    expect(audio.receiveFormats).toEqual([audio.format]);
    expect(exchange.state).toBe('remote-offer');
    expect(exchange.createAnswer(LOCAL).split('\r\n').slice(1)).toEqual([
      'o=- 77 1 IN IP4 198.51.100.1',
      's=-',
      'c=IN IP4 198.51.100.1',
      't=0 0',
      'm=audio 10000 RTP/AVP 8 96 13',
      'a=rtpmap:8 PCMA/8000',
      'a=rtpmap:96 telephone-event/8000',
      'a=fmtp:96 0-16',
      'a=rtpmap:13 CN/8000',
      'a=ptime:30',
      'a=sendrecv',
      '',
    ]);
    expect(exchange.state).toBe('stable');
  });

  it('is matched in our order where that is preferred', () => {
    const audio = create('local').receiveOffer(offer('m=audio 6000 RTP/AVP 8 0'));
    expect(audio.format.encodingName).toBe('PCMU');
  });

  it.each([
    ['a dynamic type for a codec we have', ['m=audio 6000 RTP/AVP 97', 'a=rtpmap:97 pcmu/8000'], 97, 'PCMU'],
    ['a name without its channel count', ['m=audio 6000 RTP/AVP 0', 'a=rtpmap:0 PCMU/8000/1'], 0, 'PCMU'],
    ['a dynamic type without rtpmap first', ['m=audio 6000 RTP/AVP 99 8'], 8, 'PCMA'],
    ['feedback', ['m=audio 6000 RTP/AVPF 0'], 0, 'PCMU'],
    ['several ports', ['m=audio 6000/2 RTP/AVP 0'], 0, 'PCMU'],
  ])('with %s is understood', (_name, media, payloadType, encodingName) => {
    expect(create().receiveOffer(offer(...media)).format).toMatchObject({ payloadType, encodingName });
  });

  it('is answered with its own profile', () => {
    const exchange = create();
    exchange.receiveOffer(offer('m=audio 6000 RTP/AVPF 0'));
    expect(streams(exchange.createAnswer(LOCAL))).toEqual(['audio 10000 RTP/AVPF 0']);
  });

  it('of events at another clock rate than the codec gets none', () => {
    const audio = create().receiveOffer(
      offer('m=audio 6000 RTP/AVP 0 96', 'a=rtpmap:96 telephone-event/48000'),
    );
    expect(audio.telephoneEvent).toBeNull();
  });

  it.each([
    ['a=rtcp port', ['a=rtcp:7001'], { address: '192.0.2.1', port: 7001 }, false],
    [
      'a=rtcp port and address',
      ['a=rtcp:7001 IN IP4 192.0.2.7'],
      { address: '192.0.2.7', port: 7001 },
      false,
    ],
    ['a=rtcp nonsense', ['a=rtcp:zero'], { address: '192.0.2.1', port: 6001 }, false],
    ['rtcp-mux', ['a=rtcp-mux', 'a=rtcp:7001'], { address: '192.0.2.1', port: 6000 }, true],
    ['a c= line of its own', ['c=IN IP6 2001:db8::7'], { address: '2001:db8::7', port: 6001 }, false],
  ])('says by %s where RTCP goes', (_name, lines, remoteRtcp, isRtcpMultiplexed) => {
    const exchange = create();
    const audio = exchange.receiveOffer(offer('m=audio 6000 RTP/AVP 0', ...lines));
    expect(audio).toMatchObject({ remoteRtcp, isRtcpMultiplexed });
    expect(exchange.createAnswer(LOCAL).includes('a=rtcp-mux')).toBe(isRtcpMultiplexed);
  });

  it.each([
    ['20', '', 20],
    ['10', '', 10],
    ['200', '', 60],
    ['30', '20', 20],
    ['', '10', 10],
    ['25', '', 20],
    ['5', '', 10],
    ['', '', 20],
    ['x', '0', 20],
  ])('with ptime %j and maxptime %j makes packets of %i ms', (ptime, maxptime, expected) => {
    const lines = [ptime && `a=ptime:${ptime}`, maxptime && `a=maxptime:${maxptime}`].filter(
      (line) => line !== '',
    );
    expect(create().receiveOffer(offer('m=audio 6000 RTP/AVP 0', ...lines)).packetTimeMs).toBe(expected);
  });

  it('may ask us to learn its address', () => {
    const lines = ['m=audio 6000 RTP/AVP 0', 'a=direction:active'];
    expect(create().receiveOffer(offer(...lines)).isAddressLearned).toBe(true);
  });

  it.each([
    [
      'SRTP',
      ['m=audio 6000 RTP/SAVP 0'],
      'media-encryption-not-allowed: audio is offered over RTP/SAVP alone, and encrypted media is off here',
    ],
    [
      'no common codec',
      ['m=audio 6000 RTP/AVP 18'],
      'no-common-codec: audio is offered as G729/8000; accepted are PCMU/8000, PCMA/8000, telephone-event/8000, CN/8000',
    ],
    ['events only', ['m=audio 6000 RTP/AVP 101', 'a=rtpmap:101 telephone-event/8000'], 'no-common-codec'],
    [
      'video only',
      ['m=video 6000 RTP/AVP 31'],
      'no-audio-offered: the offer has no audio stream in use; it has video (port 6000)',
    ],
    ['nothing', [], 'no-audio-offered: the offer has no audio stream in use; it has no stream at all'],
    ['audio not in use', ['m=audio 0 RTP/AVP 0'], 'no-audio-offered'],
    [
      'a name for an address',
      ['m=audio 6000 RTP/AVP 0', 'c=IN IP4 phone.example'],
      'no-audio-offered: the media address "phone.example"',
    ],
    [
      'a multicast group',
      ['m=audio 6000 RTP/AVP 0', 'c=IN IP4 233.252.0.1'],
      'no-audio-offered: the media address 233.252.0.1 is a multicast',
    ],
  ])('of %s is refused in words', (_name, media, words) => {
    const exchange = create();
    expect(reasonOf(() => exchange.receiveOffer(offer(...media)))).toContain(words);
    expect(exchange.state).toBe('stable');
  });

  it('that cannot be read says which line', () => {
    expect(reasonOf(() => create().receiveOffer('v=0\r\nx'))).toContain(
      'malformed-offer: the offer cannot be read',
    );
  });

  it('of several streams has its first acceptable audio taken and the others refused in place', () => {
    const exchange = create();
    const audio = exchange.receiveOffer(
      offer(
        'm=video 5000 RTP/AVP 31 32',
        'm=audio 6000 RTP/SAVP 0',
        'm=audio 6002 RTP/AVP 8',
        'm=application 7000 UDP/BFCP *',
        'm=audio 6004 RTP/AVP 0',
      ),
    );
    expect(audio.remoteRtp?.port).toBe(6002);
    expect(streams(exchange.createAnswer(LOCAL))).toEqual([
      'video 0 RTP/AVP 31',
      'audio 0 RTP/SAVP 0',
      'audio 10000 RTP/AVP 8',
      'application 0 UDP/BFCP *',
      'audio 0 RTP/AVP 0',
    ]);
    // RFC 3264 §8: our own offer later keeps every place.
    expect(streams(exchange.createOffer(LOCAL))).toHaveLength(5);
  });
});

describe('directions', () => {
  it.each([
    ['', 'sendrecv'],
    ['sendrecv', 'sendrecv'],
    ['sendonly', 'recvonly'],
    ['recvonly', 'sendonly'],
    ['inactive', 'inactive'],
  ])('offered %j, answered %j', (offered, answered) => {
    const exchange = create();
    const lines = offered === '' ? [] : [`a=${offered}`];
    expect(exchange.receiveOffer(offer('m=audio 6000 RTP/AVP 0', ...lines)).direction).toBe(answered);
    expect(exchange.createAnswer(LOCAL)).toContain(`a=${answered}\r\n`);
  });

  it('of the session hold for a stream that states none', () => {
    const text = offer('m=audio 6000 RTP/AVP 0').replace('t=0 0', 't=0 0\r\na=sendonly');
    expect(create().receiveOffer(text).direction).toBe('recvonly');
    expect(create().receiveOffer(`${text}a=inactive\r\n`).direction).toBe('inactive');
  });

  it.each(['0.0.0.0', '::', 'held.invalid'])('c=%s is the hold of old', (address) => {
    const audio = create().receiveOffer(offer('m=audio 6000 RTP/AVP 0', `c=IN IP4 ${address}`));
    expect(audio).toMatchObject({ direction: 'recvonly', remoteRtp: null, remoteRtcp: null });
  });

  it('we are unwilling to take are not answered', () => {
    const exchange = create();
    exchange.willingDirection = 'sendonly';
    expect(exchange.receiveOffer(offer('m=audio 6000 RTP/AVP 0')).direction).toBe('sendonly');
    exchange.rejectOffer();
    expect(exchange.receiveOffer(offer('m=audio 6000 RTP/AVP 0', 'a=sendonly')).direction).toBe('inactive');
  });
});
