import { describe, expect, it } from 'vitest';
import { createResponse } from '../../../signaling/sip/create-response.ts';
import { requestText, TransactionRig } from '../../support/sip-transaction-rig.ts';

const INVITE = requestText('INVITE');
const ACK = requestText('ACK', { toTag: 'ours' });

describe('INVITE server transaction over UDP', () => {
  it('sends 100 after 200 ms of silence, once, and repeats the last provisional', () => {
    const rig = new TransactionRig('UDP');
    rig.receive(INVITE);
    rig.advance(190);
    expect(rig.flow.take()).toEqual([]);
    rig.advance(1_000);
    expect(rig.flow.take()).toEqual(['100 INVITE']);
    rig.receive(INVITE);
    expect(rig.flow.take()).toEqual(['100 INVITE']);
    rig.respond(180);
    rig.receive(INVITE);
    expect(rig.flow.take()).toEqual(['180 INVITE', '180 INVITE']);
    expect(rig.user.take()).toEqual(['INVITE']);
    expect(rig.layer.statistics().retransmissionsReceived).toBe(2);
  });

  it('sends no 100 where the user was faster', () => {
    const rig = new TransactionRig('UDP');
    rig.receive(INVITE);
    rig.respond(180);
    rig.advance(5_000);
    expect(rig.flow.take()).toEqual(['180 INVITE']);
  });

  it('retransmits a failure by G, doubling up to T2, until H tells that no ACK came', () => {
    const rig = new TransactionRig('UDP');
    rig.receive(INVITE);
    rig.respond(486);
    const sentAtMs: number[] = [];
    const startMs = rig.clock.nowMs();
    rig.flow.take();
    for (let ms = 0; ms < 40_000; ms += 10) {
      rig.clock.step(10);
      if (rig.flow.take().length > 0) sentAtMs.push(rig.clock.nowMs() - startMs);
    }
    // RFC 3261 §17.2.1: 0.5, 1, 2, 4, 4 … s apart, and nothing after 64*T1.
    expect(sentAtMs).toEqual([500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500]);
    expect(rig.user.take()).toEqual(['INVITE', 'no ACK', 'terminated']);
    expect(rig.clock.wheel.size).toBe(0);
  });

  it('stops at the ACK, absorbs more of them for T4, and is gone', () => {
    const rig = new TransactionRig('UDP');
    rig.receive(INVITE);
    rig.respond(404);
    rig.receive(ACK);
    rig.receive(ACK);
    rig.flow.take();
    rig.advance(4_990);
    expect(rig.layer.statistics().inviteServer).toEqual({ confirmed: 1 });
    rig.advance(10);
    expect(rig.flow.take()).toEqual([]);
    expect(rig.user.take()).toEqual(['INVITE', 'terminated']);
    expect(rig.layer.statistics().inviteServer).toEqual({});
  });

  it('absorbs INVITEs after a 2xx, lets the user send it again, and ends with L', () => {
    const rig = new TransactionRig('UDP');
    rig.receive(INVITE);
    const request = rig.user.transactions[0]!.request;
    const answer = createResponse(request, 200, undefined, 'ours');
    rig.user.transactions[0]!.respond(answer);
    rig.receive(INVITE);
    rig.user.transactions[0]!.respond(answer);
    expect(rig.flow.take()).toEqual(['200 INVITE', '200 INVITE']);
    // A second final response of another kind is none.
    rig.user.transactions[0]!.respond(createResponse(request, 500, undefined, 'ours'));
    expect(rig.flow.take()).toEqual([]);
    rig.receive(ACK);
    rig.advance(31_990);
    expect(rig.user.take()).toEqual(['INVITE', 'ACK']);
    rig.advance(10);
    expect(rig.user.take()).toEqual(['terminated']);
    expect(rig.clock.wheel.size).toBe(0);
  });

  it('passes the ACK of a 2xx, which has a branch of its own', () => {
    const rig = new TransactionRig('UDP');
    rig.receive(INVITE);
    rig.respond(200);
    rig.receive(requestText('ACK', { branch: 'z9hG4bKtwo', toTag: 'ours' }));
    expect(rig.user.take()).toEqual(['INVITE', 'ACK']);
  });

  it('tells of a transport error and lives on (RFC 6026 §7.1)', () => {
    const rig = new TransactionRig('UDP');
    rig.receive(INVITE);
    rig.flow.failure = 'network is unreachable';
    rig.respond(200);
    expect(rig.user.take()).toEqual(['INVITE', 'transport error: network is unreachable']);
    expect(rig.layer.statistics().inviteServer).toEqual({ accepted: 1 });
  });

  it('lets its request go with the final response', () => {
    const rig = new TransactionRig('UDP');
    rig.receive(INVITE);
    rig.respond(486);
    expect(rig.user.transactions[0]!.isAnswered).toBe(true);
    expect(() => rig.user.transactions[0]!.request).toThrow(TypeError);
  });
});

describe('INVITE server transaction over TCP', () => {
  it('retransmits nothing but waits for the ACK until H', () => {
    const rig = new TransactionRig('TCP');
    rig.receive(INVITE);
    rig.respond(486);
    rig.advance(31_990);
    expect(rig.flow.take()).toEqual(['486 INVITE']);
    rig.advance(10);
    expect(rig.user.take()).toEqual(['INVITE', 'no ACK', 'terminated']);
  });

  it('is gone with the ACK, for I is zero', () => {
    const rig = new TransactionRig('TCP');
    rig.receive(INVITE);
    rig.respond(486);
    rig.receive(ACK);
    expect(rig.user.take()).toEqual(['INVITE', 'terminated']);
    expect(rig.clock.wheel.size).toBe(0);
  });

  it('absorbs a second INVITE of the same branch', () => {
    const rig = new TransactionRig('TCP');
    rig.receive(INVITE);
    rig.receive(INVITE);
    expect(rig.user.take()).toEqual(['INVITE']);
  });
});

describe('non-INVITE server transaction', () => {
  it('absorbs retransmissions in silence until answered, then repeats the answer until J', () => {
    const rig = new TransactionRig('UDP');
    const options = requestText('OPTIONS');
    rig.receive(options);
    rig.receive(options);
    rig.advance(1_000);
    expect(rig.flow.take()).toEqual([]);
    rig.respond(200);
    rig.receive(options);
    rig.receive(options);
    expect(rig.flow.take()).toEqual(['200 OPTIONS', '200 OPTIONS', '200 OPTIONS']);
    rig.advance(31_990);
    expect(rig.user.take()).toEqual(['OPTIONS']);
    rig.advance(10);
    expect(rig.user.take()).toEqual(['terminated']);
    rig.receive(options);
    expect(rig.user.take()).toEqual(['OPTIONS']);
  });

  it('is gone with the answer over TCP, for J is zero', () => {
    const rig = new TransactionRig('TCP');
    rig.receive(requestText('BYE', { toTag: 'ours' }));
    rig.respond(200);
    expect(rig.user.take()).toEqual(['BYE', 'terminated']);
  });

  it('ends when its answer cannot be sent', () => {
    const rig = new TransactionRig('UDP');
    rig.receive(requestText('OPTIONS'));
    rig.flow.failure = 'message too long';
    rig.respond(200);
    expect(rig.user.take()).toEqual(['OPTIONS', 'transport error: message too long', 'terminated']);
    expect(rig.clock.wheel.size).toBe(0);
  });
});
