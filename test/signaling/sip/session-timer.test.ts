import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SipRequest } from '../../../signaling/sip/message.ts';
import {
  agreeInterval,
  expiryDelaySeconds,
  minimumIntervalOf,
  sessionExpiresOf,
} from '../../../signaling/sip/session-timer.ts';
import { mediaAt, NOTHING_LEFT, OFFER, Pair, SDP_TYPE, Stranger } from '../../support/sip-user-agents.ts';

const POLICY = { intervalSeconds: 1800, minimumSeconds: 120 };

function invite(headers: Readonly<Record<string, string>>): SipRequest {
  const request = new SipRequest('INVITE', 'sip:a@b');
  for (const [name, value] of Object.entries(headers)) request.headers.append(name, value);
  return request;
}

describe('the agreed interval (RFC 4028 table 2)', () => {
  it.each([
    ['nobody asks', {}, null],
    ['only we ask', { Supported: 'timer' }, { intervalSeconds: 1800, refresher: 'uac', isRequired: true }],
    [
      'the caller asks',
      { Supported: 'timer', 'Session-Expires': '600' },
      { intervalSeconds: 600, refresher: 'uac', isRequired: true },
    ],
    [
      'the caller wants us to refresh',
      { Supported: 'timer', 'Session-Expires': '600;refresher=uas' },
      { intervalSeconds: 600, refresher: 'uas', isRequired: false },
    ],
    [
      'a proxy asks and the caller knows no timers',
      { 'Session-Expires': '600' },
      { intervalSeconds: 600, refresher: 'uas', isRequired: false },
    ],
    [
      'the caller wants more than we would',
      { Supported: 'timer', 'Min-SE': '3600' },
      { intervalSeconds: 3600, refresher: 'uac', isRequired: true },
    ],
  ])('when %s', (_name, headers, expected) => {
    expect(agreeInterval(invite(headers as Record<string, string>), POLICY)).toEqual(expected);
  });

  it('is none without a policy of ours unless it is asked for', () => {
    expect(agreeInterval(invite({ Supported: 'timer' }), null)).toBeNull();
    expect(agreeInterval(invite({ Supported: 'timer', 'Session-Expires': '90' }), null)).not.toBeNull();
  });

  it('survives any header', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const request = invite({ 'Session-Expires': text, 'Min-SE': text });
        sessionExpiresOf(request);
        expect(minimumIntervalOf(request.headers)).toBeGreaterThanOrEqual(90);
      }),
    );
  });

  it.each([
    [1800, 1768],
    [90, 60],
    [96, 64],
  ])('of %i s ends with a BYE after %i s', (interval, delay) => {
    expect(expiryDelaySeconds(interval)).toBe(delay);
  });
});

describe('a session with a timer', () => {
  function timed(lines: readonly string[]): Stranger {
    const stranger = new Stranger({ sessionTimer: POLICY });
    stranger.bob.onCall = (leg) => leg.accept(mediaAt('192.0.2.2', 20_000));
    stranger.send('INVITE', [SDP_TYPE, ...lines], OFFER);
    if (stranger.response.statusCode === 200) stranger.send('ACK', [stranger.to]);
    return stranger;
  }

  it('of too short an interval is refused with 422', () => {
    const { response } = timed(['Supported: timer', 'Session-Expires: 90']);
    expect(response.statusCode).toBe(422);
    expect(response.headers.get('Min-SE')).toBe('120');
  });

  it('that the caller does not refresh ends with BYE', () => {
    const stranger = timed(['Supported: timer', 'Session-Expires: 180;refresher=uac']);
    expect(stranger.response.headers.get('Session-Expires')).toBe('180;refresher=uac');
    expect(stranger.response.headers.get('Require')).toBe('timer');
    stranger.network.advance(147_000, 500);
    expect(stranger.summary).toEqual(['200']);
    stranger.network.advance(2_000, 500);
    expect(stranger.request.method).toBe('BYE');
    expect(stranger.request.headers.get('Reason')).toBe('SIP;cause=408;text="Session Timer Expired"');
    expect(stranger.bob.heard[0]!.end).toEqual({
      by: 'local',
      reason: 'session-expired',
      detail: 'the session was not refreshed for 180 s',
    });
  });

  it('that the caller refreshes goes on', () => {
    const stranger = timed(['Supported: timer', 'Session-Expires: 180;refresher=uac']);
    for (let number = 2; number < 8; number += 1) {
      stranger.network.advance(90_000, 500);
      const lines = [
        stranger.to,
        `CSeq: ${number} UPDATE`,
        'Supported: timer',
        'Session-Expires: 180;refresher=uac',
      ];
      stranger.send('UPDATE', lines);
      expect(stranger.response.headers.get('Session-Expires')).toBe('180;refresher=uac');
    }
    expect(stranger.bob.heard[0]!.end).toBeNull();
  });

  it.each([
    ['UPDATE', 'Allow: INVITE, UPDATE'],
    ['INVITE', 'Allow: INVITE'],
  ])('that is ours to refresh is refreshed by %s at half time', (method, allow) => {
    const stranger = timed(['Supported: timer', 'Session-Expires: 180;refresher=uas', allow]);
    stranger.network.advance(90_500, 500);
    expect(stranger.request.method).toBe(method);
    expect(stranger.request.headers.get('Session-Expires')).toBe('180;refresher=uac');
    expect(stranger.request.body.length > 0).toBe(method === 'INVITE');
  });

  it('that is ours to refresh ends when nobody answers', () => {
    const stranger = timed(['Supported: timer', 'Session-Expires: 180;refresher=uas', 'Allow: UPDATE']);
    stranger.network.advance(90_000 + 33_000, 500);
    expect(stranger.bob.heard[0]!.end).toMatchObject({ by: 'remote', reason: 'no-response' });
    // RFC 4028 §10: whoever got no answer to a refresh says BYE.
    expect(stranger.request.method).toBe('BYE');
    stranger.network.advance(33_000, 500);
    expect(stranger.bob.userAgent.statistics.dialogs).toBe(0);
  });

  it.each(['UPDATE', 'INVITE'])(
    'that both refresh at once gets no glare for the %s of the caller',
    (method) => {
      const stranger = timed(['Supported: timer', 'Session-Expires: 180;refresher=uas', 'Allow: UPDATE']);
      stranger.network.advance(90_500, 500);
      const ours = stranger.request;
      const body = method === 'INVITE' ? OFFER : '';
      stranger.send(method, [stranger.to, `CSeq: 2 ${method}`, SDP_TYPE], body);
      expect(stranger.response.statusCode).toBe(200);
      stranger.send('ACK', [stranger.to, 'CSeq: 2 ACK']);
      stranger.respond(ours, 200, ['Session-Expires: 180;refresher=uac']);
      stranger.network.advance(60_000, 500);
      expect(stranger.bob.heard[0]!.end).toBeNull();
    },
  );

  it('lasts as long as both ends like', () => {
    const policy = { intervalSeconds: 120, minimumSeconds: 90 };
    const pair = new Pair({ alice: { sessionTimer: policy }, bob: { sessionTimer: policy } });
    const { call } = pair.establish();
    pair.network.advance(1_200_000, 500);
    expect(pair.heard.end).toBeNull();
    expect(pair.network.log().filter((entry) => entry === 'UPDATE').length).toBeGreaterThanOrEqual(19);
    call.end('normal-clearing');
    pair.network.advance(70_000, 500);
    expect([pair.alice.leftovers, pair.bob.leftovers]).toEqual([NOTHING_LEFT, NOTHING_LEFT]);
    expect(pair.network.clock.wheel.size).toBe(0);
  });

  it('is asked for again with more after a 422', () => {
    const pair = new Pair({
      alice: { sessionTimer: { intervalSeconds: 100, minimumSeconds: 90 } },
      bob: { sessionTimer: { intervalSeconds: 1800, minimumSeconds: 600 } },
    });
    pair.establish();
    expect(pair.network.log()).toEqual(['INVITE', '422 INVITE', 'ACK', 'INVITE', '200 INVITE', 'ACK']);
    const again = pair.network.sent[3]!.message;
    expect([again.headers.get('Session-Expires'), again.headers.get('Min-SE')]).toEqual(['600', '600']);
    expect(again.cSeq.sequenceNumber).toBe(2);
  });
});
