import { type Step, step, type TransitionTable } from './state-machine.ts';

export type InviteServerState = 'proceeding' | 'accepted' | 'completed' | 'confirmed' | 'terminated';

export type InviteServerInput =
  | 'request'
  | 'ack'
  | 'provisional'
  | 'success'
  | 'failure'
  | 'timer-trying'
  | 'timer-g'
  | 'timer-h'
  | 'timer-i'
  | 'timer-l'
  | 'transport-error';

export type InviteServerAction =
  | 'send-trying'
  | 'send-response'
  | 'send-last-response'
  | 'pass-ack'
  | 'start-timer-g'
  | 'start-timer-h'
  | 'start-timer-i'
  | 'start-timer-l'
  | 'inform-ack-timeout'
  | 'inform-transport-error';

/**
 * RFC 3261 Figure 7 as RFC 6026 §7.1 (its Figure 5) corrects it. A transport error is told to the user but,
 * by RFC 6026 §7.1, leaves the state alone, so that retransmitted INVITEs are still absorbed.
 */
const TABLE: TransitionTable<InviteServerState, InviteServerInput, InviteServerAction> = {
  proceeding: {
    request: step('proceeding', 'send-last-response'),
    'timer-trying': step('proceeding', 'send-trying'),
    provisional: step('proceeding', 'send-response'),
    success: step('accepted', 'send-response', 'start-timer-l'),
    failure: step('completed', 'send-response', 'start-timer-h', 'start-timer-g'),
    'transport-error': step('proceeding', 'inform-transport-error'),
  },
  // RFC 6026 §7.1: INVITEs are absorbed without an answer; the user's 2xx (again and again) pass.
  accepted: {
    success: step('accepted', 'send-response'),
    ack: step('accepted', 'pass-ack'),
    'timer-l': step('terminated'),
    'transport-error': step('accepted', 'inform-transport-error'),
  },
  completed: {
    request: step('completed', 'send-last-response'),
    ack: step('confirmed', 'start-timer-i'),
    'timer-g': step('completed', 'send-last-response', 'start-timer-g'),
    'timer-h': step('terminated', 'inform-ack-timeout'),
    'transport-error': step('completed', 'inform-transport-error'),
  },
  confirmed: {
    'timer-i': step('terminated'),
  },
  terminated: {},
};

/** The INVITE server transaction, RFC 3261 §17.2.1 and RFC 6026 §7.1; null where the input changes nothing. */
export function inviteServerTransition(
  state: InviteServerState,
  input: InviteServerInput,
): Step<InviteServerState, InviteServerAction> | null {
  return TABLE[state][input] ?? null;
}
