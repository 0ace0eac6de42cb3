import { describe, expect, it } from 'vitest';
import { type CallEvent, type CallState, nextCallState } from '../../../signaling/h323/call-state.ts';

const EVENTS: readonly CallEvent[] = [
  'received setup',
  'sent callProceeding',
  'sent alerting',
  'sent connect',
  'sent setup',
  'received callProceeding',
  'received alerting',
  'received connect',
  'release',
];

/**
 * Laid beside Q.931 figures A.2 and A.3 as H.225.0 §7.4 keeps them: states down, events of `EVENTS` across, the
 * number of the state that follows (Q.931 §4.5.7), `-` where the event does not belong.
 */
const TABLE: readonly (readonly [CallState, string])[] = [
  //                            called            calling
  ['null', /*                */ '6  -  -  -   1  -  -  -   -'],
  ['call present', /*        */ '-  9  7  10  -  -  -  -   0'],
  ['incoming call proceeding', '-  -  7  10  -  -  -  -   0'],
  ['call received', /*       */ '-  -  -  10  -  -  -  -   0'],
  ['call initiated', /*      */ '-  -  -  -   -  3  4  10  0'],
  ['outgoing call proceeding', '-  -  -  -   -  -  4  10  0'],
  ['call delivered', /*      */ '-  -  -  -   -  -  -  10  0'],
  ['active', /*              */ '-  -  -  -   -  -  -  -   0'],
];

const NUMBERS: Readonly<Record<CallState, number>> = {
  null: 0,
  'call initiated': 1,
  'outgoing call proceeding': 3,
  'call delivered': 4,
  'call present': 6,
  'call received': 7,
  'incoming call proceeding': 9,
  active: 10,
};

describe('call states', () => {
  it.each(TABLE)('%s', (state, row) => {
    const expected = row.split(/ +/).map((cell) => (cell === '-' ? null : Number(cell)));
    const found = EVENTS.map((event) => {
      const next = nextCallState(state, event);
      return next === null ? null : NUMBERS[next];
    });
    expect(found).toEqual(expected);
  });
});
