import { describe, expect, it } from 'vitest';
import { CallFailure } from '../../../signaling/call-failure.ts';
import { mediaAt, NOTHING_LEFT, Pair } from '../../support/sip-user-agents.ts';

const FAR_AWAY_MS = 70_000;

describe('a call between two user agents', () => {
  it.each(['UDP', 'TCP'] as const)('goes through over %s and leaves nothing behind', (transport) => {
    const pair = new Pair({ transport });
    pair.bob.onCall = (leg) => {
      expect(leg.negotiate()?.format.encodingName).toBe('PCMU');
      leg.ring();
      leg.accept(mediaAt('192.0.2.2', 20_000));
    };
    const call = pair.call();
    expect(pair.network.log()).toEqual(['INVITE', '180 INVITE', '200 INVITE', 'ACK']);
    expect(pair.heard.events).toEqual(['progress 180', 'answered', 'media PCMU sendrecv', 'confirmed']);
    expect(pair.bob.heard[0]!.events).toEqual(['media PCMU sendrecv', 'confirmed']);
    expect(pair.heard.media[0]!.remoteRtp).toEqual({ address: '192.0.2.2', port: 20_000 });
    expect(pair.bob.heard[0]!.media[0]!.remoteRtp).toEqual({ address: '192.0.2.1', port: 10_000 });
    call.end('normal-clearing');
    pair.network.run();
    expect(pair.network.log(4)).toEqual(['BYE', '200 BYE']);
    expect(pair.heard.events.at(-1)).toBe('ended local normal-clearing');
    expect(pair.bob.heard[0]!.events.at(-1)).toBe('ended remote normal-clearing');
    pair.network.advance(FAR_AWAY_MS, 500);
    expect(pair.alice.leftovers).toEqual(NOTHING_LEFT);
    expect(pair.bob.leftovers).toEqual(NOTHING_LEFT);
    expect(pair.network.clock.wheel.size).toBe(0);
    expect([...pair.alice.faults, ...pair.bob.faults]).toEqual([]);
  });

  it('knows who called whom', () => {
    const pair = new Pair();
    const { leg } = pair.establish();
    expect(leg.calling).toEqual({
      user: 'alice',
      host: '192.0.2.1',
      uri: 'sip:alice@192.0.2.1',
      displayName: 'Alice',
    });
    expect(leg.called).toMatchObject({ user: '1234567890', host: '192.0.2.2' });
    expect(leg).toMatchObject({
      protocol: 'SIP',
      transport: 'UDP',
      remoteAddress: '192.0.2.1',
      remotePort: 5060,
    });
    expect(leg.userAgent).toBe('Carillon/test');
    expect(leg.id).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('is ended by the callee with a reason', () => {
    const pair = new Pair();
    const { leg } = pair.establish();
    leg.end('no-media', 'nothing heard for 30 s');
    pair.network.run();
    expect(pair.network.sent.at(-2)!.message.headers.get('Reason')).toBe(
      'SIP;cause=408;text="No Media Received: nothing heard for 30 s"',
    );
    expect(pair.heard.end).toEqual({
      by: 'remote',
      reason: 'normal-clearing',
      detail: 'No Media Received: nothing heard for 30 s (SIP 408)',
    });
    expect(pair.bob.heard[0]!.end).toMatchObject({ by: 'local', reason: 'no-media' });
  });

  it('carries our offer in the 200 and the answer in the ACK when the INVITE has none', () => {
    const pair = new Pair();
    const { bobHeard } = pair.establish({ hasOffer: false });
    expect(bobHeard.events).toEqual(['media PCMU sendrecv', 'confirmed']);
    expect(pair.heard.events).toEqual(['answered', 'media PCMU sendrecv', 'confirmed']);
    expect(bobHeard.media[0]!.remoteRtp).toEqual({ address: '192.0.2.1', port: 10_000 });
  });

  it('is refused with status, phrase, warning and cause of its failure', () => {
    const pair = new Pair();
    pair.refuseAll(new CallFailure('unknown-meeting', 'no meeting "12"; try 6064724824'));
    pair.call();
    expect(pair.network.log()).toEqual(['INVITE', '404 INVITE', 'ACK']);
    const { headers } = pair.network.sent[1]!.message;
    expect(headers.get('Warning')).toBe('399 carillon "no meeting \\"12\\"; try 6064724824"');
    expect(headers.get('Reason')).toBe('Q.850;cause=1;text="Meeting Not Found"');
    expect(pair.heard.events).toEqual(['refused 404', 'ended remote remote-rejected']);
    expect(pair.heard.end!.detail).toBe('404 Meeting Not Found; no meeting "12"; try 6064724824');
    expect(pair.bob.heard[0]!.end).toMatchObject({ by: 'local', reason: 'unknown-meeting' });
    pair.network.advance(FAR_AWAY_MS, 500);
    expect(pair.bob.leftovers).toEqual(NOTHING_LEFT);
    expect(pair.alice.leftovers).toEqual(NOTHING_LEFT);
  });

  it('is canceled before the answer', () => {
    const pair = new Pair();
    pair.bob.onCall = (leg) => leg.ring();
    const call = pair.call();
    call.end('normal-clearing');
    pair.network.run();
    expect(pair.network.log()).toEqual(['INVITE', '180 INVITE', 'CANCEL', '200 CANCEL', '487 INVITE', 'ACK']);
    expect(pair.bob.heard[0]!.events).toEqual(['ended remote caller-canceled']);
    expect(pair.heard.events).toEqual(['progress 180', 'ended local normal-clearing']);
    pair.network.advance(FAR_AWAY_MS, 500);
    expect(pair.bob.leftovers).toEqual(NOTHING_LEFT);
    expect(pair.alice.leftovers).toEqual(NOTHING_LEFT);
  });

  it('is answered in the moment it is canceled: the 2xx gets its ACK and a BYE', () => {
    const pair = new Pair();
    pair.bob.onCall = (leg) => leg.ring();
    const call = pair.call();
    pair.bob.calls[0]!.accept(mediaAt('192.0.2.2', 20_000));
    call.end('normal-clearing');
    pair.network.run();
    expect(pair.network.log(2)).toEqual(['200 INVITE', 'CANCEL', 'ACK', 'BYE', '200 CANCEL', '200 BYE']);
    expect(pair.bob.heard[0]!.events.at(-1)).toBe('ended remote normal-clearing');
    pair.network.advance(FAR_AWAY_MS, 500);
    expect(pair.alice.leftovers).toEqual(NOTHING_LEFT);
  });

  it('retransmits the 200 from T1 to T2 until the ACK comes', () => {
    const pair = new Pair();
    pair.network.isLost = (sent) => sent.summary === 'ACK';
    pair.establish();
    pair.network.advance(3_600);
    // 0.5, 1.5 and 3.5 s, each answered by an ACK that is lost too.
    expect(pair.network.log(1).filter((entry) => entry === '200 INVITE')).toHaveLength(4);
    pair.network.isLost = () => false;
    pair.network.advance(4_000);
    expect(pair.bob.heard[0]!.events).toContain('confirmed');
    const { length } = pair.network.sent;
    pair.network.advance(20_000);
    expect(pair.network.sent).toHaveLength(length);
  });

  it('ends with BYE and a reason when the ACK never comes', () => {
    const pair = new Pair();
    pair.network.isLost = (sent) => sent.summary === 'ACK';
    pair.establish();
    pair.network.advance(32_100);
    const bye = pair.network.sent.find((sent) => sent.summary === 'BYE')!;
    expect(bye.from).toBe('192.0.2.2');
    expect(bye.message.headers.get('Reason')).toBe('SIP;cause=200;text="ACK timeout"');
    expect(pair.bob.heard[0]!.end).toMatchObject({ by: 'local', reason: 'no-acknowledgement' });
    pair.network.advance(FAR_AWAY_MS, 500);
    expect(pair.bob.leftovers).toEqual(NOTHING_LEFT);
  });

  it('waits with the BYE until the ACK is here', () => {
    const pair = new Pair();
    pair.network.isLost = (sent) => sent.summary === 'ACK';
    const { leg, bobHeard } = pair.establish();
    leg.end('normal-clearing');
    pair.network.run();
    expect(bobHeard.events.at(-1)).toBe('ended local normal-clearing');
    expect(pair.network.log()).not.toContain('BYE');
    pair.network.isLost = () => false;
    pair.network.advance(600);
    expect(pair.network.log().slice(-4)).toEqual(['200 INVITE', 'ACK', 'BYE', '200 BYE']);
    pair.network.advance(FAR_AWAY_MS, 500);
    expect(pair.bob.leftovers).toEqual(NOTHING_LEFT);
  });

  it('ends for the caller when nobody answers', () => {
    const pair = new Pair();
    pair.network.isLost = () => true;
    pair.call();
    pair.network.advance(33_000, 100);
    expect(pair.network.log()).toEqual(new Array(7).fill('INVITE'));
    expect(pair.heard.events).toEqual(['ended remote no-response']);
    expect(pair.alice.leftovers).toEqual(NOTHING_LEFT);
  });

  it('ends at once when there is no way to the target', async () => {
    const pair = new Pair();
    const call = pair.alice.userAgent.call('sip:x@198.51.100.1', {
      from: 'sip:a@b',
      media: mediaAt('192.0.2.1', 1),
    });
    call.listen(pair.heard);
    await Promise.resolve();
    await Promise.resolve();
    expect(pair.heard.end).toEqual({
      by: 'remote',
      reason: 'transport-failure',
      detail: 'no route to 198.51.100.1',
    });
    expect(pair.alice.leftovers).toEqual(NOTHING_LEFT);
  });

  it('tells a listener that comes late what it missed', () => {
    const pair = new Pair();
    pair.refuseAll(new CallFailure('meeting-locked', 'locked'));
    const call = pair.alice.userAgent.call('sip:1@192.0.2.2', {
      from: 'sip:a@b',
      media: mediaAt('192.0.2.1', 1),
      flow: pair.alice.endpoint.flowFor('192.0.2.2'),
    });
    pair.network.run();
    call.listen(pair.heard);
    expect(pair.heard.events).toEqual(['refused 403', 'ended remote remote-rejected']);
  });
});
