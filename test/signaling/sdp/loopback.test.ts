import { describe, expect, it } from 'vitest';
import { create, LOCAL, offer } from '../../support/sdp-exchange.ts';

const AUDIO = 'm=audio 6000 RTP/AVP 0';
const MIRROR = 'a=loopback:rtp-media-loopback\r\na=loopback-mirror\r\n';

function answerTo(isMirror: boolean, ...lines: string[]) {
  const exchange = create('remote');
  const { isLoopbackAsked = false } = exchange.receiveOffer(offer(AUDIO, ...lines));
  return { isLoopbackAsked, answer: exchange.createAnswer({ ...LOCAL, isMirror }) };
}

describe('media loopback (RFC 6849)', () => {
  it.each([
    ['a=loopback:rtp-media-loopback'],
    ['a=loopback:rtp-pkt-loopback rtp-media-loopback'],
    ['a=loopback: rtp-media-loopback '],
  ])('%s is agreed to by who sends back what comes in', (line) => {
    const { isLoopbackAsked, answer } = answerTo(true, line, 'a=loopback-source');
    expect(isLoopbackAsked).toBe(true);
    expect(answer).toContain(MIRROR);
  });

  it.each([
    ['a type that we are not', ['a=loopback:rtp-pkt-loopback', 'a=loopback-source']],
    ['no type', ['a=loopback', 'a=loopback-source']],
    ['no role', ['a=loopback:rtp-media-loopback']],
    ['the role that we would have', ['a=loopback:rtp-media-loopback', 'a=loopback-mirror']],
    ['nothing', []],
  ])('with %s the answer says nothing of it', (_name, lines) => {
    const { isLoopbackAsked, answer } = answerTo(true, ...lines);
    expect(isLoopbackAsked).toBe(false);
    expect(answer).not.toContain('loopback');
  });

  it('is not promised by who does something else with the sound', () => {
    const { isLoopbackAsked, answer } = answerTo(false, 'a=loopback:rtp-media-loopback', 'a=loopback-source');
    expect(isLoopbackAsked).toBe(true);
    expect(answer).not.toContain('loopback');
  });

  it('is agreed to anew with each offer', () => {
    const exchange = create('remote');
    const mirror = { ...LOCAL, isMirror: true };
    exchange.receiveOffer(offer(AUDIO, 'a=loopback:rtp-media-loopback', 'a=loopback-source'));
    expect(exchange.createAnswer(mirror)).toContain(MIRROR);
    exchange.receiveOffer(offer(AUDIO));
    expect(exchange.createAnswer(mirror)).not.toContain('loopback');
  });
});
