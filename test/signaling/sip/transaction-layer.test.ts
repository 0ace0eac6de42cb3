import { describe, expect, it } from 'vitest';
import type { SipResponse } from '../../../signaling/sip/message.ts';
import { serializeMessage } from '../../../signaling/sip/serialize.ts';
import { requestText, TransactionRig } from '../../support/sip-transaction-rig.ts';
import { Pair } from '../../support/sip-user-agents.ts';

describe('matching requests (RFC 3261 §17.2.3)', () => {
  it.each([
    ['another branch and Call-ID', { branch: 'z9hG4bKtwo', callId: 'call-2' }],
    ['the same branch from another sent-by', { sentBy: '192.0.2.3:5062', callId: 'call-2' }],
    ['the same branch and another port of sent-by', { sentBy: '192.0.2.2:5063', callId: 'call-2' }],
  ])('%s is a new transaction', (_name, parts) => {
    const rig = new TransactionRig('UDP');
    rig.receive(requestText('INVITE'));
    rig.receive(requestText('INVITE', parts));
    expect(rig.user.take()).toEqual(['INVITE', 'INVITE']);
  });

  it('tells methods of one branch apart', () => {
    const rig = new TransactionRig('UDP');
    rig.receive(requestText('INVITE'));
    rig.receive(requestText('BYE', { toTag: 'ours', sequenceNumber: 2 }));
    expect(rig.user.take()).toEqual(['INVITE', 'BYE']);
  });

  it.each([null, 'old-style', 'z9hG4bK'])(
    'knows a retransmission and its ACK by RFC 2543 with branch %s',
    (branch) => {
      const rig = new TransactionRig('UDP');
      rig.receive(requestText('INVITE', { branch }));
      rig.receive(requestText('INVITE', { branch }));
      rig.respond(486);
      rig.receive(requestText('ACK', { branch, toTag: 'ours' }));
      expect(rig.user.take()).toEqual(['INVITE']);
      expect(rig.layer.statistics().inviteServer).toEqual({ confirmed: 1 });
      rig.receive(requestText('INVITE', { branch, sequenceNumber: 2 }));
      expect(rig.user.take()).toEqual(['INVITE']);
    },
  );
});

describe('CANCEL (RFC 3261 §9.2)', () => {
  it('is answered with 200, and the user ends the INVITE with 487', () => {
    const rig = new TransactionRig('UDP');
    rig.receive(requestText('INVITE'));
    rig.respond(180);
    rig.flow.take();
    rig.receive(requestText('CANCEL'));
    const [ok] = rig.flow.messages as SipResponse[];
    expect(ok!.to.tag).toBe('ours');
    expect(rig.flow.take()).toEqual(['200 CANCEL', '487 INVITE']);
    rig.receive(requestText('CANCEL'));
    expect(rig.flow.take()).toEqual(['200 CANCEL']);
    expect(rig.user.take()).toEqual(['INVITE', 'CANCEL']);
  });

  it('has no effect on an INVITE already answered', () => {
    const rig = new TransactionRig('UDP');
    rig.receive(requestText('INVITE'));
    rig.respond(200);
    rig.receive(requestText('CANCEL'));
    expect(rig.flow.take()).toEqual(['200 INVITE', '200 CANCEL']);
    expect(rig.user.take()).toEqual(['INVITE']);
  });

  it('that matches nothing gets 481, retransmitted too', () => {
    const rig = new TransactionRig('UDP');
    rig.receive(requestText('CANCEL'));
    rig.receive(requestText('CANCEL'));
    expect(rig.flow.take()).toEqual(['481 CANCEL', '481 CANCEL']);
    expect(rig.user.take()).toEqual([]);
  });
});

describe('merged requests (RFC 3261 §8.2.2.2)', () => {
  it('are answered with 482 while the first is under way', () => {
    const rig = new TransactionRig('UDP');
    rig.receive(requestText('INVITE'));
    rig.receive(requestText('INVITE', { branch: 'z9hG4bKfork' }));
    expect(rig.flow.take()).toEqual(['482 INVITE']);
    expect(rig.user.take()).toEqual(['INVITE']);
    expect(rig.layer.statistics().mergedRequests).toBe(1);
    rig.respond(486);
    rig.receive(requestText('ACK', { toTag: 'ours' }));
    rig.advance(5_000);
    rig.user.take();
    rig.receive(requestText('INVITE', { branch: 'z9hG4bKfork2' }));
    expect(rig.user.take()).toEqual(['INVITE']);
  });

  it.each([
    ['inside a dialog', { toTag: 'ours' }],
    ['with another From tag', { fromTag: 'other' }],
    ['with another CSeq', { sequenceNumber: 2 }],
    ['with another Call-ID', { callId: 'call-2' }],
  ])('are not those %s', (_name, parts) => {
    const rig = new TransactionRig('UDP');
    rig.receive(requestText('INVITE', 'toTag' in parts ? parts : {}));
    rig.receive(requestText('INVITE', { branch: 'z9hG4bKtwo', ...parts }));
    expect(rig.user.take()).toEqual(['INVITE', 'INVITE']);
  });
});

describe('overload', () => {
  const crowd = (rig: TransactionRig, count: number) => {
    for (let index = 0; index < count; index++) {
      rig.receive(requestText('OPTIONS', { branch: `z9hG4bK${index}`, callId: `call-${index}` }));
    }
  };

  it('answers 503 with Retry-After, tells the limit, and still takes what ends calls', () => {
    const rig = new TransactionRig('UDP', { serverTransactionLimit: 4, retryAfterSeconds: 7 });
    crowd(rig, 5);
    const [refusal] = rig.flow.messages as SipResponse[];
    expect(refusal!.headers.get('Retry-After')).toBe('7');
    expect(rig.flow.take()).toEqual(['503 OPTIONS']);
    expect(rig.refusals).toEqual(['server-transactions']);
    expect(rig.layer.statistics().overloaded).toBe(1);
    rig.receive(requestText('BYE', { branch: 'z9hG4bKbye', toTag: 'ours' }));
    expect(rig.user.take()).toEqual(['OPTIONS', 'OPTIONS', 'OPTIONS', 'OPTIONS', 'BYE']);
    rig.receive(requestText('BYE', { branch: 'z9hG4bKbye2', toTag: 'ours', sequenceNumber: 3 }));
    expect(rig.flow.take()).toEqual(['503 BYE']);
  });

  it('passes an ACK and never answers it', () => {
    const rig = new TransactionRig('UDP', { serverTransactionLimit: 1 });
    crowd(rig, 1);
    rig.receive(requestText('ACK', { branch: 'z9hG4bKack', toTag: 'ours' }));
    expect(rig.flow.take()).toEqual([]);
  });

  it('gives a retransmission the same To tag, though nothing is remembered', () => {
    const rig = new TransactionRig('UDP', { serverTransactionLimit: 0 });
    rig.receive(requestText('INVITE'));
    rig.receive(requestText('INVITE'));
    const tags = (rig.flow.messages as SipResponse[]).map((response) => response.to.tag);
    expect(tags[0]).toMatch(/^[0-9a-f]{16}$/);
    expect(tags[1]).toBe(tags[0]);
  });
});

describe('a user that throws', () => {
  it('costs its caller a 500 and nobody else anything', () => {
    const rig = new TransactionRig('UDP');
    rig.user.onRequestThrows = new Error('bug');
    rig.receive(requestText('OPTIONS'));
    expect(rig.flow.take()).toEqual(['500 OPTIONS']);
    expect(rig.faults).toEqual([rig.user.onRequestThrows]);
  });
});

it('counts stray responses and passes up only a 2xx to an INVITE', () => {
  const rig = new TransactionRig('UDP');
  const stray = (status: string, method: string) =>
    requestText(method).replace(/^[^\r]*/, `SIP/2.0 ${status}`);
  rig.receive(stray('200 OK', 'INVITE'));
  rig.receive(stray('486 Busy Here', 'INVITE'));
  rig.receive(stray('200 OK', 'OPTIONS'));
  expect(rig.user.take()).toEqual(['stray 200']);
  expect(rig.layer.statistics().strayResponses).toBe(3);
});

it('drops a response that has another Via below ours (RFC 3261 §8.1.3.3)', () => {
  const pair = new Pair();
  pair.bob.onCall = (leg) => leg.ring();
  pair.network.isLost = ({ summary }) => summary === '180 INVITE';
  pair.call();
  const [, ringing] = pair.network.sent;
  const { headers } = ringing!.message;
  headers.append('Via', 'SIP/2.0/UDP 198.51.100.1;branch=z9hG4bKelsewhere');
  pair.network.isLost = () => false;
  pair.bob.endpoint.flowFor('192.0.2.1').send(serializeMessage(ringing!.message));
  pair.network.run();
  expect(pair.heard.events).toEqual([]);
  expect(pair.alice.transactions.statistics().strayResponses).toBe(1);
});
