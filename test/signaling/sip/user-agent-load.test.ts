import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { CallFailure } from '../../../signaling/call-failure.ts';
import type { IncomingCall } from '../../../signaling/sip/incoming-call.ts';
import { mediaAt, NOTHING_LEFT, OFFER, Pair, SDP_TYPE, Stranger } from '../../support/sip-user-agents.ts';

const HEAP_BYTES_PER_IDLE_DIALOG = 4_096;

/** How a call goes: one in four refused, one in four canceled, the others answered and ended by either side. */
function treat(leg: IncomingCall, index: number): void {
  if (index % 4 === 0) leg.reject(new CallFailure('meeting-full', 'full'));
  else leg.ring();
  if (index % 4 >= 2) leg.accept(mediaAt('192.0.2.2', 20_000));
}

describe('10,000 calls', () => {
  it('each end once and leave no dialog, transaction or timer', { timeout: 60_000 }, () => {
    const pair = new Pair();
    pair.network.isLogging = false;
    let index = 0;
    pair.bob.onCall = (leg) => treat(leg, index);
    for (; index < 10_000; index += 1) {
      const call = pair.call();
      if (index % 4 === 3) pair.bob.calls.at(-1)!.end('normal-clearing');
      else call.end('normal-clearing');
      pair.network.run();
      if (index % 100 === 0) pair.network.clock.step(1_000);
    }
    pair.network.advance(70_000, 500);
    expect(pair.bob.heard).toHaveLength(10_000);
    const ends = pair.bob.heard.map(
      ({ events }) => events.filter((event) => event.startsWith('ended')).length,
    );
    expect(ends.every((count) => count === 1)).toBe(true);
    expect(pair.alice.leftovers).toEqual(NOTHING_LEFT);
    expect(pair.bob.leftovers).toEqual(NOTHING_LEFT);
    expect(pair.network.clock.wheel.size).toBe(0);
    expect([...pair.alice.faults, ...pair.bob.faults]).toEqual([]);
  });
});

describe('an idle confirmed dialog', () => {
  it('takes 4 KB of heap at most, however long its INVITE was', { timeout: 60_000 }, () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const stranger = new Stranger();
    stranger.network.isLogging = false;
    stranger.bob.onCall = (leg) => leg.accept(mediaAt('192.0.2.2', 20_000));
    const dial = (number: number): void => {
      const lines = [SDP_TYPE, `Call-ID: call-${number}@192.0.2.9`, `Subject: ${'long '.repeat(400)}`];
      stranger.send('INVITE', lines, OFFER);
      stranger.send('ACK', [stranger.to, `Call-ID: call-${number}@192.0.2.9`]);
      stranger.received.length = 0;
    };
    const settle = (): number => {
      stranger.network.advance(70_000, 1_000);
      collect();
      return process.memoryUsage().heapUsed;
    };
    for (let number = 0; number < 500; number += 1) dial(number);
    const before = settle();
    for (let number = 500; number < 2_500; number += 1) dial(number);
    const bytes = (settle() - before) / 2_000;
    expect(stranger.bob.userAgent.statistics.dialogs).toBe(2_500);
    expect(bytes).toBeLessThan(HEAP_BYTES_PER_IDLE_DIALOG);
  });
});
