import { describe, expect, it } from 'vitest';
import { ConnectionWatch } from '../../../signaling/sip/connection-watch.ts';
import { DEFAULT_TRANSPORT_LIMITS } from '../../../signaling/sip/transport-limits.ts';
import { FakeClock } from '../../support/sip-memory-network.ts';

const LIMITS = {
  ...DEFAULT_TRANSPORT_LIMITS,
  halfOpenTimeoutMs: 1_000,
  partialMessageTimeoutMs: 2_000,
  idleTimeoutMs: 10_000,
};

function start(isAccepted = true) {
  const clock = new FakeClock();
  const watch = new ConnectionWatch(clock, LIMITS, isAccepted);
  const met: string[] = [];
  const startMs = clock.nowMs();
  watch.onLimit = (limit) => met.push(`${limit} at ${clock.nowMs() - startMs}`);
  const pass = (ms: number) => {
    for (let passed = 0; passed < ms; passed += 100) clock.step(100);
  };
  return { clock, watch, met, pass };
}

describe('ConnectionWatch', () => {
  it('waits for the first message of an accepted connection, whatever else comes', () => {
    const { watch, met, pass } = start();
    pass(900);
    watch.onReceived(false, false);
    pass(200);
    expect(met).toEqual(['half-open-timeout at 1000']);
  });

  it('does not ask a message of a peer that we connected to', () => {
    const { met, pass } = start(false);
    pass(20_000);
    expect(met).toEqual(['idle-timeout at 10000']);
  });

  it('gives a message that dribbles in no more time for each byte', () => {
    const { watch, met, pass } = start();
    watch.onReceived(true, false);
    for (let byte = 0; byte < 10; byte++) {
      watch.onReceived(false, true);
      pass(300);
    }
    expect(met).toEqual(['partial-message-timeout at 2000']);
  });

  it('gives each message its own time', () => {
    const { watch, met, pass } = start();
    for (let message = 0; message < 10; message++) {
      watch.onReceived(true, true);
      pass(1_500);
    }
    expect(met).toEqual([]);
  });

  it('counts idleness from the last byte', () => {
    const { watch, met, pass } = start();
    watch.onReceived(true, false);
    pass(9_000);
    watch.onReceived(false, false);
    pass(9_000);
    expect(met).toEqual([]);
    pass(2_000);
    expect(met).toEqual(['idle-timeout at 19000']);
  });

  it('leaves nothing on the wheel when stopped', () => {
    const { clock, watch } = start();
    watch.stop();
    expect(clock.wheel.size).toBe(0);
  });
});
