import { type Step, step, type TransitionTable } from './state-machine.ts';

export type NonInviteServerState = 'trying' | 'proceeding' | 'completed' | 'terminated';

export type NonInviteServerInput = 'request' | 'provisional' | 'final' | 'timer-j' | 'transport-error';

export type NonInviteServerAction =
  | 'send-response'
  | 'send-last-response'
  | 'start-timer-j'
  | 'inform-transport-error';

/** RFC 3261 Figure 8. */
const TABLE: TransitionTable<NonInviteServerState, NonInviteServerInput, NonInviteServerAction> = {
  trying: {
    provisional: step('proceeding', 'send-response'),
    final: step('completed', 'send-response', 'start-timer-j'),
  },
  proceeding: {
    request: step('proceeding', 'send-last-response'),
    provisional: step('proceeding', 'send-response'),
    final: step('completed', 'send-response', 'start-timer-j'),
    'transport-error': step('terminated', 'inform-transport-error'),
  },
  completed: {
    request: step('completed', 'send-last-response'),
    'timer-j': step('terminated'),
    'transport-error': step('terminated', 'inform-transport-error'),
  },
  terminated: {},
};

/** The non-INVITE server transaction, RFC 3261 §17.2.2; null where the input changes nothing. */
export function nonInviteServerTransition(
  state: NonInviteServerState,
  input: NonInviteServerInput,
): Step<NonInviteServerState, NonInviteServerAction> | null {
  return TABLE[state][input] ?? null;
}
