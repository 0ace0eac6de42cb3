import { type Step, step, type TransitionTable } from '../../signaling/sip/state-machine.ts';

/** `routing`: nobody rings yet; `up`: both sides talk. */
export type BridgeState = 'routing' | 'ringing' | 'up' | 'over';

export type BridgeInput =
  /** 18x from the callee, without and with sound. */
  | 'callee-ringing'
  | 'callee-early-media'
  | 'callee-answered'
  /** Timeout, 5xx, nobody to reach: somebody else may take the call. */
  | 'route-failed'
  /** 3xx, 4xx, 6xx: the callee's own word. */
  | 'callee-refused'
  | 'routes-exhausted'
  | 'answer-timeout'
  /** CANCEL or BYE, or the end of the leg for any other cause. */
  | 'caller-gone'
  | 'callee-gone';

export type BridgeAction =
  | 'ring-caller'
  | 'open-early-media'
  | 'answer-caller'
  | 'try-next-route'
  | 'refuse-caller'
  | 'end-caller'
  | 'cancel-callee'
  | 'end-callee';

/** What the end of one side, or its word, does to the other. */
const TABLE: TransitionTable<BridgeState, BridgeInput, BridgeAction> = {
  routing: {
    'callee-ringing': step('ringing', 'ring-caller'),
    'callee-early-media': step('ringing', 'open-early-media'),
    'callee-answered': step('up', 'answer-caller'),
    'route-failed': step('routing', 'cancel-callee', 'try-next-route'),
    'routes-exhausted': step('over', 'refuse-caller'),
    'callee-refused': step('over', 'refuse-caller'),
    'answer-timeout': step('over', 'cancel-callee', 'refuse-caller'),
    'caller-gone': step('over', 'cancel-callee'),
  },
  ringing: {
    'callee-ringing': step('ringing', 'ring-caller'),
    'callee-early-media': step('ringing', 'open-early-media'),
    'callee-answered': step('up', 'answer-caller'),
    'route-failed': step('ringing', 'cancel-callee', 'try-next-route'),
    'routes-exhausted': step('over', 'refuse-caller'),
    'callee-refused': step('over', 'refuse-caller'),
    'answer-timeout': step('over', 'cancel-callee', 'refuse-caller'),
    'caller-gone': step('over', 'cancel-callee'),
  },
  up: {
    'caller-gone': step('over', 'end-callee'),
    'callee-gone': step('over', 'end-caller'),
  },
  over: {},
};

/** The two legs of a trunk call as one machine; null where the input changes nothing. */
export function bridgeTransition(
  state: BridgeState,
  input: BridgeInput,
): Step<BridgeState, BridgeAction> | null {
  return TABLE[state][input] ?? null;
}
