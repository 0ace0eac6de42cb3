import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CallFailure } from '../../../signaling/call-failure.ts';
import { FaxNegotiation } from '../../../signaling/sdp/fax-negotiation.ts';
import { create, LOCAL, offer, streams } from '../../support/sdp-exchange.ts';

const AUDIO = 'm=audio 6000 RTP/AVP 0';
const FAX = ['m=image 6010 udptl t38', 'a=T38FaxVersion:0', 'a=T38FaxTranscodingJBIG', 'a=sendrecv'] as const;
const ours = { remote: LOCAL.rtp, parameters: ['T38FaxVersion:0'] };

function agreed() {
  const exchange = create();
  exchange.receiveOffer(offer(AUDIO));
  exchange.createAnswer(LOCAL);
  return { exchange, fax: new FaxNegotiation(exchange) };
}

const bytes = (text: string) => Buffer.from(text);

describe('fax in place of sound', () => {
  it('is read with its parameters, and answered in its place', () => {
    const { exchange, fax } = agreed();
    expect(fax.receiveOffer(bytes(offer(...FAX)))).toEqual({
      remote: { address: '192.0.2.1', port: 6010 },
      parameters: ['T38FaxVersion:0', 'T38FaxTranscodingJBIG'],
    });
    expect(exchange.state).toBe('remote-offer');
    const answer = fax.createAnswer(ours);
    expect(streams(answer)).toEqual([`image ${LOCAL.rtp.port} udptl t38`]);
    expect(answer).toContain('a=T38FaxVersion:0\r\n');
    expect(exchange.state).toBe('stable');
  });

  it('stands beside sound that is taken away, whose line never goes away after that', () => {
    const { exchange, fax } = agreed();
    fax.receiveOffer(bytes(offer('m=audio 0 RTP/AVP 0', ...FAX)));
    expect(streams(fax.createAnswer(ours))).toEqual([
      'audio 0 RTP/AVP 0',
      `image ${LOCAL.rtp.port} udptl t38`,
    ]);
    expect(streams(exchange.createOffer(LOCAL))).toEqual([
      `audio ${LOCAL.rtp.port} RTP/AVP 0`,
      'image 0 udptl t38',
    ]);
  });

  it.each([
    ['sound is offered besides', [AUDIO, ...FAX]],
    ['the stream is no fax', ['m=image 6010 RTP/AVP 34']],
    ['it is taken away', ['m=image 0 udptl t38']],
  ])('is none where %s', (_, lines) => {
    const { exchange, fax } = agreed();
    expect(fax.receiveOffer(bytes(offer(...lines)))).toBeNull();
    expect(exchange.state).toBe('stable');
  });

  it('is none before there was sound', () => {
    expect(new FaxNegotiation(create()).receiveOffer(bytes(offer(...FAX)))).toBeNull();
  });

  it('is offered where the sound stood, in a new version, and read from the answer', () => {
    const { exchange, fax } = agreed();
    const text = fax.createOffer(ours);
    expect(streams(text)).toEqual([`image ${LOCAL.rtp.port} udptl t38`]);
    expect(text).toMatch(/^v=0\r\no=- \d+ 2 /);
    expect(exchange.state).toBe('local-offer');
    expect(fax.receiveAnswer(bytes(offer(...FAX)))?.remote.port).toBe(6010);
    expect(exchange.state).toBe('stable');
  });

  it('is refused by an answer without it', () => {
    const { fax } = agreed();
    fax.createOffer(ours);
    expect(fax.receiveAnswer(bytes(offer('m=image 0 udptl t38')))).toBeNull();
  });

  it('throws nothing but a CallFailure, whatever is offered', () => {
    const line = fc.constantFrom(
      'm=image 1 udptl t38',
      'c=IN IP4 nowhere',
      'a=T38:',
      'm=audio 0 x 0',
      'o=',
      'zz',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(line, fc.string()), { maxLength: 8 }), (lines) => {
        const { fax } = agreed();
        try {
          fax.receiveOffer(bytes(offer(...lines)));
        } catch (error) {
          expect(error).toBeInstanceOf(CallFailure);
        }
      }),
    );
  });
});
