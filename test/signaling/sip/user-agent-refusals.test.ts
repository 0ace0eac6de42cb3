import { describe, expect, it } from 'vitest';
import { CallFailure } from '../../../signaling/call-failure.ts';
import { mediaAt, NOTHING_LEFT, OFFER, SDP_TYPE, Stranger } from '../../support/sip-user-agents.ts';

const ALLOWED = 'INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, PRACK, UPDATE, REFER, PUBLISH';

describe('requests outside of a dialog', () => {
  it.each([
    ['an unsupported extension', 'INVITE', ['Require: 100rel, foo'], 420, 'Unsupported', 'foo'],
    ['another extension on OPTIONS', 'OPTIONS', ['Require: bar'], 420, 'Unsupported', 'bar'],
    ['a known method that is not served', 'MESSAGE', [], 405, 'Allow', ALLOWED],
    ['a registration', 'REGISTER', [], 405, 'Allow', ALLOWED],
    ['a subscription', 'SUBSCRIBE', ['Event: presence'], 405, 'Allow', ALLOWED],
    ['an unknown method', 'FROBNICATE', [], 501, 'Allow', ALLOWED],
    ['a NOTIFY nobody subscribed to', 'NOTIFY', ['Event: refer'], 481, 'Allow', ALLOWED],
    [
      'a REFER',
      'REFER',
      ['Refer-To: <sip:x@y>'],
      603,
      'Warning',
      '399 carillon "calls are not transferred here"',
    ],
    ['a REFER to nowhere', 'REFER', [], 400, 'Warning', '399 carillon "REFER needs exactly one Refer-To"'],
    ['a BYE', 'BYE', [], 481, 'Warning', '399 carillon "BYE outside of any dialog"'],
    ['an UPDATE', 'UPDATE', [], 481, 'Server', 'Carillon/test'],
  ] as const)('refuse %s', (_name, method, lines, statusCode, header, value) => {
    const stranger = new Stranger();
    stranger.send(method, lines);
    expect(stranger.response.statusCode).toBe(statusCode);
    expect(stranger.response.headers.get(header)).toBe(value);
    expect(stranger.response.to.tag).not.toBeNull();
    expect(stranger.bob.refused).toMatchObject([
      { method, statusCode, remoteAddress: '192.0.2.9', callId: 'stranger-1', limit: null },
    ]);
    stranger.network.advance(40_000, 500);
    expect(stranger.bob.leftovers).toEqual(NOTHING_LEFT);
  });

  it.each([
    [
      'the content type',
      ['Content-Type: text/plain'],
      'Accept',
      'application/sdp, application/rs-metadata+xml, multipart/mixed, multipart/alternative',
    ],
    ['the content encoding', [SDP_TYPE, 'Content-Encoding: gzip'], 'Accept-Encoding', 'identity'],
    [
      'a body without a type',
      [],
      'Accept',
      'application/sdp, application/rs-metadata+xml, multipart/mixed, multipart/alternative',
    ],
  ] as const)('refuse %s with 415', (_name, lines, header, value) => {
    const stranger = new Stranger();
    stranger.send('INVITE', lines, OFFER);
    expect(stranger.response.statusCode).toBe(415);
    expect(stranger.response.headers.get(header)).toBe(value);
  });

  it('refuse a URI scheme that is not understood with 416', () => {
    const stranger = new Stranger();
    stranger.send('INVITE', ['To: <sip:a@b>'], '', 'mailto:a@b');
    expect(stranger.response.statusCode).toBe(416);
  });

  it.each(['<sip:a@b>, <sip:c@d>', '*', '<mailto:a@b>', '<sip:a@192.0.2.9:1:2>'])(
    'refuse an INVITE with Contact %s',
    (contact) => {
      const stranger = new Stranger();
      stranger.send('INVITE', [SDP_TYPE, `Contact: ${contact}`], OFFER);
      expect(stranger.response.statusCode).toBe(400);
    },
  );

  it('refuse an INVITE without Contact, RFC 2543 apart', () => {
    const stranger = new Stranger();
    const lines = ['Via: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKx', 'From: <sip:a@192.0.2.9>;tag=a'];
    const names = ['To: <sip:1234567890@192.0.2.2>', 'Call-ID: a', 'CSeq: 1 INVITE', '', ''];
    const invite = ['INVITE sip:1234567890@192.0.2.2 SIP/2.0', ...lines, ...names].join('\r\n');
    stranger.sendBytes(Buffer.from(invite));
    expect(stranger.response.statusCode).toBe(400);
  });

  it.each([
    ['text/plain', 406],
    ['', 406],
    ['application/sdp;level=1, text/plain', 200],
    ['text/plain, application/*', 200],
    ['*/*;q=0.1', 200],
  ])('answer an INVITE with Accept "%s" by %i', (accept, statusCode) => {
    const stranger = new Stranger();
    stranger.bob.onCall = (leg) => leg.accept(mediaAt('192.0.2.2', 20_000));
    stranger.send('INVITE', [SDP_TYPE, `Accept: ${accept}`], OFFER);
    expect(stranger.response.statusCode).toBe(statusCode);
  });

  it('are answered with 500 when the owner of calls fails, and leave no call behind', () => {
    const stranger = new Stranger();
    stranger.bob.onCall = () => {
      throw new Error('a bug');
    };
    stranger.send('INVITE', [SDP_TYPE], OFFER);
    expect(stranger.response.statusCode).toBe(500);
    expect(stranger.bob.faults).toHaveLength(1);
    expect(stranger.bob.heard[0]!.events).toEqual(['ended local internal-error']);
    expect(stranger.bob.userAgent.statistics).toMatchObject({ dialogs: 0, unanswered: 0 });
  });

  it('refuse a dialog of nobody with 481', () => {
    const stranger = new Stranger();
    stranger.send('BYE', ['To: <sip:x@192.0.2.2>;tag=unknown']);
    expect(stranger.response.statusCode).toBe(481);
    stranger.send('ACK', ['To: <sip:x@192.0.2.2>;tag=unknown']);
    expect(stranger.summary).toEqual(['481']);
  });

  it('refuse more dialogs than allowed, naming the limit', () => {
    const stranger = new Stranger({ maxDialogs: 1 });
    stranger.send('INVITE', [SDP_TYPE], OFFER);
    stranger.send('INVITE', [SDP_TYPE, 'Call-ID: stranger-2'], OFFER);
    expect(stranger.response.statusCode).toBe(503);
    expect(stranger.response.headers.get('Retry-After')).toBe('5');
    expect(stranger.bob.refused).toMatchObject([{ limit: 'dialogs', statusCode: 503 }]);
  });

  it('answer OPTIONS as an INVITE, where no further call would be taken', () => {
    const stranger = new Stranger({ maxDialogs: 1 });
    stranger.send('OPTIONS', []);
    expect(stranger.response.statusCode).toBe(200);
    stranger.send('INVITE', [SDP_TYPE, 'Call-ID: stranger-2'], OFFER);
    stranger.send('OPTIONS', ['Call-ID: stranger-3']);
    expect(stranger.response.statusCode).toBe(503);
    expect(stranger.response.headers.get('Retry-After')).toBe('5');
  });

  it('say with the status of a call why the owner would take none', () => {
    let failure: CallFailure | null = new CallFailure('too-many-calls', '10 of 10 calls', 7);
    const stranger = new Stranger({ busy: () => failure });
    stranger.send('OPTIONS', []);
    expect(stranger.response).toMatchObject({ statusCode: 503, reasonPhrase: 'Too Many Calls' });
    expect(stranger.response.headers.get('Retry-After')).toBe('7');
    failure = null;
    stranger.send('OPTIONS', ['Call-ID: stranger-2']);
    expect(stranger.response.statusCode).toBe(200);
  });

  it('ask for credentials where the hook wants them', () => {
    const stranger = new Stranger({
      authenticate: (request) =>
        request.headers.has('Authorization')
          ? null
          : { statusCode: 401, header: 'WWW-Authenticate', challenges: ['Digest realm="x", nonce="n"'] },
    });
    stranger.send('INVITE', [SDP_TYPE], OFFER);
    expect(stranger.response.statusCode).toBe(401);
    expect(stranger.response.headers.get('WWW-Authenticate')).toBe('Digest realm="x", nonce="n"');
    expect(stranger.bob.calls).toHaveLength(0);
    stranger.send('INVITE', [SDP_TYPE, 'CSeq: 2 INVITE', 'Authorization: Digest x="y"'], OFFER);
    expect(stranger.bob.calls).toHaveLength(1);
  });
});

describe('OPTIONS', () => {
  it('is answered with what we can do', () => {
    const stranger = new Stranger();
    stranger.send('OPTIONS');
    const { response } = stranger;
    expect(response.statusCode).toBe(200);
    expect(Object.fromEntries(response.headers.entries())).toMatchObject({
      Allow: ALLOWED,
      Supported: '100rel, timer, siprec',
      Accept: 'application/sdp, application/rs-metadata+xml, multipart/mixed, multipart/alternative',
      'Accept-Encoding': 'identity',
      'Accept-Language': 'en',
      Contact: '<sip:1234567890@192.0.2.2:5060>',
    });
    expect(response.body).toHaveLength(0);
  });

  it('brings our capabilities as SDP where Accept asks for it', () => {
    const stranger = new Stranger();
    stranger.send('OPTIONS', ['Accept: application/sdp;level=1, text/plain']);
    expect(Buffer.from(stranger.response.body).toString()).toContain('m=audio 0 RTP/AVP 0 8 101\r\n');
  });
});

describe('an INVITE', () => {
  it.each([
    ['SRTP only', 'm=audio 6000 RTP/SAVP 0', 488, 'over RTP/SAVP'],
    ['a codec we have not', 'm=audio 6000 RTP/AVP 18', 488, 'offered as G729/8000'],
    ['video only', 'm=video 6000 RTP/AVP 31', 488, 'video (port 6000)'],
    ['nonsense', 'm=audio sixty RTP/AVP 0', 400, 'is no port'],
  ])('that offers %s is refused in words', (_name, mediaLine, statusCode, words) => {
    const stranger = new Stranger();
    stranger.bob.onCall = (leg) => {
      try {
        leg.negotiate();
      } catch (error) {
        leg.reject(error as CallFailure);
      }
    };
    stranger.send('INVITE', [SDP_TYPE], OFFER.replace('m=audio 6000 RTP/AVP 0 101', mediaLine));
    expect(stranger.response.statusCode).toBe(statusCode);
    expect(stranger.response.headers.get('Warning')).toContain(words);
  });

  it('has its session description found in a multipart body', () => {
    const stranger = new Stranger();
    stranger.bob.onCall = (leg) => leg.accept(mediaAt('192.0.2.2', 20_000));
    const body = `--b\r\nContent-Type: application/pidf+xml\r\nContent-ID: <l@x>\r\n\r\n<x/>\r\n--b\r\nContent-Type: application/sdp\r\n\r\n${OFFER}\r\n--b--\r\n`;
    stranger.send('INVITE', ['Content-Type: multipart/mixed;boundary=b'], body);
    expect(stranger.response.statusCode).toBe(200);
    expect(Buffer.from(stranger.response.body).toString()).toContain('m=audio 20000 RTP/AVP 0 101');
  });

  it.each([
    ['required', 415],
    ['optional', 200],
  ])('with an unknown part that is %s is answered with %i', (handling, statusCode) => {
    const stranger = new Stranger();
    stranger.bob.onCall = (leg) => leg.accept(mediaAt('192.0.2.2', 20_000));
    const body = `--b\r\nContent-Type: text/x\r\nContent-Disposition: render;handling=${handling}\r\n\r\nx\r\n--b\r\nContent-Type: application/sdp\r\n\r\n${OFFER}\r\n--b--\r\n`;
    stranger.send('INVITE', ['Content-Type: multipart/mixed;boundary=b'], body);
    expect(stranger.response.statusCode).toBe(statusCode);
  });

  it('that is refused by policy says when to come again', () => {
    const stranger = new Stranger();
    stranger.bob.onCall = (leg) => leg.reject(new CallFailure('too-many-calls', '10 of 10 calls', 7));
    stranger.send('INVITE', [SDP_TYPE], OFFER);
    expect(stranger.response).toMatchObject({ statusCode: 503, reasonPhrase: 'Too Many Calls' });
    expect(stranger.response.headers.get('Retry-After')).toBe('7');
  });

  it('of a caller who says BYE before the answer ends in 487', () => {
    const stranger = new Stranger();
    stranger.bob.onCall = (leg) => leg.ring();
    stranger.send('INVITE', [SDP_TYPE], OFFER);
    stranger.send('BYE', [stranger.to, 'CSeq: 2 BYE']);
    expect(stranger.summary).toEqual(['180', '200', '487']);
    expect(stranger.bob.heard[0]!.events).toEqual(['ended remote normal-clearing']);
    expect(stranger.bob.userAgent.statistics).toMatchObject({ dialogs: 0, unanswered: 0 });
  });

  it('that we clear before its answer is refused with 480', () => {
    const stranger = new Stranger();
    stranger.bob.onCall = (leg) => leg.end('normal-clearing');
    stranger.send('INVITE', [SDP_TYPE], OFFER);
    expect(stranger.response).toMatchObject({ statusCode: 480, reasonPhrase: 'Temporarily Unavailable' });
    expect(stranger.bob.heard[0]!.events).toEqual(['ended local normal-clearing']);
  });

  it('that nobody answered is refused when we end it', () => {
    const stranger = new Stranger();
    stranger.send('INVITE', [SDP_TYPE], OFFER);
    stranger.bob.calls[0]!.end('service-stopping', 'restart');
    stranger.network.run();
    expect(stranger.summary).toEqual(['503']);
    expect(stranger.bob.heard[0]!.events).toEqual(['ended local service-stopping']);
    stranger.bob.calls[0]!.accept(mediaAt('192.0.2.2', 1));
    stranger.bob.calls[0]!.end('normal-clearing');
    expect(stranger.bob.heard[0]!.events).toHaveLength(1);
  });
});
