import { expect, it } from 'vitest';
import { createTimers } from '../../../signaling/sip/timers.ts';

it('derives the values of RFC 3261 Table 4 and RFC 6026', () => {
  expect(createTimers()).toEqual({
    t1Ms: 500,
    t2Ms: 4_000,
    t4Ms: 5_000,
    tryingDelayMs: 200,
    timerAMs: 500,
    timerBMs: 32_000,
    timerDMs: 32_000,
    timerEMs: 500,
    timerFMs: 32_000,
    timerGMs: 500,
    timerHMs: 32_000,
    timerIMs: 5_000,
    timerJMs: 32_000,
    timerKMs: 5_000,
    timerLMs: 32_000,
    timerMMs: 32_000,
  });
});

it('derives all of them from another T1', () => {
  expect(createTimers({ t1Ms: 10, t4Ms: 50 })).toMatchObject({ timerAMs: 10, timerHMs: 640, timerKMs: 50 });
});
