import { describe, expect, it } from 'vitest';
import type { SignalingTransport } from '../../../signaling/call-leg.ts';
import type { ClientTransaction } from '../../../signaling/sip/client-transaction.ts';
import { createResponse } from '../../../signaling/sip/create-response.ts';
import type { SipRequest } from '../../../signaling/sip/message.ts';
import { outgoingRequest, RecordingFlow, TransactionRig } from '../../support/sip-transaction-rig.ts';

/** A request under way, and what its user is told. */
function start(transport: SignalingTransport, method: string) {
  const rig = new TransactionRig(transport);
  const events: string[] = [];
  const request = outgoingRequest(method);
  const transaction = rig.layer.request(request, rig.flow, {
    onResponse: (response) => events.push(String(response.statusCode)),
    onTimeout: () => events.push('timeout'),
    onTransportError: (detail) => events.push(`transport error: ${detail}`),
  });
  const answer = (statusCode: number) =>
    rig.receive(createResponse(request, statusCode, undefined, 'remote'));
  return { rig, events, request, transaction, answer };
}

/** When something is sent, in ms from now. */
function sendTimes(rig: TransactionRig, ms: number): number[] {
  const startMs = rig.clock.nowMs();
  const times: number[] = [];
  rig.flow.take();
  for (let passed = 0; passed < ms; passed += 10) {
    rig.clock.step(10);
    if (rig.flow.take().length > 0) times.push(rig.clock.nowMs() - startMs);
  }
  return times;
}

function expectGone(rig: TransactionRig, transaction: ClientTransaction): void {
  expect(transaction.isTerminated).toBe(true);
  expect(rig.layer.statistics()).toMatchObject({ inviteClient: {}, nonInviteClient: {} });
  expect(rig.clock.wheel.size).toBe(0);
}

describe('INVITE client transaction', () => {
  it('retransmits by A, doubling, and gives up by B', () => {
    const { rig, events, transaction } = start('UDP', 'INVITE');
    expect(sendTimes(rig, 40_000)).toEqual([500, 1500, 3500, 7500, 15500, 31500]);
    expect(events).toEqual(['timeout']);
    expectGone(rig, transaction);
  });

  it('sends once over TCP, and gives up by B', () => {
    const { rig, events, transaction } = start('TCP', 'INVITE');
    expect(sendTimes(rig, 31_990)).toEqual([]);
    rig.advance(10);
    expect(events).toEqual(['timeout']);
    expectGone(rig, transaction);
  });

  it('waits without end once a provisional has come', () => {
    const { rig, events, answer } = start('UDP', 'INVITE');
    answer(100);
    answer(180);
    expect(sendTimes(rig, 120_000)).toEqual([]);
    expect(events).toEqual(['100', '180']);
  });

  it('acknowledges a failure itself, each time it comes, until D', () => {
    const { rig, events, request, transaction, answer } = start('UDP', 'INVITE');
    rig.flow.take();
    answer(486);
    answer(486);
    const acks = rig.flow.messages as SipRequest[];
    // RFC 3261 §17.1.1.3
    expect(acks[0]!.topVia.branch).toBe(request.topVia.branch);
    expect(acks[0]!.requestUri).toBe(request.requestUri);
    expect(acks[0]!.to.tag).toBe('remote');
    expect(acks[0]!.cSeq).toEqual({ sequenceNumber: 1, method: 'ACK' });
    expect(acks[0]!.callId).toBe(request.callId);
    expect(rig.flow.take()).toEqual(['ACK', 'ACK']);
    expect(events).toEqual(['486']);
    rig.advance(31_990);
    expect(transaction.state).toBe('completed');
    rig.advance(10);
    expectGone(rig, transaction);
  });

  it('is gone after the ACK over TCP, for D is zero', () => {
    const { rig, events, transaction, answer } = start('TCP', 'INVITE');
    answer(486);
    expect(rig.flow.take()).toEqual(['INVITE', 'ACK']);
    expect(events).toEqual(['486']);
    expectGone(rig, transaction);
  });

  it('passes every 2xx until M, and leaves their ACK to the user; later ones are stray', () => {
    const { rig, events, transaction, answer } = start('UDP', 'INVITE');
    rig.flow.take();
    answer(200);
    answer(200);
    expect(rig.flow.take()).toEqual([]);
    expect(events).toEqual(['200', '200']);
    rig.advance(32_000);
    expectGone(rig, transaction);
    answer(200);
    expect(rig.user.take()).toEqual(['stray 200']);
  });

  it('survives a user that throws', () => {
    const rig = new TransactionRig('TCP');
    const request = outgoingRequest('INVITE');
    const transaction = rig.layer.request(request, rig.flow, {
      onResponse() {
        throw new Error('bug');
      },
      onTimeout() {},
      onTransportError() {},
    });
    rig.receive(createResponse(request, 486, undefined, 'remote'));
    expect(rig.faults).toHaveLength(1);
    expectGone(rig, transaction);
  });
});

describe('CANCEL (RFC 3261 §9.1)', () => {
  it('is kept until a provisional has come', () => {
    const { rig, request, transaction, answer } = start('UDP', 'INVITE');
    transaction.cancel();
    expect(rig.flow.take()).toEqual(['INVITE']);
    answer(100);
    const [cancel] = rig.flow.messages as SipRequest[];
    expect(cancel!.topVia.branch).toBe(request.topVia.branch);
    expect(cancel!.cSeq).toEqual({ sequenceNumber: 1, method: 'CANCEL' });
    expect(cancel!.to.tag).toBeNull();
    expect(rig.flow.take()).toEqual(['CANCEL']);
    transaction.cancel();
    expect(rig.flow.take()).toEqual([]);
    answer(487);
    expect(rig.flow.take()).toEqual(['ACK']);
  });

  it('is never sent where a final response comes first', () => {
    const { rig, transaction, answer } = start('UDP', 'INVITE');
    transaction.cancel();
    answer(200);
    expect(rig.flow.take()).toEqual(['INVITE']);
  });

  it('ends the INVITE after 64*T1 without a final response', () => {
    const { rig, events, transaction, answer } = start('UDP', 'INVITE');
    answer(180);
    transaction.cancel();
    rig.advance(32_000);
    expect(events).toEqual(['180', 'timeout']);
    expectGone(rig, transaction);
  });
});

describe('non-INVITE client transaction', () => {
  it('retransmits by E, doubling up to T2, and gives up by F', () => {
    const { rig, events, transaction } = start('UDP', 'OPTIONS');
    expect(sendTimes(rig, 40_000)).toEqual([500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500]);
    expect(events).toEqual(['timeout']);
    expectGone(rig, transaction);
  });

  it('retransmits every T2 after a provisional', () => {
    const { rig, answer } = start('UDP', 'OPTIONS');
    answer(100);
    expect(sendTimes(rig, 13_000)).toEqual([500, 4500, 8500, 12500]);
  });

  it('absorbs further finals until K', () => {
    const { rig, events, transaction, answer } = start('UDP', 'BYE');
    answer(200);
    answer(200);
    expect(events).toEqual(['200']);
    rig.advance(5_000);
    expectGone(rig, transaction);
  });

  it('is gone with the final over TCP, for K is zero', () => {
    const { rig, events, transaction, answer } = start('TCP', 'BYE');
    answer(481);
    expect(events).toEqual(['481']);
    expectGone(rig, transaction);
  });
});

describe('transport errors', () => {
  it.each(['INVITE', 'OPTIONS'])('end %s at once', (method) => {
    const rig = new TransactionRig('UDP');
    rig.flow.failure = 'connection refused';
    const events: string[] = [];
    const transaction = rig.layer.request(outgoingRequest(method), rig.flow, {
      onResponse() {},
      onTimeout: () => events.push('timeout'),
      onTransportError: (detail) => events.push(detail),
    });
    expect(events).toEqual(['connection refused']);
    expectGone(rig, transaction);
  });

  it('reach those who wait on a connection that breaks, not on one that ends in order', () => {
    const { rig, events } = start('TCP', 'OPTIONS');
    rig.closeFlow(null);
    expect(events).toEqual([]);
    rig.closeFlow(new Error('reset by peer'));
    expect(events).toEqual(['transport error: reset by peer']);
  });
});

describe('Via', () => {
  it('names our sent-by, asks for rport and has a branch of its own', () => {
    const first = start('UDP', 'OPTIONS').request.topVia;
    const second = start('UDP', 'OPTIONS').request.topVia;
    expect([first.transport, first.host, first.port, first.rport]).toEqual(['UDP', '192.0.2.1', 5060, true]);
    expect(first.branch).toMatch(/^z9hG4bK.{12,}/);
    expect(second.branch).not.toBe(first.branch);
  });

  it('of a request too large for UDP names the stream it goes over (§18.1.1)', () => {
    const rig = new TransactionRig('UDP');
    const stream = new RecordingFlow('TCP');
    rig.streamFlow = stream;
    const ignore = { onResponse() {}, onTimeout() {}, onTransportError() {} };
    rig.layer.request(outgoingRequest('INVITE', 'x'.repeat(1300)), rig.flow, ignore);
    expect((stream.messages[0] as SipRequest).vias.map((via) => via.transport)).toEqual(['TCP']);
    expect(rig.flow.take()).toEqual([]);
  });

  it('is put on the ACK of a 2xx once', () => {
    const rig = new TransactionRig('UDP');
    const ack = outgoingRequest('ACK');
    rig.layer.sendAck(ack, rig.flow);
    rig.layer.sendAck(ack, rig.flow);
    const sent = rig.flow.messages as SipRequest[];
    expect(sent.map((message) => message.vias.length)).toEqual([1, 1]);
    expect(sent[0]!.topVia.branch).toBe(sent[1]!.topVia.branch);
  });
});
