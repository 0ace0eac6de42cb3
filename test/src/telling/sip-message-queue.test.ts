import { beforeEach, describe, expect, it } from 'vitest';
import { Call } from '../../../src/call/call.ts';
import { CallBook } from '../../../src/telling/call-book.ts';
import { SipMessageQueue } from '../../../src/telling/sip-message-queue.ts';
import { FakeCallLeg } from '../../support/fake-call-leg.ts';

let calls: CallBook;
let written: string[];
let queue: SipMessageQueue;

beforeEach(() => {
  calls = new CallBook({ voiceConnectorId: 'rooms', region: 'us-east-1' });
  written = [];
  queue = new SipMessageQueue(calls, 'rooms', ({ text }, { voiceConnectorId, callId }) =>
    written.push(`${voiceConnectorId} ${callId} ${text}`),
  );
});

const push = (text: string, sipCallId: string, voiceConnectorId: string | null = null) =>
  queue.push({ text, kind: { method: 'INVITE' }, sipCallId, voiceConnectorId, atMs: 0 });

describe('the queue of SIP messages', () => {
  it('keeps their order and finds their call afterwards', () => {
    push('INVITE', 'one@fake');
    push('OPTIONS', 'other');
    push('INVITE again', 'trunk', 'abc');
    calls.open(new Call(new FakeCallLeg('one', '6064724824')));
    expect(written).toEqual([]);
    queue.drain();
    expect(written).toEqual(['rooms one INVITE', 'rooms other OPTIONS', 'abc trunk INVITE again']);
  });

  it('writes a message once', () => {
    push('BYE', 'x');
    queue.drain();
    queue.drain();
    expect(written).toHaveLength(1);
  });

  it('does not wait for the timer with much to write, but for the end of the event', async () => {
    for (let index = 0; index < 100; index++) push('x'.repeat(1000), 'one@fake');
    calls.open(new Call(new FakeCallLeg('one', '6064724824')));
    expect(written).toEqual([]);
    await new Promise(setImmediate);
    expect(written).toHaveLength(100);
    expect(written[0]).toMatch(/^rooms one x/);
  });
});
