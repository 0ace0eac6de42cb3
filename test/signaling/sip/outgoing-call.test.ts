import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { digestSecret } from '../../../signaling/sip/digest.ts';
import { DigestServer } from '../../../signaling/sip/digest-server.ts';
import { SipRequest } from '../../../signaling/sip/message.ts';
import type { OutgoingCall } from '../../../signaling/sip/outgoing-call.ts';
import type { OutgoingCallOptions } from '../../../signaling/sip/outgoing-call-options.ts';
import {
  CAPABILITIES,
  Heard,
  mediaAt,
  NOTHING_LEFT,
  OFFER,
  Pair,
  SDP_TYPE,
  Stranger,
} from '../../support/sip-user-agents.ts';

/** Bob calls the stranger, who answers by hand. */
function calling(options: Partial<OutgoingCallOptions> = {}): {
  stranger: Stranger;
  call: OutgoingCall;
  heard: Heard;
  invite: SipRequest;
} {
  const stranger = new Stranger();
  const call = stranger.bob.userAgent.call('sip:stranger@192.0.2.9', {
    from: 'sip:bob@192.0.2.2',
    media: mediaAt('192.0.2.2', 20_000),
    flow: stranger.bob.endpoint.flowFor('192.0.2.9'),
    ...options,
  });
  const heard = new Heard();
  call.listen(heard);
  stranger.network.run();
  return { stranger, call, heard, invite: stranger.request };
}

const CONTACT = 'Contact: <sip:stranger@192.0.2.9>';

/** Copied headers with a To tag of choice. */
function answer(
  stranger: Stranger,
  invite: SipRequest,
  statusCode: number,
  tag: string,
  lines: readonly string[],
  body = '',
): void {
  const tagged = new SipRequest(invite.method, invite.requestUri);
  for (const [name, value] of invite.headers.entries()) {
    tagged.headers.append(name, name === 'To' ? `${value};tag=${tag}` : value);
  }
  stranger.respond(tagged, statusCode, lines, body);
}

describe('our INVITE', () => {
  it('says who, what and how', () => {
    const { invite } = calling({
      route: ['<sip:192.0.2.9;lr>'],
      headers: [['X-Test', 'yes']],
      reliableProvisional: 'required',
    });
    const { headers } = invite;
    expect(headers.get('From')).toMatch(/^<sip:bob@192\.0\.2\.2>;tag=.{12}$/);
    expect(headers.get('To')).toBe('<sip:stranger@192.0.2.9>');
    expect(headers.get('Contact')).toBe('<sip:bob@192.0.2.2:5060>');
    expect(headers.get('Route')).toBe('<sip:192.0.2.9;lr>');
    expect(headers.get('Require')).toBe('100rel');
    expect(headers.get('X-Test')).toBe('yes');
    expect(headers.get('Max-Forwards')).toBe('70');
    expect(headers.get('User-Agent')).toBe('Carillon/test');
  });

  it('is acknowledged as often as its 200 comes', () => {
    const { stranger, invite, heard } = calling();
    for (let copy = 0; copy < 3; copy += 1) answer(stranger, invite, 200, 'a', [CONTACT, SDP_TYPE], OFFER);
    expect(stranger.summary).toEqual(['INVITE', 'ACK', 'ACK', 'ACK']);
    expect(heard.events).toEqual(['answered', 'media PCMU sendrecv', 'confirmed']);
  });

  it('forked: the first answer is the call, the second gets ACK and BYE', () => {
    const { stranger, invite, heard } = calling();
    answer(stranger, invite, 180, 'a', [CONTACT]);
    answer(stranger, invite, 180, 'b', [CONTACT]);
    answer(stranger, invite, 200, 'b', [CONTACT, SDP_TYPE], OFFER);
    answer(stranger, invite, 200, 'a', [CONTACT, SDP_TYPE], OFFER);
    expect(stranger.summary).toEqual(['INVITE', 'ACK', 'ACK', 'BYE']);
    expect(stranger.request.to.tag).toBe('a');
    expect(heard.events).toEqual([
      'progress 180',
      'progress 180',
      'answered',
      'media PCMU sendrecv',
      'confirmed',
    ]);
    stranger.respond(stranger.request, 200);
    stranger.send('BYE', [
      `To: ${invite.headers.get('From')}`,
      `From: ${invite.headers.get('To')};tag=b`,
      `Call-ID: ${invite.callId}`,
      'CSeq: 1 BYE',
    ]);
    expect(heard.events.at(-1)).toBe('ended remote normal-clearing');
    stranger.network.advance(70_000, 500);
    expect(stranger.bob.leftovers).toEqual(NOTHING_LEFT);
    expect(stranger.bob.faults).toEqual([]);
  });

  it('is answered with keys that match the ones it offered', () => {
    const encrypted = { capabilities: { ...CAPABILITIES, encryption: 'required' } } as const;
    const pair = new Pair({ alice: encrypted, bob: encrypted });
    const { bobHeard } = pair.establish();
    const [ours, theirs] = [pair.heard, bobHeard].map(({ media }) => media[0]!.security!.encryption!);
    expect(ours!.suite).toBe(theirs!.suite);
    expect(ours!.sending).toEqual(theirs!.receiving);
    expect(ours!.receiving).toEqual(theirs!.sending);
  });

  it('redirected tells the targets', () => {
    const { stranger, invite, heard } = calling();
    const refusals: unknown[] = [];
    heard.onRefused = (refused) => refusals.push(refused);
    answer(stranger, invite, 302, 'a', ['Contact: <sip:x@192.0.2.7>;q=0.9, <sip:y@192.0.2.8>']);
    expect(refusals).toMatchObject([{ statusCode: 302, contacts: ['sip:x@192.0.2.7', 'sip:y@192.0.2.8'] }]);
    expect(heard.events).toEqual(['ended remote remote-rejected']);
  });

  it('whose 200 holds no answer is acknowledged and ended', () => {
    const { stranger, invite, heard } = calling();
    answer(stranger, invite, 200, 'a', [CONTACT]);
    expect(stranger.summary).toEqual(['INVITE', 'ACK', 'BYE']);
    expect(heard.events).toEqual(['answered', 'ended local malformed-offer']);
  });

  it('takes a copy of a reliable response once, and waits for one that is missing', () => {
    const { stranger, invite, heard } = calling();
    const reliable = (number: number): readonly string[] => [CONTACT, 'Require: 100rel', `RSeq: ${number}`];
    answer(stranger, invite, 180, 'a', reliable(5));
    answer(stranger, invite, 180, 'a', reliable(5));
    answer(stranger, invite, 183, 'a', reliable(7));
    answer(stranger, invite, 183, 'a', reliable(6));
    expect(stranger.received.map((message) => message.headers.get('RAck'))).toEqual([
      undefined,
      '5 1 INVITE',
      '6 1 INVITE',
    ]);
    expect(heard.events).toEqual(['progress 180', 'progress 183']);
  });

  it('goes on when its answer overtakes the PRACK, which is refused then', () => {
    const { stranger, invite, heard } = calling();
    answer(stranger, invite, 180, 'a', [CONTACT, 'Require: 100rel', 'RSeq: 5']);
    const prack = stranger.request;
    answer(stranger, invite, 200, 'a', [CONTACT, SDP_TYPE], OFFER);
    stranger.respond(prack, 481);
    stranger.network.advance(70_000, 500);
    expect(stranger.summary).toEqual(['INVITE', 'PRACK', 'ACK']);
    expect(heard.end).toBeNull();
    expect(heard.events.at(-1)).toBe('confirmed');
  });

  it('canceled is over for us at once, and for the peer with its 487', () => {
    const { stranger, call, invite, heard } = calling();
    answer(stranger, invite, 180, 'a', [CONTACT]);
    call.end('no-answer', 'rang for 60 s');
    stranger.network.run();
    expect(stranger.request.method).toBe('CANCEL');
    expect(stranger.bob.userAgent.statistics.dialogs).toBe(1);
    stranger.respond(stranger.request, 200);
    answer(stranger, invite, 487, 'a', []);
    expect(heard.events).toEqual(['progress 180', 'ended local no-answer']);
    expect(stranger.bob.userAgent.statistics.dialogs).toBe(0);
  });

  it('canceled before any response is never answered: forgotten after 64*T1', () => {
    const { stranger, call, heard } = calling();
    call.end('normal-clearing');
    stranger.network.advance(33_000, 100);
    expect(stranger.summary).not.toContain('CANCEL');
    expect(heard.events).toEqual(['ended local normal-clearing']);
    expect(stranger.bob.leftovers).toEqual(NOTHING_LEFT);
  });
});

describe('a challenge', () => {
  function protectedPair(password: string): Pair {
    const server = new DigestServer({ realm: 'carillon', key: randomBytes(32), randomBytes });
    const secretOf = (username: string, algorithm: 'SHA-512-256' | 'SHA-256' | 'MD5') =>
      username === 'alice' ? digestSecret(algorithm, 'alice', 'carillon', 'wonderland') : null;
    const pair = new Pair({
      bob: {
        authenticate: (request) =>
          server.verify(request, secretOf, 1_000).kind === 'accepted'
            ? null
            : { statusCode: 401, header: server.challengeHeader, challenges: server.createChallenges(1_000) },
      },
    });
    pair.bob.onCall = (leg) => leg.accept(mediaAt('192.0.2.2', 20_000));
    pair.call({ credentials: { username: 'alice', password } });
    return pair;
  }

  it('is answered once with credentials', () => {
    const pair = protectedPair('wonderland');
    expect(pair.network.log()).toEqual(['INVITE', '401 INVITE', 'ACK', 'INVITE', '200 INVITE', 'ACK']);
    const [first, , , second] = pair.network.sent.map(({ message }) => message);
    expect(second!.callId).toBe(first!.callId);
    expect(second!.from.tag).toBe(first!.from.tag);
    expect(second!.cSeq.sequenceNumber).toBe(2);
    expect(pair.heard.events.at(-1)).toBe('confirmed');
  });

  it('met with the wrong password ends the call', () => {
    const pair = protectedPair('looking-glass');
    expect(pair.network.log().filter((entry) => entry === 'INVITE')).toHaveLength(2);
    expect(pair.heard.events).toEqual(['refused 401', 'ended remote remote-rejected']);
    pair.network.advance(70_000, 500);
    expect(pair.alice.leftovers).toEqual(NOTHING_LEFT);
  });
});
