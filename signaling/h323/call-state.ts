/**
 * Call states of Q.931 §2.1 as H.225.0 uses them, and what each message does in them. One table for the side
 * that is called and one for the side that calls; over TCP nothing is repeated.
 */

export type CallState =
  | 'null'
  | 'call present'
  | 'incoming call proceeding'
  | 'call received'
  | 'call initiated'
  | 'outgoing call proceeding'
  | 'call delivered'
  | 'active';

/** Q.931 §4.5.7: call state values, as Status tells them. */
export const CALL_STATE_VALUES: Readonly<Record<CallState, number>> = {
  null: 0,
  'call initiated': 1,
  'outgoing call proceeding': 3,
  'call delivered': 4,
  'call present': 6,
  'call received': 7,
  'incoming call proceeding': 9,
  active: 10,
};

/** Messages that move a call; `sent` is ours, `received` the peer's. */
export type CallEvent =
  | `${'sent' | 'received'} ${'setup' | 'callProceeding' | 'alerting' | 'connect'}`
  | 'release';

type Transitions = Readonly<Partial<Record<CallEvent, CallState>>>;

const TRANSITIONS: Readonly<Record<CallState, Transitions>> = {
  null: { 'received setup': 'call present', 'sent setup': 'call initiated' },
  // Called (Q.931 figure A.2, N-states seen from the user side).
  'call present': {
    'sent callProceeding': 'incoming call proceeding',
    'sent alerting': 'call received',
    'sent connect': 'active',
    release: 'null',
  },
  'incoming call proceeding': { 'sent alerting': 'call received', 'sent connect': 'active', release: 'null' },
  'call received': { 'sent connect': 'active', release: 'null' },
  // Calling.
  'call initiated': {
    'received callProceeding': 'outgoing call proceeding',
    'received alerting': 'call delivered',
    'received connect': 'active',
    release: 'null',
  },
  'outgoing call proceeding': {
    'received alerting': 'call delivered',
    'received connect': 'active',
    release: 'null',
  },
  'call delivered': { 'received connect': 'active', release: 'null' },
  active: { release: 'null' },
};

/** The state after the event, or null: the event does not belong into this state and changes nothing. */
export function nextCallState(state: CallState, event: CallEvent): CallState | null {
  return TRANSITIONS[state][event] ?? null;
}

/** How long a calling side waits in a state (H.225.0 §7.6: T303, T310, T301); null: without limit. */
export const CALL_STATE_TIMERS_MS: Readonly<Record<CallState, number | null>> = {
  null: null,
  'call initiated': 4_000,
  'outgoing call proceeding': 10_000,
  'call delivered': 180_000,
  'call present': null,
  'incoming call proceeding': null,
  'call received': null,
  active: null,
};
