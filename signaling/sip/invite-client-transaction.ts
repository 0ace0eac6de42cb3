import { type Step, step, type TransitionTable } from './state-machine.ts';

export type InviteClientState = 'calling' | 'proceeding' | 'accepted' | 'completed' | 'terminated';

export type InviteClientInput =
  | 'provisional'
  | 'success'
  | 'failure'
  | 'timer-a'
  | 'timer-b'
  | 'timer-cancel'
  | 'timer-d'
  | 'timer-m'
  | 'transport-error';

export type InviteClientAction =
  | 'send-request'
  | 'send-ack'
  | 'pass-response'
  | 'start-timer-a'
  | 'start-timer-d'
  | 'start-timer-m'
  | 'stop-timers'
  | 'inform-timeout'
  | 'inform-transport-error';

/**
 * RFC 3261 Figure 5 as RFC 6026 §7.2 (its Figure 6) corrects it. `timer-cancel` is §9.1: no final response
 * within 64*T1 of our CANCEL.
 */
const TABLE: TransitionTable<InviteClientState, InviteClientInput, InviteClientAction> = {
  calling: {
    'timer-a': step('calling', 'send-request', 'start-timer-a'),
    'timer-b': step('terminated', 'inform-timeout'),
    'transport-error': step('terminated', 'inform-transport-error'),
    provisional: step('proceeding', 'stop-timers', 'pass-response'),
    success: step('accepted', 'pass-response', 'start-timer-m'),
    failure: step('completed', 'send-ack', 'pass-response', 'start-timer-d'),
  },
  proceeding: {
    provisional: step('proceeding', 'pass-response'),
    success: step('accepted', 'pass-response', 'start-timer-m'),
    failure: step('completed', 'send-ack', 'pass-response', 'start-timer-d'),
    'timer-cancel': step('terminated', 'inform-timeout'),
    // Not in the figure, for nothing is sent here but a CANCEL; a lost connection brings no more responses.
    'transport-error': step('terminated', 'inform-transport-error'),
  },
  // RFC 6026 §7.2: every 2xx goes up, whether retransmitted or from another branch of a fork.
  accepted: {
    success: step('accepted', 'pass-response'),
    'timer-m': step('terminated'),
  },
  completed: {
    failure: step('completed', 'send-ack'),
    'timer-d': step('terminated'),
    'transport-error': step('terminated', 'inform-transport-error'),
  },
  terminated: {},
};

/** The INVITE client transaction, RFC 3261 §17.1.1 and RFC 6026 §7.2; null where the input changes nothing. */
export function inviteClientTransition(
  state: InviteClientState,
  input: InviteClientInput,
): Step<InviteClientState, InviteClientAction> | null {
  return TABLE[state][input] ?? null;
}
