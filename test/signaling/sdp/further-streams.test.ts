import { describe, expect, it } from 'vitest';
import { OfferAnswer } from '../../../signaling/sdp/offer-answer.ts';
import { CAPABILITIES, mediaAt } from '../../support/sip-user-agents.ts';

const stream = (port: number, label: number, direction = 'sendonly', format = '0 PCMU') => [
  `m=audio ${port} RTP/AVP ${format.split(' ')[0]}`,
  `a=rtpmap:${format}/8000`,
  `a=label:${label}`,
  `a=${direction}`,
];
const offer = (...streams: readonly string[][]) =>
  ['v=0', 'o=- 1 1 IN IP4 192.0.2.1', 's=-', 'c=IN IP4 192.0.2.1', 't=0 0', ...streams.flat(), ''].join(
    '\r\n',
  );

function recorder(): OfferAnswer {
  const offerAnswer = new OfferAnswer('1', { capabilities: CAPABILITIES, preference: 'remote' });
  offerAnswer.takesFurther = true;
  offerAnswer.willingDirection = 'recvonly';
  return offerAnswer;
}

const LOCAL = { ...mediaAt('192.0.2.2', 10_000), further: [mediaAt('192.0.2.2', 10_002)] };
const lines = (description: string, name: string) =>
  description.split('\r\n').filter((line) => line.startsWith(name));

describe('a session that takes every stream', () => {
  it('answers two, each with media and a codec of its own', () => {
    const offerAnswer = recorder();
    offerAnswer.receiveOffer(offer(stream(20_000, 1), stream(20_002, 2, 'sendonly', '8 PCMA')));
    expect(
      offerAnswer.taken.map(({ index, label, audio }) => [index, label, audio.format.encodingName]),
    ).toEqual([
      [0, '1', 'PCMU'],
      [1, '2', 'PCMA'],
    ]);
    const answer = offerAnswer.createAnswer(LOCAL);
    expect(lines(answer, 'm=')).toEqual(['m=audio 10000 RTP/AVP 0', 'm=audio 10002 RTP/AVP 8']);
    expect(lines(answer, 'a=recvonly')).toHaveLength(2);
  });

  it('takes two at most, and refuses one that does not fit by itself', () => {
    const offerAnswer = recorder();
    const speex = stream(20_002, 2, 'sendonly', '97 speex');
    offerAnswer.receiveOffer(offer(stream(20_000, 1), speex, stream(20_004, 3), stream(20_006, 4)));
    expect(offerAnswer.taken.map(({ label }) => label)).toEqual(['1', '3']);
    expect(lines(offerAnswer.createAnswer(LOCAL), 'm=')).toEqual([
      'm=audio 10000 RTP/AVP 0',
      'm=audio 0 RTP/AVP 97',
      'm=audio 10002 RTP/AVP 0',
      'm=audio 0 RTP/AVP 0',
    ]);
  });

  it('follows a change of both, as when the recorded call is held', () => {
    const offerAnswer = recorder();
    offerAnswer.receiveOffer(offer(stream(20_000, 1), stream(20_002, 2)));
    offerAnswer.createAnswer(LOCAL);
    offerAnswer.receiveOffer(offer(stream(20_000, 1, 'inactive'), stream(20_102, 2)));
    expect(offerAnswer.taken.map(({ audio }) => [audio.direction, audio.remoteRtp?.port])).toEqual([
      ['inactive', 20_000],
      ['recvonly', 20_102],
    ]);
  });

  it('is not every session: others refuse the second stream as ever', () => {
    const offerAnswer = new OfferAnswer('1', { capabilities: CAPABILITIES, preference: 'remote' });
    offerAnswer.receiveOffer(offer(stream(20_000, 1), stream(20_002, 2)));
    expect(offerAnswer.taken).toHaveLength(1);
    expect(lines(offerAnswer.createAnswer(LOCAL), 'm=')).toEqual([
      'm=audio 10000 RTP/AVP 0',
      'm=audio 0 RTP/AVP 0',
    ]);
  });
});
