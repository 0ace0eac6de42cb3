import { describe, expect, it } from 'vitest';
import { established } from '../../support/established-call.ts';
import { mediaAt, OFFER, Pair, SDP_TYPE, Stranger } from '../../support/sip-user-agents.ts';

function bodyOf(stranger: Stranger): string {
  return Buffer.from(stranger.response.body).toString();
}

describe('a request in the dialog', () => {
  it.each([
    ['OPTIONS', [], '', 200],
    ['REFER', ['Refer-To: <sip:a@b>'], '', 603],
    ['MESSAGE', [], '', 405],
    ['FOO', [], '', 501],
    ['INFO', [], '', 200],
    ['INFO', ['Content-Type: text/plain'], 'x', 415],
    ['INFO', ['Info-Package: g.3gpp.mid-call'], '', 469],
    ['INFO', ['Content-Type: application/dtmf-relay'], 'Signal=QQ\r\n', 400],
    ['PRACK', ['RAck: 1 1 INVITE'], '', 481],
    ['OPTIONS', ['Require: foo'], '', 420],
    ['INVITE', ['Content-Type: text/plain'], 'x', 415],
  ] as const)('%s %j is answered with its status', (method, lines, body, statusCode) => {
    const stranger = established();
    stranger.send(method, [stranger.to, `CSeq: 2 ${method}`, ...lines], body);
    expect(stranger.response.statusCode).toBe(statusCode);
    expect(stranger.bob.heard[0]!.end).toBeNull();
  });

  it('with a lower CSeq gets 500 and has no effect', () => {
    const stranger = established(['CSeq: 10 INVITE']);
    stranger.send('BYE', [stranger.to, 'CSeq: 9 BYE']);
    expect(stranger.response.statusCode).toBe(500);
    expect(stranger.bob.heard[0]!.end).toBeNull();
    stranger.send('BYE', [stranger.to, 'CSeq: 11 BYE', 'Reason: Q.850;cause=16;text="bye now"']);
    expect(stranger.bob.heard[0]!.end).toEqual({
      by: 'remote',
      reason: 'normal-clearing',
      detail: 'bye now (Q.850 16)',
    });
  });

  it('with a foreign tag or Call-ID is none of this dialog', () => {
    const stranger = established();
    stranger.send('BYE', [stranger.to, 'CSeq: 2 BYE', 'Call-ID: other']);
    stranger.send('BYE', [stranger.to, 'CSeq: 3 BYE', 'From: <sip:stranger@192.0.2.9>;tag=other']);
    expect(stranger.summary.slice(-2)).toEqual(['481', '481']);
  });

  it.each([
    ['application/dtmf-relay', 'Signal=5\r\nDuration=160\r\n', '5', 160],
    ['application/dtmf-relay', 'Signal= *\nDuration= 250', '*', 250],
    ['application/dtmf', '#', '#', null],
    ['application/dtmf', '11', '#', null],
    ['application/dtmf-relay', 'Signal=d', 'D', null],
  ])('INFO %s %j is a digit', (type, body, digit, durationMs) => {
    const stranger = established();
    stranger.send('INFO', [stranger.to, 'CSeq: 2 INFO', `Content-Type: ${type}`], body);
    expect(stranger.response.statusCode).toBe(200);
    expect(stranger.bob.heard[0]!.digits).toMatchObject([{ digit, durationMs, source: 'sip-info' }]);
  });
});

describe('a key of ours by INFO', () => {
  it('reaches the other side, and its answer comes back', () => {
    const pair = new Pair();
    const { call, bobHeard } = pair.establish();
    const answers: number[] = [];
    call.sendDigit({ digit: '#', durationMs: 120 }, (statusCode) => answers.push(statusCode));
    pair.network.run();
    expect(bobHeard.digits).toMatchObject([{ digit: '#', durationMs: 120, source: 'sip-info' }]);
    expect(answers).toEqual([200]);
  });

  it('is not sent before the answer, nor after the end', () => {
    const pair = new Pair();
    const { call, bobHeard } = pair.establish();
    call.end('normal-clearing');
    pair.network.run();
    call.sendDigit({ digit: '1', durationMs: 100 }, () => undefined);
    const waiting = new Pair();
    waiting.call().sendDigit({ digit: '1', durationMs: 100 }, () => undefined);
    pair.network.run();
    waiting.network.run();
    expect(bobHeard.digits).toEqual([]);
    expect([...pair.network.log(), ...waiting.network.log()]).not.toContain('INFO');
  });
});

describe('a re-INVITE', () => {
  it('holds and resumes, the version rising only with a change', () => {
    const stranger = established();
    const first = bodyOf(stranger);
    const reinvite = (number: number, offer: string): string => {
      stranger.send('INVITE', [stranger.to, `CSeq: ${number} INVITE`, SDP_TYPE], offer);
      const body = bodyOf(stranger);
      stranger.send('ACK', [stranger.to, `CSeq: ${number} ACK`]);
      return body;
    };
    expect(reinvite(2, OFFER)).toBe(first);
    const held = reinvite(3, `${OFFER}a=sendonly\r\n`);
    expect(held).toContain('a=recvonly');
    const version = (body: string): number => Number(/^o=\S+ \S+ (\d+)/m.exec(body)?.[1]);
    expect(version(held)).toBe(version(first) + 1);
    expect(reinvite(4, OFFER.replace('c=IN IP4 192.0.2.9', 'c=IN IP4 0.0.0.0'))).toContain('a=recvonly');
    expect(reinvite(5, OFFER)).toContain('a=sendrecv');
    const { media } = stranger.bob.heard[0]!;
    expect(media.map(({ direction }) => direction)).toEqual([
      'sendrecv',
      'sendrecv',
      'recvonly',
      'recvonly',
      'sendrecv',
    ]);
    expect(media[3]!.remoteRtp).toBeNull();
    expect(stranger.bob.heard[0]!.events.filter((event) => event === 'confirmed')).toHaveLength(1);
  });

  it('that cannot be met gets 488 and leaves the session as it was', () => {
    const stranger = established();
    const bad = OFFER.replace('RTP/AVP 0 101', 'RTP/AVP 18');
    stranger.send('INVITE', [stranger.to, 'CSeq: 2 INVITE', SDP_TYPE], bad);
    expect(stranger.response.statusCode).toBe(488);
    expect(stranger.bob.heard[0]!.events).toEqual(['media PCMU sendrecv', 'confirmed']);
    stranger.send('BYE', [stranger.to, 'CSeq: 3 BYE']);
    expect(stranger.response.statusCode).toBe(200);
  });

  it('without an offer gets one, answered in the ACK', () => {
    const stranger = established();
    stranger.send('INVITE', [stranger.to, 'CSeq: 2 INVITE']);
    expect(bodyOf(stranger)).toContain('m=audio 20000 RTP/AVP 0 101');
    stranger.send('ACK', [stranger.to, 'CSeq: 2 ACK', SDP_TYPE], OFFER.replace('6000', '7000'));
    expect(stranger.bob.heard[0]!.media.at(-1)!.remoteRtp).toEqual({ address: '192.0.2.9', port: 7000 });
  });

  it('moves the remote target to its Contact', async () => {
    const stranger = established();
    const contact = 'Contact: <sip:moved@192.0.2.9:5070>';
    stranger.send('INVITE', [stranger.to, 'CSeq: 2 INVITE', SDP_TYPE, contact], OFFER);
    stranger.send('ACK', [stranger.to, 'CSeq: 2 ACK']);
    stranger.bob.calls[0]!.end('normal-clearing');
    await Promise.resolve();
    stranger.network.run();
    expect(stranger.request.requestUri).toBe('sip:moved@192.0.2.9:5070');
  });

  it.each([
    ['<sip:a?b@192.0.2.9?Subject=x&Route=%3Csip:y%3E>', 'sip:a?b@192.0.2.9'],
    ['<sip:a@192.0.2.9:1:2>', 'sip:stranger@192.0.2.9:5060'],
    ['<tel:+12065550100>', 'sip:stranger@192.0.2.9:5060'],
  ])('with Contact %s makes %s the remote target (RFC 3261 §19.1.1)', async (contact, target) => {
    const stranger = established();
    stranger.send('INVITE', [stranger.to, 'CSeq: 2 INVITE', SDP_TYPE, `Contact: ${contact}`], OFFER);
    stranger.send('ACK', [stranger.to, 'CSeq: 2 ACK']);
    stranger.bob.calls[0]!.end('normal-clearing');
    await Promise.resolve();
    stranger.network.run();
    expect(stranger.request.requestUri).toBe(target);
  });

  it('before the call is answered gets 500 and Retry-After', () => {
    const stranger = new Stranger();
    stranger.bob.onCall = (leg) => leg.ring();
    stranger.send('INVITE', [SDP_TYPE], OFFER);
    stranger.send('INVITE', [stranger.to, 'CSeq: 2 INVITE', SDP_TYPE], OFFER);
    expect(stranger.response.statusCode).toBe(500);
    expect(Number(stranger.response.headers.get('Retry-After'))).toBeLessThanOrEqual(10);
  });

  it('that crosses ours gets 491, and ours is tried again', () => {
    const stranger = established();
    stranger.bob.calls[0]!.hold(true);
    stranger.network.run();
    const ours = stranger.request;
    expect(ours.method).toBe('INVITE');
    stranger.send('INVITE', [stranger.to, 'CSeq: 2 INVITE', SDP_TYPE], OFFER);
    expect(stranger.response.statusCode).toBe(491);
    stranger.respond(ours, 491);
    // The callee waits up to 2 s (RFC 3261 §14.1).
    stranger.network.advance(2_100);
    const numbers = stranger.received
      .filter((message) => 'method' in message && message.method === 'INVITE')
      .map((message) => message.cSeq.sequenceNumber - ours.cSeq.sequenceNumber);
    expect(new Set(numbers)).toEqual(new Set([0, 1]));
  });

  it('of ours that is acknowledged holds the other side', () => {
    const pair = new Pair();
    const { leg, bobHeard } = pair.establish();
    leg.hold(true);
    pair.network.run();
    expect(pair.heard.events.at(-1)).toBe('media PCMU recvonly');
    expect(bobHeard.events.at(-1)).toBe('media PCMU sendonly');
    leg.hold(false);
    pair.network.run();
    expect(bobHeard.events.at(-1)).toBe('media PCMU sendrecv');
    expect(pair.network.log(3)).toEqual(['INVITE', '200 INVITE', 'ACK', 'INVITE', '200 INVITE', 'ACK']);
  });

  it('of ours waits for the answer to the call: before it there is nothing to hold', () => {
    const stranger = new Stranger();
    stranger.bob.onCall = (leg) => {
      leg.ring();
      leg.hold(true);
    };
    stranger.send('INVITE', [SDP_TYPE], OFFER);
    expect(stranger.summary).toEqual(['180']);
  });

  it('of both sides at once comes to rest', () => {
    const pair = new Pair();
    const { call, leg } = pair.establish();
    call.hold(true);
    leg.hold(true);
    pair.network.advance(10_000);
    expect(pair.network.log().filter((entry) => entry === '491 INVITE')).toHaveLength(2);
    expect(pair.network.log().filter((entry) => entry === '200 INVITE')).toHaveLength(3);
    expect(pair.heard.media.at(-1)!.direction).toBe('inactive');
    expect([...pair.alice.faults, ...pair.bob.faults]).toEqual([]);
  });
});

describe('an UPDATE', () => {
  it('changes the session without an ACK', () => {
    const stranger = established();
    stranger.send('UPDATE', [stranger.to, 'CSeq: 2 UPDATE', SDP_TYPE], `${OFFER}a=inactive\r\n`);
    expect(stranger.response.statusCode).toBe(200);
    expect(bodyOf(stranger)).toContain('a=inactive');
    expect(stranger.bob.heard[0]!.media.at(-1)!.direction).toBe('inactive');
  });

  it('without an offer only refreshes', () => {
    const stranger = established();
    stranger.send('UPDATE', [stranger.to, 'CSeq: 2 UPDATE']);
    expect(stranger.response.statusCode).toBe(200);
    expect(stranger.response.body).toHaveLength(0);
    expect(stranger.response.headers.get('Contact')).toBe('<sip:1234567890@192.0.2.2:5060>');
  });

  it('with an offer before the first is answered gets 500 and Retry-After', () => {
    const stranger = new Stranger();
    stranger.bob.onCall = (leg) => leg.ring();
    stranger.send('INVITE', [SDP_TYPE], OFFER);
    stranger.send('UPDATE', [stranger.to, 'CSeq: 2 UPDATE', SDP_TYPE], OFFER);
    expect(stranger.response.statusCode).toBe(500);
    expect(stranger.response.headers.has('Retry-After')).toBe(true);
    stranger.bob.calls[0]!.accept(mediaAt('192.0.2.2', 20_000));
    stranger.network.run();
    expect(stranger.response.statusCode).toBe(200);
  });
});
