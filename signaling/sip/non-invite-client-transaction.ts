import { type Step, step, type TransitionTable } from './state-machine.ts';

export type NonInviteClientState = 'trying' | 'proceeding' | 'completed' | 'terminated';

export type NonInviteClientInput =
  | 'provisional'
  | 'final'
  | 'timer-e'
  | 'timer-f'
  | 'timer-k'
  | 'transport-error';

export type NonInviteClientAction =
  | 'send-request'
  | 'pass-response'
  | 'start-timer-e'
  | 'start-timer-e-at-t2'
  | 'start-timer-k'
  | 'inform-timeout'
  | 'inform-transport-error';

/** RFC 3261 Figure 6. Timer E doubles up to T2 while trying, and is T2 once a provisional has come. */
const TABLE: TransitionTable<NonInviteClientState, NonInviteClientInput, NonInviteClientAction> = {
  trying: {
    'timer-e': step('trying', 'send-request', 'start-timer-e'),
    'timer-f': step('terminated', 'inform-timeout'),
    'transport-error': step('terminated', 'inform-transport-error'),
    provisional: step('proceeding', 'pass-response'),
    final: step('completed', 'pass-response', 'start-timer-k'),
  },
  proceeding: {
    'timer-e': step('proceeding', 'send-request', 'start-timer-e-at-t2'),
    'timer-f': step('terminated', 'inform-timeout'),
    'transport-error': step('terminated', 'inform-transport-error'),
    provisional: step('proceeding', 'pass-response'),
    final: step('completed', 'pass-response', 'start-timer-k'),
  },
  completed: {
    'timer-k': step('terminated'),
  },
  terminated: {},
};

/** The non-INVITE client transaction, RFC 3261 §17.1.2; null where the input changes nothing. */
export function nonInviteClientTransition(
  state: NonInviteClientState,
  input: NonInviteClientInput,
): Step<NonInviteClientState, NonInviteClientAction> | null {
  return TABLE[state][input] ?? null;
}
