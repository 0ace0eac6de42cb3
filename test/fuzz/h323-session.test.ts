import { describe, expect, it } from 'vitest';
import { parseH225 } from '../../signaling/h323/h225.ts';
import { decodeH245, encodeH245 } from '../../signaling/h323/h245/message.ts';
import { H245Session } from '../../signaling/h323/h245/session.ts';
import { PerError } from '../../signaling/h323/per/per-error.ts';
import { Q931Error } from '../../signaling/h323/q931.ts';
import { readSetup } from '../../signaling/h323/setup.ts';
import { G722, PCMA, PCMU } from '../support/h323-caller.ts';
import { GENUINE_CALLS, genuineCall } from '../support/h323-fixtures.ts';
import { createNoise, mutate } from './h323-mutation.ts';

const COUNT = Number(process.env['H323_FUZZ_COUNT'] ?? 20_000);
const SEED = Number(process.env['H323_FUZZ_SEED'] ?? 5);
const MESSAGES_A_SESSION = 40;

const PEER = { remoteAddress: '192.0.2.2', localAddress: '192.0.2.1' };
const signaling = GENUINE_CALLS.flatMap((call) =>
  genuineCall(call).filter(({ protocol }) => protocol === 'Q.931'),
);
const h245 = GENUINE_CALLS.flatMap((call) =>
  genuineCall(call).flatMap(({ protocol, octets }) => {
    if (protocol === 'H.245') return [octets];
    return protocol === 'Q.931' ? [...(parseH225(octets).unit?.h245Control ?? [])] : [];
  }),
);

function pick<Item>(items: readonly Item[], noise: (below: number) => number): Item {
  return items[noise(items.length)] as Item;
}

/** Runs, and lets the typed errors of broken octets pass: null. */
function understood<Value>(run: () => Value): Value | null {
  try {
    return run();
  } catch (error) {
    if (error instanceof PerError || error instanceof Q931Error) return null;
    throw error;
  }
}

function createSession(): H245Session {
  return new H245Session({
    terminalType: 190,
    random: () => 77,
    peerAddress: '192.0.2.2',
    local: { rtp: { address: '192.0.2.1', port: 5200 }, rtcp: { address: '192.0.2.1', port: 5201 } },
    capabilities: { formats: [PCMU, PCMA, G722], packetTimeMs: 20 },
  });
}

describe(`${COUNT} mutated messages (seed ${SEED})`, () => {
  it('leave an H.245 session with few answers, each of which can be written', { timeout: 3_600_000 }, () => {
    const noise = createNoise(SEED);
    let taken = 0;
    for (let count = 0; count < COUNT; count += MESSAGES_A_SESSION) {
      const session = createSession();
      session.start(0);
      for (let index = 0; index < MESSAGES_A_SESSION; index++) {
        const octets = pick(h245, noise);
        const message = understood(() =>
          decodeH245(noise(3) === 0 ? octets : mutate(octets, pick(h245, noise), noise)),
        );
        if (message === null) continue;
        taken++;
        const actions = session.receive(message, index);
        // Every message may bring some, and 64 keys at most.
        expect(actions.length).toBeLessThan(70);
        for (const action of actions) if (action.kind === 'send') encodeH245(action.message);
        if (noise(10) === 0) session.onTimer(index * 10_000);
      }
      session.end();
    }
    expect(taken).toBeGreaterThan(COUNT / 5);
  });

  it('are Setups or not, and never anything worse', { timeout: 3_600_000 }, () => {
    const noise = createNoise(SEED + 1);
    for (let count = 0; count < COUNT; count++) {
      const mutated = mutate(pick(signaling, noise).octets, pick(signaling, noise).octets, noise);
      const setup = understood(() => readSetup(parseH225(mutated), PEER));
      if (setup !== null) expect(typeof setup.called.user).toBe('string');
    }
  });
});
