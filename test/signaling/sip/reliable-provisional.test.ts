import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  firstResponseNumber,
  parseRAck,
  parseRSeq,
  ReceivedResponses,
} from '../../../signaling/sip/reliable-provisional.ts';
import { mediaAt, NOTHING_LEFT, OFFER, Pair, SDP_TYPE, Stranger } from '../../support/sip-user-agents.ts';

describe('RAck and RSeq', () => {
  it.each([
    ['776656 1 INVITE', { responseNumber: 776_656, sequenceNumber: 1, method: 'INVITE' }],
    ['1\t2  UPDATE', { responseNumber: 1, sequenceNumber: 2, method: 'UPDATE' }],
    ['1 2', null],
    ['', null],
    ['x 1 INVITE', null],
    ['4294967296 1 INVITE', null],
  ])('%j', (value, expected) => {
    expect(parseRAck(value)).toEqual(expected);
  });

  it('never throw', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        parseRAck(text);
        parseRSeq(text);
      }),
    );
  });

  it('begin with a number that leaves room to count', () => {
    expect(firstResponseNumber(0)).toBe(1);
    expect(firstResponseNumber(0.999_999_999)).toBeLessThan(2 ** 31 - 1);
    expect([parseRSeq('0'), parseRSeq(undefined), parseRSeq('7')]).toEqual([null, null, 7]);
  });

  it('are taken in order only', () => {
    const received = new ReceivedResponses();
    expect([10, 10, 12, 11, 12, 9].map((number) => received.receive(number))).toEqual([
      'next',
      'retransmission',
      'out-of-order',
      'next',
      'next',
      'retransmission',
    ]);
  });
});

function ringing(lines: readonly string[] = ['Require: 100rel'], offer = OFFER): Stranger {
  const stranger = new Stranger();
  stranger.bob.onCall = (leg) => leg.ring();
  stranger.send('INVITE', offer === '' ? lines : [SDP_TYPE, ...lines], offer);
  return stranger;
}

function prack(stranger: Stranger, rack: string, lines: readonly string[] = [], body = ''): void {
  stranger.send('PRACK', [stranger.to, 'CSeq: 2 PRACK', `RAck: ${rack}`, ...lines], body);
}

describe('a reliable 180', () => {
  it('is sent where it is required, and again until the PRACK comes', () => {
    const stranger = ringing();
    const first = stranger.response;
    expect(first.headers.get('Require')).toBe('100rel');
    const rseq = first.headers.get('RSeq');
    stranger.network.advance(3_600);
    expect(stranger.summary).toEqual(['180', '180', '180', '180']);
    prack(stranger, `${Number(rseq) + 1} 1 INVITE`);
    expect(stranger.response.statusCode).toBe(481);
    prack(stranger, 'nonsense');
    expect(stranger.response.statusCode).toBe(400);
    prack(stranger, `${rseq} 1 INVITE`);
    expect(stranger.response.statusCode).toBe(200);
    const { length } = stranger.received;
    stranger.network.advance(20_000);
    expect(stranger.received).toHaveLength(length);
  });

  it('that is never acknowledged ends the call with 504', () => {
    const stranger = ringing();
    stranger.network.advance(32_100);
    expect(stranger.summary.filter((status) => status === '180')).toHaveLength(7);
    expect(stranger.summary).toContain('504');
    expect(stranger.bob.heard[0]!.end).toMatchObject({ by: 'local', reason: 'no-acknowledgement' });
    stranger.network.advance(70_000, 500);
    expect(stranger.bob.leftovers).toEqual(NOTHING_LEFT);
  });

  it('stops with the final response', () => {
    const stranger = ringing();
    stranger.bob.calls[0]!.accept(mediaAt('192.0.2.2', 20_000));
    stranger.network.advance(600);
    expect(stranger.summary).toEqual(['180', '200', '200']);
  });

  it('is left out where it would need an offer', () => {
    expect(ringing(['Require: 100rel'], '').summary).toEqual([]);
  });

  it('is an ordinary one where nobody requires it', () => {
    const { response } = ringing(['Supported: 100rel']);
    expect(response.headers.has('RSeq')).toBe(false);
  });
});

describe('early media', () => {
  it('holds the 200 back until the description is acknowledged', () => {
    const stranger = new Stranger();
    stranger.bob.onCall = (leg) => {
      leg.progress(mediaAt('192.0.2.2', 20_000));
      leg.accept(mediaAt('192.0.2.2', 20_000));
    };
    stranger.send('INVITE', [SDP_TYPE, 'Require: 100rel'], OFFER);
    expect(stranger.summary).toEqual(['183']);
    expect(Buffer.from(stranger.response.body).toString()).toContain('m=audio 20000');
    prack(stranger, `${stranger.response.headers.get('RSeq')} 1 INVITE`);
    expect(stranger.summary).toEqual(['183', '200', '200']);
    expect(stranger.response.cSeq.method).toBe('INVITE');
    expect(stranger.response.body).toHaveLength(0);
    expect(stranger.bob.heard[0]!.events).toEqual(['media PCMU sendrecv']);
  });

  it('goes out reliably as our offer, answered in the PRACK', () => {
    const stranger = new Stranger();
    stranger.bob.onCall = (leg) => leg.progress(mediaAt('192.0.2.2', 20_000));
    stranger.send('INVITE', ['Require: 100rel']);
    prack(stranger, `${stranger.response.headers.get('RSeq')} 1 INVITE`, [SDP_TYPE], OFFER);
    expect(stranger.bob.heard[0]!.events).toEqual(['media PCMU sendrecv']);
    stranger.bob.calls[0]!.accept(mediaAt('192.0.2.2', 20_000));
    stranger.network.run();
    expect(stranger.response.body).toHaveLength(0);
    stranger.send('ACK', [stranger.to]);
    expect(stranger.bob.heard[0]!.events).toEqual(['media PCMU sendrecv', 'confirmed']);
  });

  it('whose answer in the PRACK is of no use ends the call', () => {
    const stranger = new Stranger();
    stranger.bob.onCall = (leg) => leg.progress(mediaAt('192.0.2.2', 20_000));
    stranger.send('INVITE', ['Require: 100rel']);
    prack(stranger, `${stranger.response.headers.get('RSeq')} 1 INVITE`);
    expect(stranger.summary).toEqual(['183', '200', '400']);
    expect(stranger.bob.heard[0]!.events).toEqual(['ended local malformed-offer']);
    expect(stranger.bob.userAgent.statistics).toMatchObject({ dialogs: 0, unanswered: 0 });
  });

  it.each(['required', 'supported', 'none'] as const)('is heard by a caller to whom 100rel is %s', (mode) => {
    const pair = new Pair({ bob: { reliableProvisional: 'supported' } });
    pair.bob.onCall = (leg) => {
      leg.progress(mediaAt('192.0.2.2', 20_000));
      leg.ring();
    };
    pair.call({ reliableProvisional: mode });
    const isReliable = mode !== 'none';
    expect(pair.network.log().filter((entry) => entry === 'PRACK')).toHaveLength(isReliable ? 2 : 0);
    expect(pair.heard.events).toEqual(['media PCMU sendrecv', 'progress 183', 'progress 180']);
    pair.bob.calls[0]!.accept(mediaAt('192.0.2.2', 20_000));
    pair.network.run();
    expect(pair.heard.events.slice(3, 4)).toEqual(['answered']);
    expect(pair.heard.events.at(-1)).toBe('confirmed');
    expect(pair.bob.heard[0]!.events.at(-1)).toBe('confirmed');
    expect([...pair.alice.faults, ...pair.bob.faults]).toEqual([]);
  });
});
